"""The feeds' pages in a browser: partners', by anybody; the staff's, with a held file that is let go."""

import os

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from catalogue.enums import StatutExport
from catalogue.lheo import flux
from catalogue.models import ExportFlux
from tests.factories import UserFactory, publier
from tests.lheo.outils import spoil
from tests.navigateur.test_etablissements import sign_in

pytestmark = pytest.mark.usefixtures("transactional_db")
ECRANS = {"bureau": (1280, "light"), "telephone_sombre": (320, "dark")}


@pytest.fixture
def feeds(settings, tmp_path):
    """Written feeds, a sheet put aside, and a held file."""
    settings.FLUX_DIR = tmp_path
    publier()
    spoil(publier().diffusions.get().pk, dispositifs=[])
    flux.export(tmp_path, timezone.now())
    now = timezone.now()
    raison = "Sur 1200 sessions, 300 n’y seraient plus avant leur fin et 12 auraient changé."
    return ExportFlux.objects.create(
        profil="complet",
        statut=StatutExport.RETENU,
        raison=raison,
        commence_le=now,
        fini_le=now,
        sessions=900,
        parties=300,
        changees=12,
    )


def picture(page, nom: str) -> None:
    """Keep what the page looks like where `CAPTURES` says."""
    if dossier := os.environ.get("CAPTURES"):
        page.screenshot(path=f"{dossier}/{nom}.png", full_page=True)


@pytest.mark.parametrize("ecran", ECRANS)
def test_partners_and_staff(open_page, live_server, axe, feeds, ecran):
    width, scheme = ECRANS[ecran]
    page = open_page(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/flux/")
    expect(page.get_by_role("link", name="lheo-2.3.xml.gz")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)
    picture(page, f"flux-{ecran}")

    sign_in(page, live_server, UserFactory(valideur=True))
    page.goto("/flux/suivi/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)
    picture(page, f"suivi-{ecran}")
    page.get_by_role("button", name="Laisser partir ce fichier").click()
    expect(page.get_by_text("part dans une minute ou deux")).to_be_visible()
    expect(page.get_by_role("button", name="Laisser partir ce fichier")).to_have_count(0)
    axe(page)
