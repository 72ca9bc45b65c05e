"""Random sheets of published sessions: longest texts, odd characters, every code that LHÉO knows."""

from hypothesis import strategies as st

from catalogue.enums import EtatCertification, NiveauEntree, PeriodeFormation, Rythme
from catalogue.lheo.limites import CODES

#: Any character, those that XML forbids too.
CARACTERES = st.characters(exclude_categories=[])
ECHAPPES = st.sampled_from(
    [
        "<b>gras</b>",
        "a & b",
        "]]>",
        "<!-- -->",
        '"',
        "’",
        "é\u0301",
        "\u00a0",
        "\r\n",
        "…",
        " – ",
        "&lt;",
        "\x0b",
        "\ud800",
    ]
)


def texte(longueur: int, *, vide: bool = True) -> st.SearchStrategy[str]:
    """A text of `longueur` characters at most, some of them exactly that long, or longer than LHÉO takes."""
    courts = st.text(CARACTERES | ECHAPPES.map(lambda t: t[:1]), max_size=min(longueur, 40))
    longs = st.builds(lambda motif, n: (motif * n)[:n], ECHAPPES | st.just("mot "), st.integers(1, longueur))
    pleins = st.sampled_from(["é" * longueur, "a b" * (longueur // 3), "&" * longueur, "x" * (longueur + 50)])
    tous = st.one_of(courts, ECHAPPES, longs, pleins)
    return tous if vide else tous.map(lambda t: f"M{t}")


def chiffres(longueur: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=longueur, max_size=longueur)


def codes(taille: int, maximum: int) -> st.SearchStrategy[list[str]]:
    return st.lists(chiffres(taille), max_size=maximum, unique=True)


def code(tag: str) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(CODES[tag]))


TELEPHONES = st.just("") | chiffres(10) | texte(24).map(lambda t: t.strip()[:24])
COURRIELS = st.sampled_from(["", "a@b.fr", f"{'a' * 150}@exemple.fr", "é&@exemple.fr"])
URLS = st.sampled_from(["", "https://exemple.fr/?a=1&b=<2>", f"https://exemple.fr/{'x' * 380}"])
UAIS = st.sampled_from(["", "0440001M"])
LIGNES = st.lists(texte(90, vide=False), min_size=1, max_size=5)


def _lieu(**autres) -> st.SearchStrategy[dict]:
    return st.fixed_dictionaries(
        {
            "lignes": LIGNES,
            "code_postal": chiffres(5),
            "ville": texte(50, vide=False),
            "departement": st.sampled_from(["44", "2A", "974", ""]),
            "insee": st.none() | chiffres(5),
            "telephone": TELEPHONES,
            "courriel": COURRIELS,
            **autres,
        }
    )


SITES = _lieu(nom=texte(255), siret=st.just("") | chiffres(14), uai=UAIS, id=st.integers(1, 10**9))
ORGANISMES = _lieu(
    id=st.integers(1, 10**12),
    raison_sociale=texte(300, vide=False),
    nom_usage=texte(300),
    siret=chiffres(14),
    nda=chiffres(11),
    uai=UAIS,
    site_web=URLS,
)
CERTIFICATIONS = st.none() | st.fixed_dictionaries(
    {
        "code": st.integers(1, 10**10 - 1).map(str),
        "etat": st.sampled_from(EtatCertification.values),
        "niveau": st.none() | st.integers(3, 8),
        "formacodes": codes(5, 8),
        "nsfs": codes(3, 5),
        "romes": codes(5, 7),
        "code_rncp": st.just("") | st.integers(1, 99_999).map(str),
        "codes_rs": codes(4, 7),
    }
)
HEURES = st.none() | st.integers(0, 49_999)
PLACES = st.none() | st.integers(0, 99_999)
ACTIONS = st.fixed_dictionaries(
    {
        "complement_intitule": texte(255),
        "complement_descriptif": texte(3_000),
        "url": URLS,
        "niveau_entree": st.sampled_from(NiveauEntree.values),
        "type_parcours": code("parcours-de-formation"),
        "modalites_pedagogiques": texte(200),
        "modalites_es": code("modalites-entrees-sorties"),
        "duree_centre": HEURES,
        "duree_entreprise": HEURES,
        "duree_hebdo": st.none() | st.sampled_from(["35.00", "0.50"]),
        "commentaire_duree": texte(300),
        "commentaire_prerequis": texte(3_000),
        "site_dispensateur": SITES,
    }
)
SESSIONS = st.fixed_dictionaries(
    {
        "numero": st.integers(1, 10**7).map(lambda rang: f"52_{rang:06d}"),
        "site_lieu": SITES,
        "date_debut": st.dates().map(lambda jour: jour.replace(year=2027).isoformat()),
        "date_fin": st.dates().map(lambda jour: jour.replace(year=2028).isoformat()),
        "rythmes": st.lists(st.sampled_from(Rythme.values), unique=True),
        "periodes": st.lists(st.sampled_from(PeriodeFormation.values), unique=True),
        "modalites_enseignement": code("modalites-enseignement"),
        "capacite": PLACES,
        "places_disponibles": PLACES,
    }
)
DISPOSITIFS = st.fixed_dictionaries(
    {
        "type": st.just("essai"),
        "libelle": texte(80, vide=False),
        "est_apprentissage": st.booleans(),
        "est_formation_initiale": st.booleans(),
        "financeurs": st.lists(code("code-financeur"), max_size=4, unique=True),
        "publics": st.lists(chiffres(5), min_size=1, max_size=6, unique=True),
        "codes_externes": texte(80),
        "nb_places": PLACES,
        "cout_stagiaire": st.none() | st.sampled_from(["0.00", "9999999.99"]),
        "prise_en_charge": st.booleans(),
    }
)
CONTENUS = st.fixed_dictionaries(
    {
        "organisme": ORGANISMES,
        "formation": st.fixed_dictionaries(
            {
                "intitule": texte(500, vide=False),
                "objectif": texte(3_000),
                "programme": texte(3_000),
                "certification": CERTIFICATIONS,
            }
        ),
        "action": ACTIONS,
        "session": SESSIONS,
        "dispositifs": st.lists(DISPOSITIFS, min_size=1, max_size=4),
    }
)
