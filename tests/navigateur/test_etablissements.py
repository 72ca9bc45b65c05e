"""Adding a site, checked, closed, in a browser: by mouse, without JavaScript and by keyboard."""

import pytest
from django.conf import settings
from django.test import Client

from catalogue import workflow_site
from catalogue.models import Site
from tests.factories import CommuneFactory, OrganismeFactory, UserFactory


@pytest.mark.parametrize("personne", ["souris", "sans_javascript", "clavier"])
def test_a_site_from_its_address_to_its_closing(request, transactional_db, live_server, personne):
    qui = request.getfixturevalue(personne)
    organisme = OrganismeFactory(raison_sociale="Atelier des Métiers")
    for insee, nom in (("44163", "Vair-sur-Loire"), ("44003", "Ancenis-Saint-Géréon")):
        CommuneFactory(insee=insee, nom=nom, codes_postaux=["44150"])
    sign_in(qui.page, live_server, UserFactory(organisme=organisme))

    qui.aller("/sites/")
    qui.suivre("Ajouter un site")
    qui.remplir("Nom du site", "Atelier du port")
    qui.remplir("Adresse, ligne 1", "3 rue du Port")
    qui.remplir("Code postal", "44150")
    qui.presser("Enregistrer")
    qui.lit("Le code postal 44150 est celui de 2 communes")
    qui.cocher("Vair-sur-Loire")
    qui.presser("Enregistrer")

    qui.est_sur("Atelier du port")
    qui.lit("En attente de validation")
    site = Site.objects.get()
    assert (site.ville, site.commune_id) == ("Vair-sur-Loire", "44163")

    workflow_site.apply_to_site(site.pk, "approve", by=UserFactory(valideur=True), version=site.version)
    qui.aller(f"/sites/{site.pk}/decision/close/")
    qui.remplir("Motif de la fermeture", "Bail terminé")
    qui.presser("Fermer le site")
    qui.lit("Motif : Bail terminé".replace(" :", "\u00a0:"))
    qui.presser("Rouvrir le site")
    qui.lit("En attente de validation")


def sign_in(page, live_server, user) -> None:
    """Give the browser the session of `user`, without walking through the sign-in page again."""
    client = Client()
    client.force_login(user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
