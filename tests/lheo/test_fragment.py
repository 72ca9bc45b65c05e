"""One sheet as one LHÉO element: where each field goes, and that the published schema takes it."""

from copy import deepcopy
from datetime import date

import hypothesis
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from catalogue.lheo import schema
from catalogue.lheo.ecriture import element
from catalogue.lheo.limites import TEXTES
from tests.lheo.outils import document, element_of, faults, schema_errors, with_schema

pytestmark = pytest.mark.django_db
CARIF = settings.CARIF.code_lheo


def text(formation, path):
    return formation.findtext(path)


def test_each_field_goes_to_its_element(diffusion):
    formation = element_of(diffusion.contenu)
    debut, fin = (f"{jour:%Y%m%d}" for jour in (diffusion.date_debut, diffusion.date_fin))
    attendus = {
        "intitule-formation": "CAP boucher – parcours du soir",
        "objectif-formation": "Désosser et vendre.",
        "resultats-attendus": "Obtention de : CAP boucher",
        "contenu-formation": "Travail des viandes.\n\nAtelier équipé & chambre froide.",
        "certifiante": "1",
        "domaine-formation/code-FORMACODE": "21599",
        "domaine-formation/code-NSF": "221",
        "domaine-formation/code-ROME": "D1101",
        "contact-formation/coordonnees/telfixe/numtel": "02 40 11 22 33",
        "contact-formation/coordonnees/courriel": "campus@exemple.fr",
        "parcours-de-formation": "1",
        "code-niveau-entree": "13",
        "objectif-general-formation": "6",
        "certification/code-RNCP": "37535",
        "certification/code-CERTIFINFO": "114763",
        "certification/code-RS": "5001",
        "certification[2]/code-RS": "5002",
        "code-niveau-sortie": "13",
        "action/rythme-formation": "Temps partiel, en alternance, en journée",
        "action/code-public-vise": "80006",
        "action/code-public-vise[2]": "82044",
        "action/niveau-entree-obligatoire": "1",
        "action/modalites-alternance": "400 heures en centre, 140 heures en entreprise",
        "action/modalites-enseignement": "0",
        "action/conditions-specifiques": "Savoir lire et écrire.",
        "action/prise-en-charge-frais-possible": "1",
        "action/lieu-de-formation/SIRET-lieu-formation/SIRET": diffusion.organisme.siret,
        "action/lieu-de-formation/code-UAI-lieu-formation/code-UAI": "0440001M",
        "action/lieu-de-formation/coordonnees/adresse/denomination": "Campus de l’Île",
        "action/lieu-de-formation/coordonnees/adresse/ligne": "1 rue des Écoles",
        "action/lieu-de-formation/coordonnees/adresse/codepostal": "44000",
        "action/lieu-de-formation/coordonnees/adresse/ville": "Nantes",
        "action/lieu-de-formation/coordonnees/adresse/departement": "44",
        "action/lieu-de-formation/coordonnees/adresse/region": settings.CARIF.code_region,
        "action/modalites-entrees-sorties": "0",
        "action/url-action/urlweb": "https://www.exemple.fr/boucher?a=1&b=2",
        "action/session/periode/debut": debut,
        "action/session/periode/fin": fin,
        "action/session/adresse-inscription/adresse/ligne": "1 rue des Écoles",
        "action/session/etat-recrutement": "1",
        "action/session/extras/extra[@info='capacite']": "12",
        "action/session/extras/extra[@info='places-disponibles']": "8",
        "action/modalites-pedagogiques": "Petits groupes.",
        "action/prix-total-TTC": "3500.00",
        "action/duree-indicative": "Un an.",
        "action/nombre-heures-centre": "400",
        "action/nombre-heures-entreprise": "140",
        "action/nombre-heures-total": "540",
        "action/organisme-formateur/SIRET-formateur/SIRET": diffusion.organisme.siret,
        "action/organisme-formateur/raison-sociale-formateur": "Association Estuaire",
        "action/organisme-formateur/code-UAI-formateur/code-UAI": "0440001M",
        "action/organisme-financeur/code-financeur": "5",
        "action/organisme-financeur[2]/code-financeur": "10",
        "action/organisme-financeur/extras/extra[@info='programme-financeur']": "Financement privé",
        "action/organisme-financeur/extras/extra[@info='ref-action-marche-financeur']": "AF-12",
        "action/organisme-financeur/extras/extra[@info='code-public-vise']": "80006",
        "action/extras/extra[@info='duree-hebdo']": "35.00",
        "organisme-formation-responsable/numero-activite": "52440123444",
        "organisme-formation-responsable/nom-organisme": "Estuaire Formation",
        "organisme-formation-responsable/raison-sociale": "Association Estuaire",
    }
    assert {path: text(formation, path) for path in attendus} == attendus
    responsable = formation.find("organisme-formation-responsable")
    adresse = responsable.find("coordonnees-organisme/coordonnees/adresse")
    assert [ligne.text for ligne in adresse.findall("ligne")] == ["12 quai des Apprentis"]
    assert text(responsable, "contact-organisme/coordonnees/web/urlweb") == "https://www.exemple.fr"
    assert formation.find("domaine-formation/code-FORMACODE").attrib == {"ref": "V13", "tag": "principal"}


