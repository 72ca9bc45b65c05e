"""The world the machine plays in: three organisations, the Carif-Oref, and a clock."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

from django.utils import timezone

from catalogue.models import Certification, Organisme, Site
from tests.factories import (
    CertificationFactory,
    OrganismeFactory,
    SiteFactory,
    TypeDispositifFactory,
    UserFactory,
)

PARIS = ZoneInfo("Europe/Paris")
#: A Monday; nothing of the real calendar plays a part.
DEBUT = datetime(2027, 1, 4, 9, tzinfo=PARIS)


@dataclass
class Monde:
    """Who and what there is, the same at the beginning of every sequence."""

    organismes: list[Organisme]
    sites: list[Site]
    #: name → person: of0, of1, of2 type for their organisme; lecture0 reads the first; agent and valideur.
    gens: dict
    certifications: list[Certification]
    dispositif: object

    @property
    def noms(self) -> list[str]:
        return list(self.gens)

    def role(self, nom: str, organisme: int) -> str:
        """What `nom` may do about the organisme number `organisme`: of, agent, valideur or ''."""
        if nom in ("agent", "valideur"):
            return nom
        return "of" if nom == f"of{organisme}" else ""


def build_monde() -> Monde:
    """Create the world in the database of the test."""
    organismes = [OrganismeFactory() for _ in range(3)]
    gens = {f"of{rang}": UserFactory(organisme=organisme) for rang, organisme in enumerate(organismes)}
    gens["lecture0"] = UserFactory(organisme=organismes[0], organisme__role="lecture")
    gens |= {"agent": UserFactory(agent=True), "valideur": UserFactory(valideur=True)}
    sites = [SiteFactory(organisme=organisme, statut="actif") for organisme in organismes]
    return Monde(organismes, sites, gens, [CertificationFactory() for _ in range(3)], TypeDispositifFactory())


class Horloge:
    """The clock of a sequence; only the machine moves it."""

    def __init__(self):
        self.now = DEBUT

    def avance(self, **delta) -> None:
        self.now += timedelta(**delta)

    @property
    def jour(self) -> date:
        return self.now.astimezone(PARIS).date()

    @contextmanager
    def lue_partout(self):
        """Give this clock to whatever asks for the time."""
        with mock.patch.object(timezone, "now", side_effect=lambda: self.now):
            yield
