"""Giving and using keys, in tests."""

from accounts import cles
from accounts.models import CleActivation
from catalogue.enums import RoleOrganisme
from sofi.origine import Origine
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory


def issue(organisme=None, *, par=None, role_carif="", role="", **fields) -> tuple[CleActivation, str]:
    """A key for Zoé Roy: of an organisme (a new one by default), or of the staff with `role_carif`."""
    if not role_carif:
        organisme = organisme or OrganismeFactory()
        role = role or RoleOrganisme.GESTIONNAIRE
    personne = {"email": "zoe@exemple.fr", "prenom": "Zoé", "nom": "Roy"}
    return cles.emettre(
        organisme=organisme,
        role=role,
        role_carif=role_carif,
        par=par or UserFactory(agent=True),
        origine=Origine("192.0.2.200"),
        **personne | fields,
    )


def use(cle: str, email: str = "zoe@exemple.fr", mot_de_passe: str = MOT_DE_PASSE, **fields) -> cles.Acces:
    """Use the key as Zoé Roy does."""
    origine = fields.pop("origine", Origine("192.0.2.1"))
    return cles.utiliser(cle=cle, email=email, mot_de_passe=mot_de_passe, origine=origine)
