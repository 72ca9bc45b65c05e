"""Each filter, alone: what it keeps and what it leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.models import Diffusion, Formacode
from catalogue.numeros import numero_organisme
from tests.factories import CertificationFactory, CommuneFactory, TypeDispositifFactory
from tests.recherche.outils import filtre_of, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def communes():
    """Nantes, Rezé 4 km south of it, Saint-Nazaire 50 km west, and a commune whose position is unknown."""
    CommuneFactory(latitude=47.2173, longitude=-1.5534)
    CommuneFactory(insee="44143", nom="Rezé", codes_postaux=["44400"], latitude=47.1905, longitude=-1.5694)
    CommuneFactory(
        insee="44184", nom="Saint-Nazaire", codes_postaux=["44600"], latitude=47.2736, longitude=-2.2139
    )
    CommuneFactory(insee="44999", nom="Brumes", codes_postaux=["44990"])


@pytest.mark.parametrize(
    "q",
    ["boulanger", "Boulangerie", "BOULANGÈRES", "boulangère nantes", "boulanger estuaire", "le boulanger"],
)
def test_words_are_found_whatever_their_accents_number_or_family(offre, q):
    numero = offre.add(intitule="CAP Boulanger", organisme="Estuaire Formation", ville="Nantes")
    offre.add(intitule="CAP Boucher", organisme="Centre horizon", ville="Angers")
    assert found(f"q={q}") == [numero]


def test_pro_is_short_for_professional(offre):
    titre = offre.add(intitule="Titre professionnel soudeur")
    bac = offre.add(intitule="Bac pro soudeur")
    offre.add(intitule="CAP soudeur")
    assert found("q=titre pro soudeur") == [titre]
    assert set(found("q=soudeur pro")) == {titre, bac}
    assert found("q=titre professionnel soudeur") == [titre]


def test_every_word_must_be_found(offre):
    offre.add(intitule="CAP Boulanger")
    assert found("q=boulanger plombier") == []


@pytest.mark.parametrize(("ecart", "online"), [(0, True), (-1, False)])
def test_a_session_leaves_the_day_after_its_end(offre, ecart, online):
    jour = timezone.localdate()
    offre.add(debut=jour - timedelta(days=9), fin=jour + timedelta(days=ecart))
    assert bool(found()) is online
    assert Diffusion.objects.actives(jour).exists() is online


@pytest.mark.parametrize(
    ("adresse", "kept"),
    [
        ("departement=44", "44"),
        ("niveau=4", "niveau"),
        ("niveau=0", "sans"),
        ("modalite=mixte", "mixte"),
        ("modalite=distance", "distance"),
        ("dispositif=aif", "aif"),
        ("formacode=21528", "formacode"),
        ("esp=oui", "esp"),
        ("cpf=oui", "cpf"),
    ],
)
@pytest.mark.parametrize("mots", ["", "q=boulanger&"])
def test_each_filter_keeps_its_own_with_words_or_without(offre, adresse, kept, mots):
    TypeDispositifFactory(code="aif", libelle="AIF")
    commun = {"departement": "49", "ville": "Angers"}
    numeros = {
        "44": offre.add(),
        "niveau": offre.add(**commun, niveau=4),
        "sans": offre.add(**commun, niveau=None),
        "mixte": offre.add(**commun, modalite="1"),
        "distance": offre.add(**commun, modalite="2"),
        "aif": offre.add(**commun, dispositifs=["financement-prive", "aif"]),
        "formacode": offre.add(**commun, formacodes=["21599", "21528"]),
        "esp": offre.add(**commun, esp=True),
        "cpf": offre.add(**commun, cpf=True),
    }
    assert found(mots + adresse) == [numeros[kept]]


def test_places_left_keeps_sessions_that_do_not_say(offre):
    offre.add(places=0)
    kept = {offre.add(places=3), offre.add(places=None)}
    assert set(found("places=oui")) == kept


def test_several_values_of_a_filter_add_up(offre):
    TypeDispositifFactory(code="aif", libelle="AIF")
    TypeDispositifFactory(code="poec", libelle="POEC")
    kept = {offre.add(niveau=3, dispositifs=["aif"]), offre.add(niveau=5, dispositifs=["poec"])}
    offre.add(niveau=4, dispositifs=["aif"])
    offre.add(niveau=5)
    assert set(found("niveau=3&niveau=5&dispositif=aif&dispositif=poec")) == kept


def test_dates_of_the_beginning_are_kept_on_both_edges(offre):
    jour = timezone.localdate() + timedelta(days=40)
    kept = {offre.add(debut=jour), offre.add(debut=jour + timedelta(days=5))}
    offre.add(debut=jour - timedelta(days=1))
    offre.add(debut=jour + timedelta(days=6))
    fin = jour + timedelta(days=5)
    assert set(found(f"debut_min={jour:%d/%m/%Y}&debut_max={fin.isoformat()}")) == kept
    assert set(found(f"q=boulanger&debut_min={jour.isoformat()}&debut_max={fin.isoformat()}")) == kept


@pytest.mark.parametrize("mots", ["", "&q=boulanger"])
@pytest.mark.parametrize(
    ("lieu", "kept"),
    [
        ("lieu=Nantes", ["nantes"]),
        ("lieu=nantes&rayon=5", ["nantes", "reze"]),
        ("lieu=44400&rayon=5", ["reze", "nantes"]),
        ("lieu=Nantes&rayon=30", ["nantes", "reze"]),
        ("lieu=Nantes (44)&rayon=100", ["nantes", "reze", "st-nazaire"]),
        ("lieu=st nazaire&rayon=0", ["st-nazaire"]),
        ("lieu=Brumes&rayon=100", ["brumes"]),
    ],
)
def test_a_place_and_its_radius_nearest_first(offre, communes, lieu, kept, mots):
    numeros = {
        "brumes": offre.add(insee="44999", ville="Brumes"),
        "st-nazaire": offre.add(insee="44184", ville="Saint-Nazaire"),
        "reze": offre.add(insee="44143", ville="Rezé"),
        "nantes": offre.add(insee="44109", ville="Nantes"),
        "ailleurs": offre.add(insee=None, ville="Bruxelles"),
    }
    assert found(f"{lieu}{mots}&tri=distance") == [numeros[name] for name in kept]


@pytest.mark.parametrize("mots", ["", "&q=boulanger"])
def test_what_is_followed_from_home_is_near_every_place_and_comes_last(offre, communes, mots):
    loin = offre.add(insee="44184", ville="Saint-Nazaire", modalite="2")
    ici = offre.add(insee="44109")
    assert found(f"lieu=Nantes&rayon=5&tri=distance{mots}") == [ici, loin]
    assert found(f"lieu=Nantes&rayon=5&sans_distance=oui{mots}") == [ici]


def test_a_former_commune_is_its_present_one(offre, communes):
    CommuneFactory(insee="44900", nom="Chantenay", codes_postaux=[], actuelle_id="44109")
    numero = offre.add(insee="44109")
    assert found("lieu=chantenay") == [numero]


@pytest.mark.parametrize(
    ("adresse", "champ", "said"),
    [
        ("lieu=Nante", "lieu", "essayez Nantes (44)"),
        ("lieu=99999", "lieu", "Aucune commune connue n’a le code postal 99999"),
        ("lieu=!", "lieu", "Tapez le nom d’une commune"),
        ("lieu=Loire+Atlantique", "lieu", "est un département\xa0: videz cette case"),
        ("lieu=44", "lieu", "est un département"),
        ("lieu=Vendée+(85)", "lieu", "est un département"),
        ("lieu=pays+de+la+Loire", "lieu", "est une région"),
        ("rayon=7", "rayon", "n’est plus proposée"),
        ("q=%3F%3F", "q", "Tapez au moins une lettre"),
        ("departement=zz", "departement", "n’est plus proposée"),
        ("niveau=9", "niveau", "n’est plus proposée"),
        ("dispositif=inconnu", "dispositif", "n’est plus proposée"),
        ("debut_min=hier", "debut_min", "doit être une date"),
        ("debut_min=2027-02-01&debut_max=2027-01-01", "debut_max", "avant le 01/02/2027"),
        ("formacode=abc", "formacode", "5 chiffres"),
        ("organisme=44", "organisme", "de la forme 52_OF12"),
    ],
)
def test_what_cannot_be_understood_finds_nothing_and_says_why(offre, communes, adresse, champ, said):
    offre.add()
    filtre = filtre_of(adresse)
    assert not filtre.qs.exists()
    assert said in " ".join(filtre.form.errors[champ])


def test_a_commune_comes_before_the_departement_of_its_name(offre):
    CommuneFactory(insee="53147", nom="Mayenne", codes_postaux=["53100"], departement="53")
    assert filtre_of("lieu=Mayenne").endroit.libelle == "Mayenne"


def test_a_name_that_several_communes_bear_is_asked_about(offre, communes):
    CommuneFactory(insee="85999", nom="Rezé", codes_postaux=["85999"], departement="85")
    assert "Rezé (44), Rezé (85)" in filtre_of("lieu=Rezé").form.errors["lieu"][0]
    assert filtre_of("lieu=Rezé (85)").form.is_valid()


@pytest.fixture
def debuts():
    """Communes whose names begin alike, and one that left its name to another."""
    for insee, nom, codes, actuelle in (
        ("44003", "Ancenis-Saint-Géréon", ["44150"], None),
        ("44172", "Sainte-Luce-sur-Loire", ["44980"], None),
        ("44190", "Saint-Sébastien-sur-Loire", ["44230"], None),
        ("44055", "La Baule-Escoublac", ["44500"], None),
        ("85191", "La Roche-sur-Yon", ["85000"], None),
        ("44222", "La Roche-Blanche", ["44522"], None),
        ("85194", "Les Sables-d'Olonne", ["85100"], None),
        ("85166", "Olonne-sur-Mer", [], "85194"),
    ):
        CommuneFactory(insee=insee, nom=nom, codes_postaux=codes, departement=insee[:2], actuelle_id=actuelle)


@pytest.mark.parametrize(
    ("lieu", "insee"),
    [
        ("Ancenis", "44003"),
        ("ANCENIS CEDEX", "44003"),
        ("44150 Ancenis", "44003"),
        ("ste luce", "44172"),
        ("Sainte-Luce sur", "44172"),
        ("La Baule", "44055"),
        ("Baule", "44055"),
        ("La Roche (85)", "85191"),
        ("La Roche 44522", "44222"),
        ("Sables d’Olonne", "85194"),
        ("Olonne-sur-Mer", "85194"),
    ],
)
def test_the_only_commune_that_begins_so_is_meant(offre, debuts, lieu, insee, django_assert_max_num_queries):
    numero = offre.add(insee=insee)
    offre.add(insee="44109")
    assert found(f"lieu={lieu}") == [numero]
    with django_assert_max_num_queries(2):
        assert filtre_of(f"lieu={lieu}").form.is_valid()


@pytest.mark.parametrize(
    ("lieu", "said"),
    [
        ("La Roche", "Plusieurs communes commencent par «\xa0La Roche\xa0»"),
        ("La Roche", "tapez par exemple La Roche-Blanche (44), La Roche-sur-Yon (85)."),
        (
            "La Roche (49)",
            "n’est pas une commune connue\xa0: essayez La Roche-Blanche (44), La Roche-sur-Yon",
        ),
        ("Sain", "n’est pas une commune connue"),
        ("Luce", "n’est pas une commune connue"),
    ],
)
def test_communes_that_begin_so_are_proposed(debuts, lieu, said):
    assert said in filtre_of(f"lieu={lieu}").form.errors["lieu"][0]


def test_each_filter_in_force_has_a_chip_that_takes_it_away_alone(offre, communes):
    filtre = filtre_of("q=boulanger&lieu=Nantes&rayon=5&niveau=3&niveau=4&cpf=oui&apres=x&tri=date")
    chips = {(chip["libelle"], chip["valeur"]): chip["url_retrait"] for chip in filtre.chips()}
    assert len(chips) == 5
    assert chips["Commune ou code postal", "Nantes, à moins de 5\u00a0km"] == (
        "?q=boulanger&niveau=3&niveau=4&cpf=oui&tri=date"
    )
    assert chips["Niveau de sortie", "Niveau 3 (CAP, BEP)"] == (
        "?q=boulanger&lieu=Nantes&rayon=5&niveau=4&cpf=oui&tri=date"
    )


def test_what_codes_stand_for_is_said(offre, django_assert_num_queries):
    """A code that nothing knows stays as it is; a long title is cut."""
    long = CertificationFactory(code="114764", intitule="Métiers " * 40)
    Formacode.objects.create(code="21528", libelle="boulangerie")
    row = Diffusion.objects.get(pk=offre.add(organisme="Estuaire Formation"))
    numero = numero_organisme(row.organisme_id)
    filtre = filtre_of(
        f"organisme={numero.lower()}&certification=999&certification={long.pk}&formacode=21528"
    )
    with django_assert_num_queries(3):
        chips = [(chip["libelle"], chip["valeur"]) for chip in filtre.chips()]
    assert chips[:2] == [("Organisme", "Estuaire Formation"), ("Code Certifinfo", "999")]
    assert chips[3] == ("Formacode", "21528 boulangerie")
    assert chips[2][1].startswith("114764 Métiers Métiers")
    assert len(chips[2][1]) == 80
    assert filtre.chips()[0]["url_retrait"] == "?certification=999&certification=114764&formacode=21528"


def test_one_organisme(offre):
    numero = offre.add()
    pk = Diffusion.objects.get(pk=numero).organisme_id
    assert found(f"organisme={numero_organisme(pk)}") == [numero]
    assert found(f"organisme={numero_organisme(pk)}&q=boulanger") == [numero]
    assert found(f"organisme={numero_organisme(pk + 1)}") == []
    assert filtre_of("organisme=52_OF999999").chips()[0]["valeur"] == "52_OF999999"
