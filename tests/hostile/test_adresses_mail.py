"""Addresses that are one only until they are written in lower case."""

import pytest
from django.urls import reverse

from tests.accounts.test_connexion import connect
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory
from tests.tunnel.outils import page

pytestmark = pytest.mark.django_db
ZOE = "zoe@exemple.fr"


@pytest.fixture
def zoe():
    return UserFactory(email=ZOE, prenom="Zoé", nom="Roy", organisme=OrganismeFactory())


class TestAddressWhoseLowerCaseIsNone:
    """« İ » is a letter of an address for Django; its lower case, of two characters, is not."""

    ADRESSE = f"{'İ' * 60}@exemple.fr"

    @pytest.mark.parametrize(
        ("nom", "champ", "donnees"),
        [
            ("password_reset", "email", {}),
            ("cle_activation", "email", {"cle": "ABCDE", "mot_de_passe": MOT_DE_PASSE}),
            ("cle_demande", "email", {}),
            ("adresse", "nouvelle", {"mot_de_passe": MOT_DE_PASSE}),
            ("equipe_inviter", "email", {"prenom": "A", "nom": "B", "role": "saisie"}),
        ],
    )
    def test_it_is_refused_on_its_field(self, zoe, client, nom, champ, donnees):
        if nom in ("adresse", "equipe_inviter"):
            client.force_login(zoe)

        reponse = client.post(reverse(f"accounts:{nom}"), donnees | {champ: self.ADRESSE})

        assert reponse.status_code == 200
        assert page(reponse).select(f".resume-erreurs a[href='#id_{champ}']")

    def test_signing_in_with_it_is_refused_like_any_other(self, client):
        assert connect(client, self.ADRESSE).status_code == 200
