"""The world the machine plays in: three organisations, the Carif-Oref, their offer, and a clock."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

from django.utils import timezone

from catalogue import workflow
from catalogue.models import Action, Certification, Formation, JourFerme, Organisme, Session, Site
from sofi.models import Courriel
from tests.etats.courrier import FERMES
from tests.etats.modele import ACTIF, ActionModele, Offre, SessionModele
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    OrganismeFactory,
    SessionFactory,
    SiteFactory,
    TypeDispositifFactory,
    UserFactory,
)

PARIS = ZoneInfo("Europe/Paris")
#: A Monday; nothing of the real calendar plays a part.
DEBUT = datetime(2027, 1, 4, 9, tzinfo=PARIS)
#: Days between the lengths of two sessions; edits move an end by less than half of it.
ECART = 81


class _EstUneDate(type):
    """What stands in for `datetime`: a date is one of its instances."""

    def __instancecheck__(cls, valeur):
        return isinstance(valeur, datetime)


class Horloge:
    """The clock of a sequence; only the machine moves it."""

    def __init__(self):
        self.now = DEBUT

    def avance(self, **delta) -> None:
        # Through UTC: hours are hours, even on the night the clocks change.
        self.now = (self.now.astimezone(ZoneInfo("UTC")) + timedelta(**delta)).astimezone(PARIS)

    @property
    def jour(self) -> date:
        return self.now.date()

    @contextmanager
    def lue_partout(self):
        """Give this clock to whatever asks Django for the time.

        A column whose default is `timezone.now` holds that very function: what it reads is replaced.
        """

        class Lue(metaclass=_EstUneDate):
            @staticmethod
            def now(tz=None):
                return self.now.astimezone(tz)

        with mock.patch.object(timezone, "datetime", Lue):
            yield


@dataclass
class Monde:
    """Who and what there is, the same at the beginning of every sequence."""

    organismes: list[Organisme]
    sites: list[Site]
    #: name → person. of0, of1, of2 manage their organisme, aide0… type for it, lecture0 reads the first;
    #: agent, collegue (who is an agent too) and valideur are of the Carif-Oref.
    gens: dict
    certifications: list[Certification]
    dispositif: object
    #: What the model holds of the offer at the beginning.
    offre: Offre
    #: How many sessions were made: no two have the same length.
    nb_sessions: int = 0

    def __post_init__(self):
        self.noms = list(self.gens)
        self.par_adresse = {user.email: nom for nom, user in self.gens.items()}

    def role(self, nom: str, organisme: int) -> str:
        """What `nom` may do about the organisme number `organisme`: of, agent, valideur or ''."""
        if nom in ("agent", "collegue"):
            return "agent"
        if nom == "valideur":
            return nom
        return "of" if nom in (f"of{organisme}", f"aide{organisme}") else ""

    def name_of(self, adresse: str) -> str:
        """Whose address it is; the address itself, of a stranger."""
        return self.par_adresse.get(adresse, adresse)

    def rang_of(self, nom: str) -> int | None:
        """The number of a person's organisme; none for the Carif-Oref."""
        return int(nom[-1]) if nom[-1].isdigit() else None


def build_monde() -> Monde:
    """Create the world in the database of the test: two drafts, an action online, another that waits."""
    organismes = [OrganismeFactory() for _ in range(3)]
    gens = {f"of{rang}": UserFactory(organisme=organisme) for rang, organisme in enumerate(organismes)}
    for rang, organisme in enumerate(organismes):
        gens[f"aide{rang}"] = UserFactory(organisme=organisme, organisme__role="saisie")
    gens["lecture0"] = UserFactory(organisme=organismes[0], organisme__role="lecture")
    gens |= {"agent": UserFactory(agent=True), "collegue": UserFactory(agent=True)}
    gens["valideur"] = UserFactory(valideur=True)
    sites = [SiteFactory(organisme=organisme, statut="actif") for organisme in organismes]
    certifications = [CertificationFactory() for _ in range(3)]
    JourFerme.objects.bulk_create(JourFerme(jour=jour, libelle="Fermé") for jour in FERMES)
    offre = Offre(sites=[ACTIF] * 3, codes=dict.fromkeys(code.pk for code in certifications))
    monde = Monde(organismes, sites, gens, certifications, TypeDispositifFactory(), offre)
    horloge = Horloge()
    with horloge.lue_partout():
        # The first organisme has two: what is told of several is told once.
        for rang in (0, 0, 1, 2):
            pk = new_action(monde, offre, rang, horloge.jour)
            if rang:
                advance(monde, offre.actions[pk], pk, "submit", f"of{rang}", horloge.jour)
            if rang == 1:
                advance(monde, offre.actions[pk], pk, "approve", "valideur", horloge.jour)
                # What was decided before the sequence can no longer be undone.
                Action.objects.get(pk=pk).annulable.delete()
                offre.actions[pk].decision = None
    Courriel.objects.all().delete()
    return monde


def advance(monde: Monde, modele: ActionModele, pk: int, nom: str, qui: str, jour: date) -> None:
    """Bring an action, and its model, where the sequences begin."""
    workflow.apply(pk, nom, by=monde.gens[qui])
    modele.follow(nom, jour, "", 0, par_carif=qui == "valideur")


def new_action(monde: Monde, offre: Offre, rang: int, jour: date) -> int:
    """A complete draft of the organisme number `rang`, in the base and in the model; its key."""
    organisme, certification = monde.organismes[rang], monde.certifications[0]
    formation, _ = Formation.objects.get_or_create(organisme=organisme, certification=certification)
    action = ActionFactory(
        formation=formation, organisme=organisme, site_dispensateur=monde.sites[rang], duree_entreprise=None
    )
    modele = offre.actions[action.pk] = ActionModele(rang, action.duree_centre, certification.pk)
    monde.nb_sessions += 1
    session = new_session(action, jour + timedelta(days=30), ECART * monde.nb_sessions)
    session.save()
    DispositifFactory(session=session, organisme=organisme, type=monde.dispositif)
    modele.sessions[session.pk] = model_of(session, 1)
    return action.pk


def new_session(action: Action, debut: date, longueur: int) -> Session:
    """A session of `longueur` days, unsaved."""
    return SessionFactory.build(
        action=action,
        organisme=action.organisme,
        site_lieu=action.site_dispensateur,
        date_debut=debut,
        date_fin=debut + timedelta(days=longueur),
    )


def model_of(session: Session, dispositifs: int) -> SessionModele:
    """The model of a session just typed."""
    longueur = (session.date_fin - session.date_debut).days
    return SessionModele(
        session.date_debut,
        session.date_fin,
        session.capacite,
        session.places_disponibles,
        dispositifs,
        longueur,
    )
