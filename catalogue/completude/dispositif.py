"""Rules on a dispositif: what it must say, and the price of private funding (16)."""

from collections.abc import Iterator

from catalogue.completude.constat import Constat, Poids
from catalogue.models import Dispositif
from sofi.typographie import NBSP

FINANCEMENT_PRIVE = "financement-prive"

#: Fields a dispositif must have, with the words of the missing one.
OBLIGATOIRES_DISPOSITIF = {
    "type": "choisissez le dispositif",
    "publics": "cochez au moins un public",
}


def of_dispositif(nom: str, dispositif: Dispositif) -> Iterator[Constat]:
    """The findings about a dispositif of the session called `nom`. Its price below 0 is a constraint's."""
    quoi = dispositif.type.libelle if dispositif.type_id else "dispositif"

    def constat(code: str, texte: str, champ: str, poids: Poids = Poids.BLOQUANT) -> Constat:
        return Constat(code, f"{nom}, {quoi}{NBSP}: {texte}.", "dispositif", dispositif.pk, champ, poids)

    for champ, texte in OBLIGATOIRES_DISPOSITIF.items():
        if not getattr(dispositif, champ):
            yield constat(f"dispositif_{champ}_absent", texte, champ)
    prive = dispositif.type_id == FINANCEMENT_PRIVE
    if prive and dispositif.est_actif and dispositif.cout_stagiaire is None:  # 16
        yield constat(
            "prix_absent", "indiquez le coût pour le stagiaire", "cout_stagiaire", Poids.AVERTISSEMENT
        )
