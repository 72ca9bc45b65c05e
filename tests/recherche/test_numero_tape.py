"""What a number, or a code, typed alone in the search leads to."""

import pytest

from catalogue.models import Remplacement
from catalogue.numeros import numero_action, numero_formation, numero_organisme
from tests.factories import CertificationFactory
from tests.recherche.outils import get, soup

pytestmark = pytest.mark.django_db


@pytest.fixture
def boulanger():
    return CertificationFactory(code="114763", code_rncp="37537", codes_rs=["5001"])


@pytest.fixture
def publiee(offre, boulanger):
    row = offre.build(formacodes=["21528"])
    row.certification_code = boulanger.code
    row.contenu["formation"]["certification"]["code"] = boulanger.code
    offre.put(row)
    return row


@pytest.mark.parametrize(
    "q", ["114763", "RNCP 37537", "rncp37537", "37537", "RS5001", "5001", "Certifinfo 114763"]
)
def test_a_code_typed_alone_leads_to_the_formation(client, publiee, q):
    response = get(client, q=q)
    assert (response.status_code, response["Location"]) == (302, "/offre/formations/114763/")


def test_a_public_number_typed_alone_leads_to_its_page(client, publiee):
    for q, page in (
        (publiee.numero, f"/offre/sessions/{publiee.numero}/"),
        (publiee.numero.lower().replace("_", " _ "), f"/offre/sessions/{publiee.numero}/"),
        (numero_action(publiee.action_id), f"/offre/actions/{numero_action(publiee.action_id)}/"),
        (
            numero_organisme(publiee.organisme_id),
            f"/offre/organismes/{numero_organisme(publiee.organisme_id)}/",
        ),
        (
            numero_formation(publiee.formation_id),
            f"/offre/formations/{numero_formation(publiee.formation_id)}/",
        ),
    ):
        assert get(client, q=q)["Location"] == page


def test_the_number_of_a_formation_leads_to_its_certification(client, publiee):
    numero = numero_formation(publiee.formation_id)
    for ecrit in (numero, numero.lower()):
        response = client.get(f"/offre/formations/{ecrit}/")
        assert (response.status_code, response["Location"]) == (302, "/offre/formations/114763/")
    assert client.get("/offre/formations/52_F999999/").status_code == 404


def test_without_code_it_leads_to_the_action(client, offre):
    row = offre.build()
    row.certification_code = ""
    offre.put(row)
    response = client.get(f"/offre/formations/{numero_formation(row.formation_id)}/")
    assert response["Location"] == f"/offre/actions/{numero_action(row.action_id)}/"


@pytest.mark.parametrize("ecrit", ["52000018", "52 000018", "000018", "000 018", "n° 000018", "52 000 018"])
def test_the_number_of_a_session_may_lack_its_sign_or_its_beginning(client, offre, ecrit):
    offre.add(numero="52_000018")
    CertificationFactory(code="18", code_rncp="18")
    assert get(client, q=ecrit)["Location"] == "/offre/sessions/52_000018/"


def test_a_code_comes_before_the_session_that_would_be_written_so(client, publiee, offre):
    offre.add(numero="52_114763")
    offre.add(numero="52_114764")
    offre.add(numero="52_114765")
    CertificationFactory(code="114764")

    assert get(client, q="114763")["Location"] == "/offre/formations/114763/"
    # Nobody prepares for it: that is what was asked all the same.
    assert get(client, q="114764").status_code == 200
    assert get(client, q="114765")["Location"] == "/offre/sessions/52_114765/"
    assert get(client, q="52114763")["Location"] == "/offre/sessions/52_114763/"


def test_a_formacode_typed_alone_narrows_the_search(client, publiee):
    response = get(client, q="21528")
    assert response["Location"] == "/offre/?formacode=21528"
    assert len(soup(client.get(response["Location"])).select(".trouvee")) == 1


def test_several_formations_of_a_number_are_listed(client, publiee, offre):
    autre = CertificationFactory(code="115000", code_rncp="37537")
    row = offre.build()
    row.certification_code = row.contenu["formation"]["certification"]["code"] = autre.code
    offre.put(row)
    response = get(client, q="RNCP37537")
    assert len(soup(client.get(response["Location"])).select(".trouvee")) == 2


@pytest.mark.parametrize("ecrit", ["52-{}", "52_{}", "n° 52_{}", "N°52-000{}", "52_0000{}"])
def test_a_number_written_otherwise_leads_to_its_session(client, publiee, ecrit):
    q = ecrit.format(publiee.numero.removeprefix("52_"))
    assert get(client, q=q)["Location"] == f"/offre/sessions/{publiee.numero}/"


def test_a_code_typed_with_other_filters_keeps_them(client, publiee):
    response = get(client, q="114763", departement="44", rayon="20")
    assert response["Location"] == "/offre/?departement=44&rayon=20&certification=114763"
    assert len(soup(client.get(response["Location"])).select(".trouvee")) == 1
    assert not soup(get(client, certification="114763", departement="49")).select(".trouvee")


def test_a_replaced_code_leads_where_its_page_does(client, publiee):
    CertificationFactory(code="100001", annee_derniere_session=2020)
    Remplacement.objects.create(ancien_code="100000", nouvelle_id="100001")
    Remplacement.objects.create(ancien_code="100001", nouvelle_id="114763")

    assert get(client, q="100000")["Location"] == "/offre/formations/114763/"
    assert client.get("/offre/formations/100000/")["Location"] == "/offre/formations/114763/"


@pytest.mark.parametrize(
    "q",
    [
        "52_999999",
        "52999999",
        "999999",
        "099999",
        "52_F999999",
        "52_AC999999",
        "53_000001",
        "RNCP99999",
        "99999",
    ],
)
def test_a_number_of_nothing_finds_nothing(client, publiee, q):
    assert not soup(get(client, q=q)).select(".trouvee")
