"""What only one answer asks for shows with that answer, with or without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from catalogue.models import Remplacement
from tests.factories import ActionFactory, CertificationFactory, DemandeAIFFactory, SiteFactory, UserFactory
from tests.navigateur.test_etablissements import sign_in

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture(params=[True, False], ids=["avec JavaScript", "sans JavaScript"])
def page(request, open_page, live_server, transactional_db):
    """A page where a valideur is signed in."""
    page = open_page(java_script_enabled=request.param)
    sign_in(page, live_server, UserFactory(valideur=True))
    return page


def test_the_other_code_is_asked_of_who_wants_another(page):
    ancienne = CertificationFactory(annee_derniere_session=2020)
    Remplacement.objects.create(ancien_code=ancienne.pk, nouvelle=CertificationFactory())
    ActionFactory(formation__certification=ancienne)
    page.goto(reverse("remplacements:code", args=[ancienne.pk]))
    autre = page.locator("#id_autre")

    expect(autre).to_be_hidden()
    page.get_by_label("Un autre code Certifinfo").check()
    expect(autre).to_be_visible()
    page.get_by_role("button", name="Voir ce qui va changer").click()
    expect(autre).to_be_visible()  # with its error
    expect(page.locator("#div_id_autre")).to_contain_text("Renseignez")


def test_the_address_of_a_new_place_waits_until_a_new_place_is_chosen(page):
    demande = DemandeAIFFactory()
    SiteFactory(
        organisme=demande.organisme,
        code_postal=demande.lieu_code_postal,
        ville=demande.lieu_ville,
        **dict(zip(("ligne1", "ligne2", "ligne3", "ligne4"), demande.lieu_lignes, strict=False)),
    )
    page.goto(reverse("tunnel:aif_transformer", args=[demande.pk]))
    adresse = page.get_by_label("Adresse, ligne 1")

    expect(page.get_by_label("Un site de l’organisme")).to_be_checked()
    expect(adresse).to_be_hidden()
    page.get_by_label("Un nouveau lieu").check()
    expect(adresse).to_be_visible()
