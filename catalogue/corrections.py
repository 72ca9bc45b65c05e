"""What the Carif-Oref corrected itself in an action before deciding on it: told to the organisme."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Subquery
from django.db.models.functions import Coalesce

from catalogue import lecture
from catalogue.enums import TypeEvenement
from catalogue.models import Action, Dispositif, Session

MODELES = {"action": Action, "session": Session, "dispositif": Dispositif}


@dataclass(frozen=True)
class Correction:
    """One field a member of the staff changed, in words; an empty `avant` or `apres` was or is nothing."""

    objet: str
    objet_pk: int
    champ: str
    libelle: str
    avant: str
    apres: str
    par: str
    le: datetime

    def __str__(self) -> str:
        return f"{self.libelle}\u00a0: {self.avant or 'rien'} → {self.apres or 'rien'}"


def since_sending(action: Action) -> list[Correction]:
    """The corrections the Carif-Oref made since `action` was last sent, the oldest first. One query.

    An answer to a question is no sending: what was corrected before the question is still to be told.
    """
    envoi = action.evenements.filter(type=TypeEvenement.SUBMIT).values("le")[:1]
    lignes = action.evenements.select_related("auteur").filter(
        type=TypeEvenement.MODIFICATION,
        par_carif=True,
        pour_organisme=False,
        le__gte=Coalesce(Subquery(envoi), action.soumise_le),
    )
    return [
        Correction(
            objet=ligne.details["objet"],
            objet_pk=ligne.details["pk"],
            champ=champ,
            libelle=lecture.nom(MODELES[ligne.details["objet"]], champ),
            avant=avant,
            apres=apres,
            par=str(ligne.auteur),
            le=ligne.le,
        )
        for ligne in lignes.order_by("pk")
        for champ, (avant, apres) in ligne.details.get("valeurs", {}).items()
    ]
