"""Of any offer and any search: counts, facets and pages, against a naive filter in Python."""

from datetime import timedelta

from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from catalogue.models import FicheRecherche
from catalogue.recherche import lecture, parcours
from catalogue.recherche.lecture import search
from tests.factories import TypeDispositifFactory
from tests.recherche.outils import JOUR, VILLES, Offre, communes, filtre_of, walk

TITRES = ["CAP Boulanger", "CAP Boucher", "Soudeur industriel", "Maintenance des systèmes", "BTS Gestion"]
ORGANISMES = ["Estuaire Formation", "Boulangerie École", "Centre horizon"]
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
