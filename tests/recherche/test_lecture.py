"""What a search reads: counts, facets, orders and pages, against a naive filter in Python."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from catalogue.diffusion.phrases import say_total
from catalogue.models import Diffusion, FicheRecherche
from catalogue.recherche import autres, lecture, parcours
from catalogue.recherche.lecture import search
from catalogue.recherche.ordre import read_key
from tests.factories import CommuneFactory, TypeDispositifFactory
from tests.recherche.outils import Offre, filtre_of, found

JOUR = date(2027, 3, 15)
TITRES = ["CAP Boulanger", "CAP Boucher", "Soudeur industriel", "Maintenance des systèmes", "BTS Gestion"]
ORGANISMES = ["Estuaire Formation", "Boulangerie École", "Centre horizon"]
VILLES = {"44109": ("Nantes", "44"), "44143": ("Rezé", "44"), "49007": ("Angers", "49")}
MODALITES = {"presence": "0", "mixte": "1", "distance": "2"}

session = st.fixed_dictionaries(
    {
        "intitule": st.sampled_from(TITRES),
        "organisme": st.sampled_from(ORGANISMES),
        "insee": st.sampled_from([*VILLES, None]),
        "niveau": st.sampled_from([None, 3, 4]),
        "modalite": st.sampled_from("012"),
        "esp": st.booleans(),
        "cpf": st.booleans(),
        "places": st.sampled_from([None, 0, 5]),
        "dispositifs": st.sampled_from([["aif"], ["poec"], ["aif", "poec"], []]),
        "debut": st.integers(-40, 40).map(lambda n: JOUR + timedelta(days=n)),
        "duree": st.integers(0, 60),
    }
)
demande = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(["boulanger", "boulangerie école", "gestion", "nantes", "soudeur zzz"]),
        "lieu": st.sampled_from(["Nantes", "Angers"]),
        "rayon": st.sampled_from(["0", "10", "100"]),
        "departement": st.lists(st.sampled_from(["44", "49"]), unique=True),
        "niveau": st.lists(st.sampled_from("034"), unique=True),
        "modalite": st.lists(st.sampled_from(sorted(MODALITES)), unique=True),
        "dispositif": st.lists(st.sampled_from(["aif", "poec"]), unique=True),
        "esp": st.just("oui"),
        "cpf": st.just("oui"),
        "places": st.just("oui"),
        "sans_distance": st.just("oui"),
        "debut_min": st.integers(-20, 20).map(lambda n: (JOUR + timedelta(days=n)).isoformat()),
        "debut_max": st.integers(20, 40).map(lambda n: (JOUR + timedelta(days=n)).isoformat()),
        "tri": st.sampled_from(["date", "pertinence", "distance"]),
    },
)
#: The values of each filter that a session has, as the address writes them.
VALEURS = {
    "departement": lambda vue: [VILLES.get(vue["insee"], ("", "75"))[1]],
    "niveau": lambda vue: [str(vue["niveau"] or 0)],
    "modalite": lambda vue: [{code: name for name, code in MODALITES.items()}[vue["modalite"]]],
    "dispositif": lambda vue: vue["dispositifs"],
}
FAMILLES = {
    "boulanger": ["boulang"],
    "boulangerie école": ["boulang", "ecole"],
    "gestion": ["gestion"],
    "nantes": ["nantes"],
    "soudeur zzz": ["zzz"],
}
#: Within the radius of each place, as the crow flies: Rezé is 3 km from Nantes, Angers 80 km.
ALENTOURS = {
    ("Nantes", "0"): {"44109"},
    ("Nantes", "10"): {"44109", "44143"},
    ("Nantes", "100"): set(VILLES),
    ("Angers", "0"): {"49007"},
    ("Angers", "10"): {"49007"},
    ("Angers", "100"): set(VILLES),
}


def naive(vue: dict, d: dict) -> bool:
    """Whether the session `vue` verifies the demand `d`, said as plainly as can be."""
    ville, departement = VILLES.get(vue["insee"], ("Bruxelles", "75"))
    texte = f"{vue['intitule']} {vue['organisme']} {ville}".lower().replace("é", "e")
    texte = texte.replace("école", "ecole")
    around = ALENTOURS.get((d.get("lieu"), d.get("rayon", "0")))
    a_distance = vue["modalite"] == "2"
    return all(
        [
            vue["debut"] + timedelta(days=vue["duree"]) >= JOUR,
            all(mot in texte for mot in FAMILLES.get(d.get("q"), [])),
            around is None or vue["insee"] in around or a_distance,
            "sans_distance" not in d or not a_distance,
            not d.get("departement") or departement in d["departement"],
            not d.get("niveau") or str(vue["niveau"] or 0) in d["niveau"],
            not d.get("modalite") or vue["modalite"] in [MODALITES[m] for m in d["modalite"]],
            not d.get("dispositif") or set(vue["dispositifs"]) & set(d["dispositif"]),
            "esp" not in d or vue["esp"],
            "cpf" not in d or vue["cpf"],
            "places" not in d or vue["places"] != 0,
            "debut_min" not in d or vue["debut"].isoformat() >= d["debut_min"],
            "debut_max" not in d or vue["debut"].isoformat() <= d["debut_max"],
        ]
    )


def adresse_of(d: dict) -> str:
    params = QueryDict(mutable=True)
    for name, value in d.items():
        params.setlist(name, value if isinstance(value, list) else [value])
    return params.urlencode()


def communes() -> None:
    CommuneFactory(latitude=47.2173, longitude=-1.5534)
    CommuneFactory(insee="44143", nom="Rezé", codes_postaux=["44400"], latitude=47.1905, longitude=-1.5694)
    CommuneFactory(
        insee="49007",
        nom="Angers",
        codes_postaux=["49000"],
        departement="49",
        latitude=47.4725,
        longitude=-0.5563,
    )


def put(offre: Offre, sessions: list[dict]) -> dict[str, dict]:
    """The sessions online, by number."""
    rows, vues = [], {}
    for vue in sessions:
        ville, departement = VILLES.get(vue["insee"], ("Bruxelles", "75"))
        reste = {name: value for name, value in vue.items() if name != "duree"}
        row = offre.build(
            **reste, ville=ville, departement=departement, fin=vue["debut"] + timedelta(days=vue["duree"])
        )
        rows.append(row)
        vues[row.numero] = vue
    offre.put(*rows)
    return vues


def walk(adresse: str, *, backward: bool = False, taille: int = 3) -> list[str]:
    """Every number, page after page; `backward`: from the last page to the first."""
    numeros, page = [], search(filtre_of(adresse, jour=JOUR), taille=taille)
    numeros += page.numeros
    while page.suivant:
        page = search(filtre_of(adresse, jour=JOUR), apres=read_key(page.suivant), taille=taille)
        numeros += page.numeros
    if backward:
        numeros = page.numeros
        while page.precedent:
            page = search(filtre_of(adresse, jour=JOUR), avant=read_key(page.precedent), taille=taille)
            numeros = page.numeros + [n for n in numeros if n not in page.numeros]
    return numeros


class RandomOffre(HypothesisCase):
    """The same rows, the same counts and the same pages as a filter anybody can check by eye."""

    def setUp(self):
        communes()
        TypeDispositifFactory(code="aif", libelle="AIF")
        TypeDispositifFactory(code="poec", libelle="POEC")
        self.offre = Offre()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(sessions=st.lists(session, max_size=14), demandes=st.lists(demande, min_size=4, max_size=4))
    def test_set_count_facets_and_pages(self, sessions, demandes):
        vues = put(self.offre, sessions)
        for d in demandes:
            adresse = adresse_of(d)
            wanted = {numero for numero, vue in vues.items() if naive(vue, d)}
            filtre = filtre_of(adresse, jour=JOUR)
            page = search(filtre)
            assert set(filtre.qs.values_list("pk", flat=True)) == wanted, adresse
            by_columns = filtre.filter_by_columns(FicheRecherche.objects.all())
            if condition := filtre.said_by_document:
                by_columns = by_columns.filter(condition)
            assert set(by_columns.values_list("pk", flat=True)) == wanted, adresse
            assert (page.total, page.est_exact, set(page.numeros)) == (len(wanted), True, wanted), adresse
            assert walk(adresse) == page.numeros == walk(adresse, backward=True), adresse
            self.check_facets(page, list(vues.values()), d)
            self.check_walk(adresse, wanted)

    def check_facets(self, page, vues, d):
        """Each filter's figures are those of what the other filters keep; a box's, of what all keep."""
        kept = [vue for vue in vues if naive(vue, d)]
        for name, values in VALEURS.items():
            rest = {other: value for other, value in d.items() if other != name}
            told = [value for vue in vues if naive(vue, rest) for value in values(vue)]
            assert page.facettes[name] == {value: told.count(value) for value in set(told)}, (name, d)
        for name, holds in (("esp", "esp"), ("cpf", "cpf")):
            assert page.facettes[name]["oui"] == sum(vue[holds] for vue in kept)
        assert page.facettes["places"]["oui"] == sum(vue["places"] != 0 for vue in kept)

    def check_walk(self, adresse, wanted):
        """Above the threshold, the index is walked: the same sessions, by date, however far it goes."""
        before = lecture.SEUIL_EXACT, lecture.SEUIL_CHOISI, parcours.PORTEE
        lecture.SEUIL_EXACT = lecture.SEUIL_CHOISI = 0
        try:
            walked = walk(adresse)
            assert walked == walk(adresse, backward=True), adresse
            parcours.PORTEE = 5
            assert walked == walk(adresse) == walk(adresse, backward=True), adresse
        finally:
            lecture.SEUIL_EXACT, lecture.SEUIL_CHOISI, parcours.PORTEE = before
        assert set(walked) == wanted, adresse
        assert len(walked) == len(wanted), adresse
        assert walked == walk(f"{adresse}&tri=date") or "tri=" in adresse, adresse


@pytest.fixture
def douze(offre):
    """Twelve sessions: three titles that hold the word, begun and to come, here and there."""
    communes()
    titres = ["CAP Boulanger", "CAP Boucher"]
    return [
        offre.add(
            intitule=titres[rang % 2],
            organisme="Boulangerie École",
            insee=list(VILLES)[rang % 3],
            ville=VILLES[list(VILLES)[rang % 3]][0],
            debut=JOUR + timedelta(days=(rang - 5) * 7),
            fin=JOUR + timedelta(days=200),
        )
        for rang in range(12)
    ]


TRIS = ["q=boulanger", "q=boulanger&tri=date", "tri=date", "lieu=Nantes&rayon=100&tri=distance"]


@pytest.mark.parametrize("seuil", [10_000, 0])
@pytest.mark.parametrize("adresse", TRIS)
@pytest.mark.django_db
def test_each_page_is_read_once_even_when_rows_leave_meanwhile(douze, adresse, seuil, monkeypatch):
    for name in ("SEUIL_EXACT", "SEUIL_CHOISI"):
        monkeypatch.setattr(lecture, name, seuil)
    every = walk(adresse)
    assert sorted(every) == sorted(douze)
    page = search(filtre_of(adresse, jour=JOUR), taille=4)
    # What has been read leaves, the row that the key names among them.
    Diffusion.objects.filter(pk__in=page.numeros).delete()
    read = list(page.numeros)
    while page.suivant:
        page = search(filtre_of(adresse, jour=JOUR), apres=read_key(page.suivant), taille=4)
        read += page.numeros
    assert read == every


@pytest.mark.django_db
def test_relevance_puts_titles_first_and_dates_put_what_is_to_come_first(douze):
    vues = {row.numero: row for row in Diffusion.objects.all()}
    by_words = [vues[numero] for numero in found("q=boulanger", jour=JOUR)]
    assert [row.intitule for row in by_words] == ["CAP Boulanger"] * 6 + ["CAP Boucher"] * 6
    by_date = [vues[numero].date_debut for numero in found("tri=date", jour=JOUR)]
    to_come, begun = by_date[:7], by_date[7:]
    assert to_come == sorted(to_come)
    assert min(to_come) == JOUR
    assert begun == sorted(begun, reverse=True)


@pytest.mark.django_db
def test_few_sessions_that_the_planner_thought_many_are_counted(douze, monkeypatch):
    """As it does of words and filters that go together: the exact number is shown, and not its own."""
    monkeypatch.setattr(lecture, "expected_rows", lambda rows: lecture.SEUIL_CHOISI + 1)
    monkeypatch.setattr(parcours, "PORTEE", 3)

    page = search(filtre_of("q=boulanger", jour=JOUR))

    assert (page.total, page.est_exact, len(page.cles)) == (12, True, 12)
    assert page.facettes["departement"] == {"44": 12}


@pytest.mark.django_db
def test_a_place_is_counted_even_when_its_departement_has_many_sessions(offre, monkeypatch):
    """The index gives whole départements to read: a few thousand rows, of which the place keeps few."""
    commune = CommuneFactory(latitude=47.2173, longitude=-1.5534)
    for rang in range(6):
        offre.add(insee="44109" if rang < 2 else "44143", debut=JOUR + timedelta(days=rang))
    monkeypatch.setattr(lecture, "SEUIL_CHOISI", 3)
    lues = iter([5, 2])  # what the index gives to read, what is kept of it
    monkeypatch.setattr(lecture, "expected_rows", lambda rows: next(lues))

    page = search(filtre_of(f"lieu={commune.nom}&rayon=0&tri=distance", jour=JOUR))

    assert (page.total, page.est_exact, page.tri) == (2, True, "distance")
    assert page.facettes["departement"] == {"44": 2}


@pytest.mark.django_db
def test_an_order_that_was_asked_for_is_told_of_more_sessions(douze, monkeypatch):
    """Above the first threshold, by date, unless relevance or distance is asked for: up to the second."""
    monkeypatch.setattr(lecture, "SEUIL_EXACT", 5)
    monkeypatch.setattr(lecture, "SEUIL_CHOISI", 12)
    assert search(filtre_of("q=boulanger", jour=JOUR)).tri == "date"
    for adresse in ("q=boulanger&tri=pertinence", "lieu=Nantes&rayon=100&tri=distance"):
        page = search(filtre_of(adresse, jour=JOUR), taille=5)
        assert (page.total, page.est_exact, adresse.endswith(page.tri)) == (12, True, True)
    monkeypatch.setattr(lecture, "SEUIL_CHOISI", 11)
    page = search(filtre_of("q=boulanger&tri=pertinence", jour=JOUR), taille=5)
    assert (page.tri, page.est_exact, say_total(page)) == ("date", False, "Environ 12\u00a0sessions")


@pytest.mark.django_db
def test_the_other_values_of_a_filter_in_force_are_not_told_when_the_rest_is_many(offre, monkeypatch):
    for departement in ("44", "44", "49"):
        offre.add(departement=departement)
    adresse = "q=boulanger&departement=44&niveau=3"
    assert search(filtre_of(adresse)).facettes["departement"] == {"44": 2, "49": 1}
    for estimate in (3, 1):  # the planner's, wrong or right
        monkeypatch.setattr(autres, "expected_rows", lambda rows, estimate=estimate: estimate)
        monkeypatch.setattr(autres, "SEUIL", 2)
        page = search(filtre_of(adresse))
        assert (page.facettes["departement"], page.completes) == ({"44": 2}, frozenset())


@pytest.mark.parametrize("tri", ["date", "pertinence"])
@pytest.mark.django_db
def test_every_page_says_the_same_number(offre, tri, monkeypatch):
    """Rare on the nearest dates and frequent farther: what the first page counted, the next do not guess."""
    for rang in range(14):
        intitule = "Soudeur" if rang < 6 else "CAP Boulanger"
        offre.add(intitule=intitule, debut=JOUR + timedelta(days=rang), fin=JOUR + timedelta(days=200))
    monkeypatch.setattr(lecture, "expected_rows", lambda rows: lecture.SEUIL_CHOISI + 1)
    monkeypatch.setattr(parcours, "PORTEE", 5)
    adresse = f"q=boulanger&tri={tri}"

    page, said = search(filtre_of(adresse, jour=JOUR), taille=2), []
    while True:
        said.append((page.total, page.est_exact))
        if not page.suivant:
            break
        page = search(filtre_of(adresse, jour=JOUR), apres=read_key(page.suivant), taille=2)
    assert said == [(8, True)] * 4


@pytest.mark.parametrize(
    "cle",
    [
        "",
        "x",
        "date~0~2027-01-01",
        "date~a~2027-01-01~52_1",
        "date~0~jamais~52_1",
        "date~0~2027-01-01~\0",
        "~~~",
    ],
)
def test_a_forged_key_is_no_key(cle):
    assert read_key(cle) is None


@pytest.mark.django_db
def test_a_key_of_another_order_gives_the_first_page(douze):
    first = search(filtre_of("tri=date", jour=JOUR), taille=4)
    other = search(filtre_of("lieu=Nantes&rayon=100&tri=distance", jour=JOUR), taille=4)
    wrong = search(filtre_of("tri=date", jour=JOUR), apres=read_key(other.suivant), taille=4)
    assert wrong.numeros == first.numeros
