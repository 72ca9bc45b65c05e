"""Mail in a real browser: the message itself, the demo's mailbox, and what did not leave."""

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

from sofi.courriels import envoyer
from sofi.courriels.redaction import composer
from tests.courriels.conftest import gabarit  # noqa: F401 - a fixture
from tests.courriels.outils import envoyer_tout
from tests.factories import CourrielFactory, UserFactory

TEXTE = """\
Votre clé d’activation SOFI
Bonjour Camille,

Voici votre clé\u00a0:

    ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2-34567

Créer mon compte\u00a0:
{{ site }}/cle-activation/une-adresse-particulierement-longue-qui-ne-doit-pas-elargir-la-page/

{{ motif|cite }}

- une chose\u00a0;
- une autre.
"""
LARGEURS = pytest.mark.parametrize(("largeur", "theme"), [(320, "dark"), (1280, "light")])


@pytest.fixture
def courriel(transactional_db, gabarit, settings, tmp_path):  # noqa: F811 - the fixture
    settings.EMAIL_BACKEND = "sofi.courriels.boite.BoiteDemo"
    settings.EMAIL_FILE_PATH = tmp_path / "boite"
    return envoyer(gabarit(TEXTE), a="camille@exemple.fr", contexte={"motif": "Bienvenue.\nÀ bientôt."})


def check(page, axe, largeur: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur
    axe(page)


@LARGEURS
def test_the_html_part_is_readable_on_a_telephone(courriel, open_page, axe, largeur, theme):
    page = open_page(color_scheme=theme)
    page.set_viewport_size({"width": largeur, "height": 800})

    page.set_content(composer(courriel).alternatives[0].content)

    assert page.get_by_role("link", name="Créer mon compte").is_visible()
    check(page, axe, largeur)


@LARGEURS
def test_a_newcomer_finds_the_mail_of_the_demo_from_any_page(courriel, open_page, axe, largeur, theme):
    envoyer_tout()
    page = open_page(color_scheme=theme)
    page.set_viewport_size({"width": largeur, "height": 800})
    page.goto("/connexion/")

    page.get_by_role("link", name="Lire les courriels").click()
    check(page, axe, largeur)
    page.get_by_role("link", name="Votre clé d’activation SOFI").click()

    assert page.get_by_text("ABCDE-FGHJK").is_visible()
    check(page, axe, largeur)


@LARGEURS
def test_an_administrator_sends_again(courriel, open_page, live_server, axe, largeur, theme):
    CourrielFactory(abandonne=True, destinataire="un-nom-fort-long@un-organisme-de-formation.exemple.fr")
    CourrielFactory(
        tentatives=0, derniere_erreur="", prochain_essai_le=timezone.now(), cree_le="2026-01-01T00:00Z"
    )
    client = Client()
    client.force_login(UserFactory(administrateur=True))
    page = open_page(color_scheme=theme)
    page.set_viewport_size({"width": largeur, "height": 800})
    cle = client.cookies[site.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": site.SESSION_COOKIE_NAME, "value": cle, "url": live_server.url}])

    page.goto("/atelier/courriels/")
    check(page, axe, largeur)
    page.get_by_role("button", name="Renvoyer").click()

    assert page.get_by_text("repart dans un instant").is_visible()
    check(page, axe, largeur)