def test_places_are_those_of_a_funder_that_is_alone(diffusion):
    def places():
        return [
            f.findtext("nb-places-financees")
            for f in element_of(diffusion.contenu).iter("organisme-financeur")
        ]

    assert places() == [None, None]
    diffusion.contenu["dispositifs"][0]["financeurs"] = ["4"]
    assert places() == ["12"]


def test_the_public_number_names_the_three_levels(diffusion):
    formation = element_of(diffusion.contenu, creee=date(2027, 1, 2), modifiee=date(2027, 3, 4))
    attributs = {"numero": diffusion.numero, "datecrea": "20270102", "datemaj": "20270304"}
    assert formation.attrib == formation.find("action").attrib == attributs
    assert formation.find("action/session").attrib == attributs
    assert (
        formation.find("organisme-formation-responsable").get("numero")
        == f"{CARIF}_OF{diffusion.organisme_id}"
    )


#: What a sheet may lack or hold too much of.
VARIANTES = {
    "entiere": lambda c: None,
    "hors_certifinfo": lambda c: c["formation"].update(certification=None),
    "non_certifiante": lambda c: c["formation"]["certification"].update(etat=4, code_rncp="", codes_rs=[]),
    "habilitation": lambda c: c["formation"]["certification"].update(etat=11, niveau=None),
    "sans_textes": lambda c: c["formation"].update(objectif="", programme=""),
    "textes_trop_longs": lambda c: c["formation"].update(
        intitule="i" * 500, objectif="o" * 4000, programme="p\n" * 3000
    ),
    "sans_options": lambda c: c["action"].update(
        url="", modalites_pedagogiques="", commentaire_duree="", commentaire_prerequis="", duree_hebdo=None
    ),
    "duree_longue": lambda c: c["action"].update(commentaire_duree="d" * 500, duree_entreprise=None),
    "complet": lambda c: c["session"].update(places_disponibles=0, capacite=None),
    "places_inconnues": lambda c: c["session"].update(places_disponibles=None, rythmes=[], periodes=[]),
    "adresse_longue": lambda c: c["session"]["site_lieu"].update(
        lignes=["Zone d’activités de la Grande Prairie, bâtiment des métiers de bouche, deuxième étage"],
        insee=None,
        siret="",
        uai="",
        nom="n" * 250,
    ),
    "ancienne_fiche": lambda c: [c["organisme"].pop(champ) for champ in ("lignes", "code_postal", "uai")],
    "caracteres_interdits": lambda c: c["action"].update(complement_descriptif="a\x00b\x0bc\ud800d\ufffee"),
    "financeurs_nombreux": lambda c: c.update(
        dispositifs=[d | {"financeurs": ["16", "17", "5", "10"]} for d in c["dispositifs"] * 4]
    ),
    "prix_maximum": lambda c: c["dispositifs"][0].update(cout_stagiaire="9999999.99", nb_places=None),
    "organisme_scolaire": lambda c: c["organisme"].update(uai="0440001M"),
    "autre_region": lambda c: c["session"]["site_lieu"].update(departement="974", code_postal="97400"),
}


@pytest.mark.parametrize("nom", VARIANTES)
def test_our_check_finds_nothing(diffusion, nom):
    VARIANTES[nom](diffusion.contenu)
    assert faults(diffusion.contenu) == []


