"""What to do about an action a batch left aside: the place of its dossier where that is done."""

from dataclasses import dataclass

from catalogue import workflow
from catalogue.enums import ResultatLot
from catalogue.models import LotLigne


@dataclass(frozen=True)
class Remede:
    """A link of the report: its words, and the place of the dossier it opens ('' is its top)."""

    libelle: str
    ancre: str = ""


#: How a refusal begins → what to do about it.
REMEDES = {
    workflow.SITES: Remede("Valider ces sites", "#sites"),
    workflow.INCOMPLETE: Remede("Voir ce qui manque", "#alertes"),
    workflow.PERIMEE: Remede("Relire le dossier"),
    workflow.CHANGEE: Remede("Voir ce qui s’est passé", "#historique"),
    workflow.DEJA_FAIT: Remede("Voir ce qui s’est passé", "#historique"),
}


def remede_of(ligne: LotLigne) -> Remede | None:
    """The remedy of a line that was not done; ``None`` when its words are all there is to say."""
    if ligne.resultat != ResultatLot.REFUSE:
        return None
    return next((remede for debut, remede in REMEDES.items() if ligne.message.startswith(debut)), None)
