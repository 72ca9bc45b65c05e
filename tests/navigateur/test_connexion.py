"""Manual step 1 in a browser: signing in, by mouse, without JavaScript and by keyboard."""

import pytest

from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory


@pytest.mark.parametrize("personne", ["souris", "sans_javascript", "clavier"])
def test_sign_in_and_out(request, transactional_db, personne):
    qui = request.getfixturevalue(personne)
    UserFactory(email="nadia@exemple.fr", organisme=OrganismeFactory(raison_sociale="Atelier des Métiers"))

    qui.aller("/connexion/?next=/aide/")
    qui.remplir("E-mail", "nadia@exemple.fr")
    qui.remplir("Mot de passe", MOT_DE_PASSE)
    qui.presser("Se connecter")
    qui.est_sur("Aide en ligne")
    qui.lit("Atelier des Métiers")
    qui.presser("Déconnexion", dans="header")
    qui.est_sur("Connexion SOFI")


def test_refused_sign_in_moves_the_focus_to_its_explanation(souris, transactional_db, axe):
    souris.aller("/connexion/")
    axe(souris.page)
    souris.presser("Se connecter")

    assert souris.page.title().startswith("Erreur")
    assert "E-mail" in souris.page.evaluate("document.activeElement.innerText")
    axe(souris.page)
