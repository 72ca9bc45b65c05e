"""The little world in which every address is tried: two organisations and the Carif-Oref."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.adresse.regles import empreinte
from accounts.models import ChangementAdresse, CleActivation, DemandeCle, Rattachement, User
from catalogue.enums import RoleOrganisme, StatutAction
from catalogue.models import (
    Action,
    Certification,
    Contact,
    DemandeAIF,
    Dispositif,
    Formation,
    Organisme,
    Session,
    Site,
)
from tests.accounts.outils_cles import issue
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    ContactFactory,
    DemandeAIFFactory,
    DemandeCleFactory,
    DispositifFactory,
    FormationFactory,
    OrganismeFactory,
    SessionFactory,
    SiteFactory,
    UserFactory,
)

ROLES = ("anonyme", "of_a", "of_a_lecture", "of_b", "agent", "carif", "admin")
#: The agent, who has given the password only: every page but the public ones asks for the second factor.
SANS_FACTEUR = "agent_sans_facteur"


#: What the link of the change of address under way holds.
JETON_ADRESSE = "jeton-de-l-adresse-actuelle"


@dataclass
class Monde:
    """The objects all belong to organisme A; `action` is being typed, `en_attente` waits for validation."""

    users: dict[str, User | None]
    certification: Certification
    formation: Formation
    action: Action
    session: Session
    dispositif: Dispositif
    en_attente: Action
    site: Site
    membre: Rattachement
    invitation: CleActivation
    contact: Contact
    organisme: Organisme
    hors_certifinfo: Formation
    demande_aif: DemandeAIF
    demande: DemandeCle
    #: Key of the browser's session of each role signed in once and for all.
    cles_session: dict[str, str] = field(default_factory=dict)

    def sign_in_all(self) -> None:
        """Sign every role in now: `client` then costs nothing, and no rolled back request takes it away."""
        for role in (role for role, user in self.users.items() if user):
            self.cles_session[role] = self.client(role).cookies[settings.SESSION_COOKIE_NAME].value

    def client(self, role: str) -> Client:
        """A browser in which `role` is signed in (nobody, for « anonyme »)."""
        client = Client()
        if role in self.cles_session:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cles_session[role]
        elif user := self.users[role]:
            client.force_login(user, second_facteur=role != SANS_FACTEUR)
        return client


def build_monde() -> Monde:
    """Create the world in the database of the test."""
    a, b = OrganismeFactory(), OrganismeFactory()
    lecture = UserFactory()
    lecture.rattachements.create(organisme=a, role=RoleOrganisme.LECTURE)
    certification = CertificationFactory()
    formation = FormationFactory(organisme=a, certification=certification)
    dispositif = DispositifFactory(session=SessionFactory(action=ActionFactory(formation=formation)))
    en_attente = ActionFactory(formation=formation, attente=True, complete=True)
    ChangementAdresse.objects.create(
        user=lecture,
        nouvelle="nouvelle@exemple.fr",
        empreinte_ancienne=empreinte(JETON_ADRESSE),
        empreinte_nouvelle=empreinte("autre"),
        expire_le=timezone.now() + timedelta(hours=1),
    )
    assert en_attente.statut == StatutAction.EN_ATTENTE_VALIDATION
    return Monde(
        users={
            "anonyme": None,
            "of_a": UserFactory(organisme=a),
            "of_a_lecture": lecture,
            "of_b": UserFactory(organisme=b),
            "agent": UserFactory(agent=True),
            "carif": UserFactory(valideur=True),
            "admin": UserFactory(administrateur=True),
            SANS_FACTEUR: UserFactory(agent=True),
        },
        certification=certification,
        formation=formation,
        action=dispositif.session.action,
        session=dispositif.session,
        dispositif=dispositif,
        en_attente=en_attente,
        site=SiteFactory(organisme=a),
        membre=lecture.rattachements.get(),
        invitation=issue(organisme=a)[0],
        contact=ContactFactory(organisme=a),
        organisme=a,
        hors_certifinfo=FormationFactory(organisme=a, certification=None, intitule_libre="Voilerie"),
        demande_aif=DemandeAIFFactory(organisme=a),
        demande=DemandeCleFactory(),
    )
