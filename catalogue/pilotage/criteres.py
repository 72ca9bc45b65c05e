"""What the board counts, as conditions: each list filters by the very condition its number counts."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalogue.enums import RoleOrganisme, StatutAction, TypeContact
from catalogue.models import Action, Contact, Diffusion, Dispositif, FragmentLheo, Organisme, Session


@dataclass(frozen=True)
class Critere:
    """One thing looked for: `code` in addresses, its name, and the name of those that lack it."""

    code: str
    libelle: str
    manque: str


#: Completeness of the validated actions.
ACTIONS = (
    Critere("session", "Une session en cours ou à venir", "sans session en cours ou à venir"),
    Critere("places", "Places disponibles de chaque session", "avec une session sans places disponibles"),
    Critere("prix", "Coût stagiaire de chaque dispositif", "avec un dispositif sans coût stagiaire"),
    Critere("url", "Adresse web de la formation", "sans adresse web"),
    Critere("prerequis", "Prérequis", "sans prérequis"),
    Critere("descriptif", "Complément descriptif", "sans complément descriptif"),
    Critere("pmr", "Accès PMR du site dispensateur", "dont l’accès PMR du site n’est pas dit"),
    Critere("handicap", "Référent handicap de l’organisme", "sans référent handicap"),
)
#: What an organisme should have.
ORGANISMES = (
    Critere("offre", "Organismes avec une offre en ligne", "Organismes sans offre en ligne"),
    Critere("gestionnaire", "Organismes avec un gestionnaire actif", "Organismes sans gestionnaire actif"),
    Critere("qualiopi", "Organismes au certificat Qualiopi en cours", "Organismes sans Qualiopi en cours"),
)


def find(criteres: tuple[Critere, ...], code: str) -> Critere | None:
    return next((critere for critere in criteres if critere.code == code), None)


def actions() -> QuerySet[Action]:
    """The actions whose completeness is looked at: those the Carif-Oref has validated."""
    return Action.objects.filter(statut=StatutAction.VALIDEE)


def put_aside(jour: date) -> QuerySet[FragmentLheo]:
    """The sessions online on the date `jour` whose sheet breaks the schema: no feed may hold them."""
    return FragmentLheo.objects.exclude(fautes=[]).filter(date_fin__gte=jour)


def missing_in_action(jour: date) -> dict[str, Q]:
    """By code, the condition « lacks it » of an action on the date `jour`."""
    sessions = Session.objects.actives(jour).filter(action=OuterRef("pk")).order_by()
    sans_prix = Dispositif.objects.filter(session=OuterRef("pk"), est_actif=True, cout_stagiaire=None)
    referents = Contact.objects.filter(organisme=OuterRef("organisme"), type=TypeContact.HANDICAP)
    return {
        "session": ~Q(Exists(sessions)),
        "places": Q(Exists(sessions.filter(places_disponibles=None))),
        "prix": Q(Exists(sessions.filter(Exists(sans_prix.order_by())))),
        "url": Q(url=""),
        "prerequis": Q(commentaire_prerequis=""),
        "descriptif": Q(complement_descriptif=""),
        "pmr": Q(site_dispensateur__acces_pmr=""),
        "handicap": ~Q(Exists(referents.order_by())),
    }


def missing_in_organisme(jour: date) -> dict[str, Q]:
    """By code, the condition « lacks it » of an organisme on the date `jour`."""
    en_ligne = Diffusion.objects.actives(jour).filter(organisme=OuterRef("pk")).order_by()
    rattachements = Organisme._meta.get_field("rattachements").related_model.objects
    gestionnaires = rattachements.filter(
        organisme=OuterRef("pk"), role=RoleOrganisme.GESTIONNAIRE, user__is_active=True
    )
    return {
        "offre": ~Q(Exists(en_ligne)),
        "gestionnaire": ~Q(Exists(gestionnaires.order_by())),
        "qualiopi": ~Q(est_qualiopi=True, qualiopi_debut__lte=jour, qualiopi_fin__gte=jour),
    }
