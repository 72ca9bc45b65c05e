"""What a colleague saves, or deletes, while a form is open: it then comes back with what was typed."""

from catalogue import demandes_aif, saisie
from catalogue.etablissements import saisie as etablissements
from tests.acces.monde import Monde
from tests.factories import SiteFactory, UserFactory

#: By name of the form's address: who writes it, what in the little world, and one of its fields.
CHAMPS = {
    "tunnel:action": (saisie, "action", "complement_intitule"),
    "tunnel:session": (saisie, "session", "site_lieu"),
    "tunnel:dispositif": (saisie, "dispositif", "codes_externes"),
    "aif:demande_edit": (demandes_aif, "demande_aif", "intitule"),
    "etablissements:organisme_edit": (etablissements, "organisme", "nom_usage"),
    "etablissements:site_edit": (etablissements, "site", "nom"),
    "etablissements:contact_edit": (etablissements, "contact", "nom"),
}
#: Of these, what may be deleted: what hangs on a row comes before it, as its page needs the row.
SUPPRIMABLES = (
    "tunnel:dispositif",
    "tunnel:session",
    "etablissements:contact_edit",
    "etablissements:site_edit",
)
#: Forms of a new row, by what their page needs: deleted, it leaves what was typed without its place.
ORPHELINES = {"tunnel:dispositif_create": "tunnel:session"}


def save_elsewhere(monde: Monde, nom: str) -> None:
    """A colleague of « of_a » saves another value, once, in the row of the form called `nom`."""
    ecriture, row, champ = CHAMPS[nom]
    row = getattr(monde, row)
    row.refresh_from_db()
    # A session has no text but the name of its place.
    setattr(row, champ, SiteFactory(organisme=monde.organisme) if champ == "site_lieu" else "Autre")
    ecriture.update(row, [champ], row.version, by=UserFactory(organisme=monde.organisme))


def delete_elsewhere(monde: Monde, nom: str) -> None:
    """A colleague of « of_a » deletes the row of the form called `nom`."""
    ecriture, row, _ = CHAMPS[nom]
    ecriture.delete(getattr(monde, row), by=UserFactory(organisme=monde.organisme))
