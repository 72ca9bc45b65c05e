"""A member of the staff sets up their second factor, then signs in with it: by mouse, without JavaScript
and by keyboard, with axe on each page."""

import pytest

from accounts.models import Totp, User
from tests.facteurs import code_de, code_of
from tests.factories import MOT_DE_PASSE, UserFactory
from tests.navigateur.personne import Souris

ECRANS = {"telephone_sombre": (320, "dark"), "bureau_clair": (1280, "light")}


def sign_in(qui) -> None:
    qui.aller("/connexion/")
    qui.remplir("E-mail", "awa@exemple.fr")
    qui.remplir("Mot de passe", MOT_DE_PASSE)
    qui.presser("Se connecter")


def set_up(qui, look=lambda page: None) -> list[str]:
    """From the first sign-in to the recovery codes, looking at each page; the codes."""
    qui.est_sur("Second facteur")
    look(qui.page)
    qui.presser("J’ai une application", exact=False)
    qui.est_sur("Installer le second facteur")
    look(qui.page)
    cle = qui.page.locator(".cle-facteur").text_content().replace(" ", "").strip()
    qui.remplir("Code de vérification", "000000")
    qui.presser("Vérifier et activer")
    qui.lit("n’est pas le bon")
    look(qui.page)
    qui.remplir("Code de vérification", code_of(cle))
    qui.presser("Vérifier et activer")
    qui.est_sur("Vos codes de secours")
    look(qui.page)
    codes = qui.page.locator(".codes-secours code").all_text_contents()
    qui.presser("Je les ai notés")
    qui.est_sur("Actions à valider")
    return codes


@pytest.mark.parametrize("personne", ["souris", "sans_javascript", "clavier"])
def test_set_up_then_sign_in(request, transactional_db, personne):
    qui = request.getfixturevalue(personne)
    awa = UserFactory(email="awa@exemple.fr", agent=True)
    sign_in(qui)
    codes = set_up(qui)
    Totp.objects.update(dernier_pas=-1)  # as if half a minute had gone by
    qui.presser("Déconnexion", dans="header")

    sign_in(qui)
    qui.est_sur("Code de vérification")
    qui.remplir("Code de vérification", code_de(awa))
    qui.presser("Vérifier le code")
    qui.est_sur("Actions à valider")
    qui.presser("Déconnexion", dans="header")

    sign_in(qui)
    qui.suivre("Je n’ai pas mon téléphone", exact=False)
    qui.remplir("Code de secours", codes[4])
    qui.presser("Utiliser ce code de secours")
    qui.est_sur("Actions à valider")
    qui.lit("Il vous reste 9 codes de secours")


@pytest.mark.parametrize("ecran", ECRANS)
def test_axe_and_width_of_each_page(open_page, transactional_db, axe, ecran):
    width, scheme = ECRANS[ecran]
    UserFactory(email="awa@exemple.fr", agent=True)
    qui = Souris(open_page(color_scheme=scheme))
    qui.page.set_viewport_size({"width": width, "height": 800})

    def look(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        axe(page)

    sign_in(qui)
    codes = set_up(qui, look)
    for acte in ("changer", "codes"):
        qui.aller(f"/compte/second-facteur/prouver/{acte}/")
        look(qui.page)
    qui.aller("/compte/second-facteur/")
    look(qui.page)
    qui.presser("Déconnexion", dans="header")
    sign_in(qui)
    look(qui.page)
    qui.presser("Vérifier le code")
    look(qui.page)
    qui.suivre("Je n’ai pas mon téléphone", exact=False)
    look(qui.page)
    qui.remplir("Code de secours", codes[0])
    qui.presser("Utiliser ce code de secours")
    look(qui.page)
    assert User.objects.get().codes_secours.filter(utilise_le=None).count() == 9
