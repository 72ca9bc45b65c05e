"""A published session whose every text is thirty attacks and every control character: each way out gives back
the same words, and nothing that XML forbids.
"""

import json
import re

import icalendar
import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from catalogue.donnees import fichiers
from catalogue.models import Diffusion, FragmentLheo
from catalogue.numeros import numero_organisme
from sofi.typographie import apostrophes
from tests.api.outils import numeros, url_of
from tests.donnees.outils import csv_rows, sheet
from tests.factories import publier
from tests.hostile.attaques import CONTROLES, TOUTES, poison
from tests.hostile.empoisonnement import CODES_JSON, rewrite
from tests.lheo.outils import ESPACE, NOMS, schema_errors, with_schema

pytestmark = pytest.mark.django_db

#: Every character that no file may hold, halves of pairs aside: the database refuses those.
SUITE = f" {CONTROLES} fin"
#: What the exchange format takes as it is, or refuses: the rest is text.
CODES = CODES_JSON | {
    *("siret", "nda", "uai", "code", "code_postal", "code_rncp", "codes_rs", "formacodes", "romes", "nsfs"),
    *("type_diplome", "financeurs", "publics", "rythmes", "periodes", "modalites_es", "niveau_entree"),
    *("type_parcours", "cpf", "certification_precedente", "telephone", "courriel", "url", "site_web"),
}


def words(texte: str) -> str:
    """A text as it is read: without controls, each run of spaces made one."""
    return " ".join("".join(c for c in texte if c not in CONTROLES).split())


@pytest.fixture
def row():
    row = publier().diffusions.get()
    row.contenu = poison(row.contenu, lambda cle: f"{cle} {TOUTES}{SUITE}", CODES)
    row.intitule = f"intitule {TOUTES}"[: 800 - len(SUITE)] + SUITE
    row.ville = f"ville{SUITE}"
    row.save()
    rewrite()
    return row


def texts(valeur) -> set[str]:
    """Every text in a document of JSON."""
    if isinstance(valeur, dict | list):
        enfants = valeur.values() if isinstance(valeur, dict) else valeur
        return set().union(*map(texts, enfants)) if enfants else set()
    return {valeur} if isinstance(valeur, str) else set()


class TestLheo:
    def test_the_element_says_the_same(self, row):
        fragment = FragmentLheo.objects.get()
        formation = etree.fromstring(fragment.xml)
        lus = {
            words(element.text)
            for element in formation.iter()
            if element.text and element.text.strip().endswith("fin")
        }

        assert fragment.fautes == []
        for partie, champ in (("formation", "objectif"), ("action", "commentaire_prerequis")):
            assert words(row.contenu[partie][champ]) in lus
        entiers = " ".join(lus)
        assert words(row.contenu["formation"]["programme"]) in entiers
        assert words(row.contenu["action"]["complement_descriptif"]) in entiers
        # Longer than the element: cut, and nothing else.
        titre = words(formation.findtext("intitule-formation"))
        assert titre.endswith("…")
        assert words(row.contenu["formation"]["intitule"]).startswith(titre[:-1].rstrip())

    def test_the_feed_holds_it(self, client, row):
        url = reverse("flux:organisme", args=[numero_organisme(row.organisme_id)])
        document = b"".join(client.get(url).streaming_content)

        textes = etree.fromstring(document).xpath("//l:objectif-formation/text()", namespaces=NOMS)
        assert list(map(words, textes)) == [words(row.contenu["formation"]["objectif"])]
        assert ESPACE.encode() in document

    @with_schema
    def test_the_published_schema_takes_it(self, row):
        offre = FragmentLheo.objects.get().xml
        assert schema_errors(f'<lheo xmlns="{ESPACE}"><offres>{offre}</offres></lheo>'.encode()) == []


def test_the_open_data_say_the_same(settings, row):
    fichiers.write(fichiers.dossier(), timezone.now())
    dossier = settings.FLUX_DIR / "donnees"
    attendus = {
        "intitule": row.intitule,
        "organisme_nom": row.contenu["organisme"]["nom_usage"] or row.contenu["organisme"]["raison_sociale"],
        "lieu_nom": row.contenu["session"]["site_lieu"]["nom"],
        "lieu_ville": row.ville,
        "prerequis": row.contenu["action"]["commentaire_prerequis"],
    }

    (ligne,) = csv_rows(dossier)
    cells = {texte for _, texte in sheet(dossier).values()}
    for nom, texte in attendus.items():
        assert ligne[nom] == words(texte), nom
        assert words(texte) in cells, nom


def test_the_api_says_what_is_stored(client, row):
    """JSON escapes controls, and takes any other character: each text is exactly that of the sheet."""
    reponses = [client.get(url_of(famille, numero)) for famille, numero in numeros(row).items()]
    lus = set().union(*(texts(json.loads(reponse.content)) for reponse in reponses))

    # The complement is in the title of the action, and nowhere by itself.
    complement = row.contenu["action"].pop("complement_intitule")
    assert texts([row.intitule, row.contenu]) - lus == set()
    assert complement not in lus
    for reponse in reponses:
        assert min(reponse.content) >= 32


def test_the_news_and_the_calendar_say_the_same(client, row):
    rss = etree.fromstring(client.get(reverse("donnees:rss")).content)
    agenda = icalendar.Calendar.from_ical(client.get(reverse("donnees:calendrier")).content)

    intitule = apostrophes(row.intitule)
    assert [words(titre) for titre in rss.xpath("//item/title/text()")] == [
        words(f"{intitule} – {row.ville}")
    ]
    assert [words(event["SUMMARY"]) for event in agenda.walk("VEVENT")] == [words(intitule)]


def test_the_page_and_its_structured_data_say_the_same(client, row):
    page = BeautifulSoup(client.get(reverse("diffusion:session", args=[row.numero])).content, "html.parser")
    lu = words(page.main.get_text(" "))
    for texte in (apostrophes(row.intitule), row.contenu["formation"]["objectif"]):
        assert words(texte) in lu
    bloc = page.select_one("script[type='application/ld+json']").string
    assert "<" not in bloc
    assert json.loads(bloc)["name"] == row.intitule


def test_the_pdf_is_a_file_without_script(client, row):
    Diffusion.objects.update(
        contenu=poison(row.contenu, lambda cle: "javascript:xss(1)", CODES - {"url", "site_web"})
    )
    content = client.get(reverse("diffusion:fiche_pdf", args=[row.numero])).content
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    for acte in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction <<", b"/URI (javascript"):
        assert not re.search(re.escape(acte), content)
