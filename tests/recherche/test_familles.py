"""Which words are of one family: a trade is found in either gender, and by what it does."""

import pytest

from catalogue.certifications.mots import plain, stem
from catalogue.certifications.recherche import known_words, search_certifications
from catalogue.models import MotRecherche
from catalogue.recherche import fautes
from tests.factories import CertificationFactory
from tests.recherche.outils import JOUR, found

FAMILLES = [
    "éducateur éducatrice éducateurs éducatrices éducation",
    "animateur animatrice animateurs animatrices animation animer",
    "opérateur opératrice opération opérations",
    "restaurateur restauratrice restauration restaurant",
    "préparateur préparatrice préparation",
    "médiateur médiatrice médiation",
    "installateur installatrice installation",
    "coordinateur coordinatrice coordination",
    "formateur formatrice formateurs formatrices",
    "créateur créatrice création",
    "conducteur conductrice",
    "directeur directrice direction",
    "moniteur monitrice",
    "facteur factrice facteurs",
    "électricien électricienne électricité",
    "technicien technicienne technique",
    "acheteur acheteuse",
    "visiteur visiteuse",
    "monteur monteuse montage",
    "toiletteur toiletteuse toilettage",
    "coiffeur coiffeuse coiffure",
    "vendeur vendeuse",
    "serveur serveuse",
    "soignant soignante soignants",
    "conseiller conseillère",
    "infirmier infirmière",
    "plombier plombière plomberie plombage",
    "chef cheffe",
    "spécialisé spécialisée spécialisés spécialisées spécialisation",
    "employé employée",
    "chargé chargée",
    "administratif administrative administratifs",
    "sportif sportive sport sports",
]
ETRANGERS = [
    ("formateur", "formation"),
    ("formatrice", "formations"),
    ("boulanger", "boucher"),
    ("vendée", "vendeur"),
    ("moteur", "monteur"),
    ("archives", "architecte"),
    ("médiateur", "médias"),
    ("opération", "opéra"),
    ("acteur", "action"),
    ("directeur", "direct"),
    ("relation", "relative"),
]


@pytest.mark.parametrize("famille", FAMILLES)
def test_words_of_one_family(famille):
    mots = plain(famille).split()
    assert len({stem(mot) for mot in mots}) == 1, {mot: stem(mot) for mot in mots}
    # The titles of the catalogue are looked for by their beginnings.
    assert all(mot.startswith(stem(mot)) for mot in mots)


@pytest.mark.parametrize(("un", "autre"), ETRANGERS)
def test_words_that_only_look_alike(un, autre):
    assert stem(plain(un)) != stem(plain(autre))


@pytest.mark.django_db
def test_a_trade_is_found_in_either_gender(offre):
    lui = offre.add(intitule="Éducateur spécialisé")
    elle = offre.add(intitule="Éducatrice spécialisée")
    offre.add(intitule="Moniteur-éducateur")
    for q in ("éducateur spécialisé", "éducatrice spécialisée", "éducatrices spécialisées"):
        assert set(found(f"q={q}")) == {lui, elle}, q


@pytest.mark.django_db
def test_a_trainer_is_not_whatever_is_called_a_training(offre):
    offre.add(intitule="Formation de soudeur")
    kept = {offre.add(intitule="Formateur"), offre.add(intitule="Formatrice pour adultes")}
    assert set(found("q=formatrice")) == set(found("q=formateur")) == kept


@pytest.mark.django_db
def test_the_catalogue_is_read_so_too():
    CertificationFactory(code="1", intitule="DE éducateur spécialisé")
    for q in ("éducatrice spécialisée", "educateur specialise"):
        assert [t.certification.code for t in search_certifications(q, jour=JOUR).trouvees] == ["1"]
    assert known_words(["educatrice", "plombiere"]) == {"educatrice"}


@pytest.mark.django_db
def test_the_other_gender_is_no_slip():
    MotRecherche.objects.create(mot="animateur", nombre=5)
    assert fautes.Faute("animatrice").correction == ""
