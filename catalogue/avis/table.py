"""Who is told of what, as data: tests compute from it the mails of any sequence of transitions."""

from dataclasses import dataclass
from enum import Enum

from catalogue.enums import Audience, RoleOrganisme, TypeAvis


class Destinataires(Enum):
    """Whom a notice is for. Never its author, but for a receipt."""

    #: Whoever sent, for a receipt; the organisme's team when a member of the staff sent for it.
    EXPEDITEUR = "expediteur"
    #: The organisme's active members who may type (gestionnaire or saisie).
    ORGANISME = "organisme"
    #: Whoever of the Carif-Oref took charge of the action; nobody has: it is in the morning's digest.
    EXAMINATEUR = "examinateur"


@dataclass(frozen=True)
class Avis:
    """One mail of a transition: the choice it obeys (`PreferenceAvis`), its text, whom it is for."""

    type: TypeAvis
    #: `templates/courriels/<modele>.txt`.
    modele: str
    destinataires: Destinataires
    #: Only when the act is of that side; an agent in an organisme's space acts for the organisme.
    si_par: Audience | None = None


_OF, _CARIF = Audience.OF, Audience.CARIF
_ORGANISME, _EXAMINATEUR = Destinataires.ORGANISME, Destinataires.EXAMINATEUR

#: What each transition of `catalogue.workflow` sends; those that are absent concern their author alone.
TABLE: dict[str, tuple[Avis, ...]] = {
    "submit": (Avis(TypeAvis.ACCUSE, "action_recue", Destinataires.EXPEDITEUR),),
    "request_changes": (Avis(TypeAvis.QUESTION, "action_question", _ORGANISME),),
    "cancel_question": (Avis(TypeAvis.QUESTION, "question_annulee", _ORGANISME),),
    "answer": (
        Avis(TypeAvis.ACCUSE, "action_recue", Destinataires.EXPEDITEUR),
        Avis(TypeAvis.REPONSE, "action_reponse", _EXAMINATEUR),
    ),
    "approve": (Avis(TypeAvis.VALIDATION, "action_validee", _ORGANISME),),
    "refuse": (Avis(TypeAvis.REFUS, "action_refusee", _ORGANISME),),
    "undo": (Avis(TypeAvis.REFUS, "decision_annulee", _ORGANISME),),
    "reopen": (Avis(TypeAvis.REFUS, "action_reprise", _ORGANISME, si_par=_CARIF),),
    "archive": (Avis(TypeAvis.REFUS, "action_archivee", _ORGANISME, si_par=_CARIF),),
    "restore": (Avis(TypeAvis.REFUS, "action_reprise", _ORGANISME, si_par=_CARIF),),
    # Not a transition: a message of the thread, from one side to the other.
    "message": (
        Avis(TypeAvis.MESSAGE, "message_carif", _ORGANISME, si_par=_CARIF),
        Avis(TypeAvis.REPONSE, "message_organisme", _EXAMINATEUR, si_par=_OF),
    ),
}

#: A « Demande AIF hors Certifinfo », by what happened to it: the organisme is told, its author too.
TABLE_AIF: dict[str, str] = {
    "creation": "aif_recue",
    "take": "aif_prise",
    "transform": "aif_transformee",
    "refuse": "aif_refusee",
}

#: The mail of a decision on a place.
TABLE_SITE: dict[str, str] = {"approve": "site_valide", "refuse": "site_refuse", "close": "site_ferme"}
#: The roles told of a decision on a place: it is not of one action, its team's managers answer for it.
ROLES_SITE = (RoleOrganisme.GESTIONNAIRE,)
