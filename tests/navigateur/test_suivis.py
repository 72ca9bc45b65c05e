"""Following a search by e-mail in a real browser: by keyboard, without JavaScript, small, dark."""

import pytest
from django.conf import settings
from django.urls import reverse

from catalogue.models import RechercheSuivie
from catalogue.recherches_suivies.liens import sign
from tests.courriels.outils import boite
from tests.factories import RechercheSuivieFactory

ECRANS = {"telephone_sombre": (320, "dark"), "bureau_clair": (1280, "light")}
RECHERCHE = "q=boulanger&lieu=Nantes&rayon=20&niveau=3&niveau=4&cpf=oui&debut_min=2027-02-01"


@pytest.fixture
def urls(nomenclatures):
    """Every page, in each of its states."""
    suivi = RechercheSuivieFactory(requete=RECHERCHE)
    ferme = RechercheSuivieFactory(requete="q=" + "anticonstitutionnellement" * 8, fermee=True)
    perdu = RechercheSuivieFactory(requete="lieu=Nulle-part")
    RechercheSuivieFactory(requete=RECHERCHE, a_confirmer=True, jeton="attend")
    RechercheSuivieFactory(requete="", jeton="confirme")
    return {
        "demander": f"{reverse('suivis:demander')}?{RECHERCHE}",
        "toute_l_offre": reverse("suivis:demander"),
        "demandee": f"{reverse('suivis:demandee')}?{RECHERCHE}",
        "confirmer": reverse("suivis:confirmer", args=["attend"]),
        "confirmee": reverse("suivis:confirmer", args=["confirme"]),
        "continuer": reverse("suivis:continuer", args=[sign(ferme.pk)]),
        "continuee": reverse("suivis:continuer", args=[sign(suivi.pk)]),
        "arreter": reverse("suivis:arreter", args=[sign(suivi.pk)]),
        "perdu": reverse("suivis:arreter", args=[sign(perdu.pk)]),
        "arretee": reverse("suivis:arreter", args=[sign(10**6)]),
        "perime": reverse("suivis:confirmer", args=["inconnu"]),
    }


@pytest.mark.parametrize("ecran", ECRANS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(open_page, axe, urls, ecran):
    width, scheme = ECRANS[ecran]
    page = open_page(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    for nom, url in urls.items():
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, nom
        axe(page)
    page.goto(urls["demander"])
    page.get_by_role("button", name="Recevoir les nouvelles sessions").click()
    page.get_by_role("link", name="Renseignez « Votre adresse e-mail ».").wait_for()
    axe(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_visitor_follows_then_stops_by_keyboard(open_page, nomenclatures, javascript):
    page = open_page(java_script_enabled=javascript)

    def press(role: str, name: str, heading: str) -> None:
        page.get_by_role(role, name=name).focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name=heading).wait_for()

    def open_link(morceau: str) -> None:
        page.goto(boite("visiteur@exemple.fr")[-1].lien(morceau).removeprefix(settings.SOFI_URL))

    suivre = "Recevoir les nouvelles sessions par e-mail"
    page.goto("/offre/?q=boulanger")
    press("link", suivre, suivre)
    page.get_by_label("Votre adresse e-mail").focus()
    page.keyboard.type("visiteur@exemple.fr")
    press("button", "Recevoir les nouvelles sessions", "Ouvrez votre messagerie")
    open_link("/confirmer/")
    press("button", "Confirmer le suivi", "C’est confirmé")
    suivi = RechercheSuivie.objects.suivies().get()
    assert (suivi.courriel, suivi.requete) == ("visiteur@exemple.fr", "q=boulanger")

    page.goto(reverse("suivis:arreter", args=[sign(suivi.pk)]))
    press("button", "Ne plus recevoir ces e-mails", "Vous ne recevrez plus ces e-mails")
    assert not RechercheSuivie.objects.exists()
