"""What the Carif-Oref corrected itself in an action before deciding on it: told to the organisme."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from catalogue import lecture
from catalogue.enums import TypeEvenement
from catalogue.models import Action, Dispositif, Evenement, Session
from sofi.preparees import Lecture

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
        for ligne in LIGNES.rows(action.pk)
        for champ, (avant, apres) in ligne.details.get("valeurs", {}).items()
    ]


def _since_sending(action: int) -> QuerySet[Evenement]:
    envois = Evenement.objects.filter(action=OuterRef("action"), type=TypeEvenement.SUBMIT)
    lignes = Evenement.objects.select_related("auteur").filter(
        action=action,
        type=TypeEvenement.MODIFICATION,
        par_carif=True,
        pour_organisme=False,
        le__gte=Coalesce(Subquery(envois.values("le")[:1]), F("action__soumise_le")),
    )
    return lignes.order_by("pk")


LIGNES = Lecture(_since_sending)