@with_schema
@pytest.mark.parametrize("nom", VARIANTES)
def test_the_published_schema_takes_it(diffusion, nom):
    VARIANTES[nom](diffusion.contenu)
    assert schema_errors(document(diffusion.contenu)) == []


#: What breaks the schema, and the words of our check.
FAUTES = {
    "formacode": (
        lambda c: c["formation"]["certification"].update(formacodes=["2159"]),
        "Formacode de la certification",
    ),
    "rs": (lambda c: c["formation"]["certification"].update(codes_rs=["12"]), "code RS"),
    "nda": (lambda c: c["organisme"].update(nda=""), "numéro de déclaration d’activité"),
    "siret": (lambda c: c["organisme"].update(siret="123"), "SIRET"),
    "publics": (
        lambda c: c.update(dispositifs=[]),
        "publics du dispositif\u00a0: à indiquer (élément «\u00a0action\u00a0» de LHÉO)",
    ),
    "parcours": (lambda c: c["action"].update(type_parcours=""), "type de parcours"),
    "financeur": (lambda c: c["dispositifs"][0].update(financeurs=["99"]), "code financeur"),
    "niveau": (lambda c: c["formation"]["certification"].update(niveau=9), "niveau de la certification"),
    "lignes": (lambda c: c["session"]["site_lieu"].update(lignes=[]), "ligne d’adresse"),
    "telephone": (lambda c: c["organisme"].update(telephone="0" * 26), "téléphone"),
    "intitule": (
        lambda c: (c["formation"].update(intitule=""), c["action"].update(complement_intitule="")),
        "intitule-formation",
    ),
}


@pytest.mark.parametrize("nom", FAUTES)
def test_our_check_names_the_field(diffusion, nom):
    casse, mots = FAUTES[nom]
    casse(diffusion.contenu)
    found = faults(diffusion.contenu)
    assert found
    assert all(mots in faute for faute in found), found


CARACTERES = st.characters(exclude_categories=[])
#: Free texts of a sheet, by part; telephones and e-mails are short when they are real.
LIBRES = {
    "organisme": ("raison_sociale", "nom_usage", "ville"),
    "formation": ("intitule", "objectif", "programme"),
    "action": ("complement_intitule", "complement_descriptif", "modalites_pedagogiques", "commentaire_duree"),
}


@with_schema
def test_whatever_is_typed_our_check_and_the_schema_agree(diffusion):
    """Texts with any character: the schema takes what we find nothing against, and nothing else."""
    xsd, verdicts = schema.load(), set()

    @given(data=st.data())
    @hypothesis.settings(max_examples=80, deadline=None, derandomize=True, database=None)
    def agree(data):
        contenu = deepcopy(diffusion.contenu)
        for partie, champs in LIBRES.items():
            for champ in champs:
                contenu[partie][champ] = data.draw(st.text(CARACTERES, max_size=300), label=champ)
        site = contenu["session"]["site_lieu"]
        site["nom"] = data.draw(st.text(CARACTERES, max_size=300), label="nom")
        site["telephone"] = data.draw(st.text(CARACTERES, max_size=27), label="telephone")
        site["lignes"] = data.draw(st.lists(st.text(CARACTERES, max_size=60), max_size=5), label="lignes")
        verdict = faults(contenu) == []
        assert verdict == xsd.validate(etree.fromstring(document(contenu)))
        verdicts.add(verdict)

    agree()
    assert verdicts == {True, False}


@with_schema
@pytest.mark.parametrize("nom", FAUTES)
def test_the_published_schema_refuses_the_same(diffusion, nom):
    FAUTES[nom][0](diffusion.contenu)
    assert schema_errors(document(diffusion.contenu))


def test_children_come_in_the_order_of_the_schema_whatever_the_order_they_are_given_in():
    periode = element("periode", {"fin": "<fin>20271231</fin>", "debut": "<debut>20270101</debut>"})
    assert periode == "<periode><debut>20270101</debut><fin>20271231</fin></periode>"
    with pytest.raises(LookupError, match="milieu"):
        element("periode", {"milieu": ""})


def test_a_text_is_cut_at_its_length_with_an_ellipsis(diffusion):
    diffusion.contenu["formation"]["intitule"] = "mot " * 100
    intitule = text(element_of(diffusion.contenu), "intitule-formation")
    assert len(intitule) <= TEXTES["intitule-formation"][1]
    assert intitule.startswith("mot mot")
    assert intitule.endswith("…")
