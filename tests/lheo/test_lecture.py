"""Our documents read back: written again they are the same bytes, and no XML can do harm.

`--offres 5000` is the long run of the random offers.
"""

import io
from datetime import date

import hypothesis
import pytest
from hypothesis import given

from catalogue.lheo import document, lecture, schema
from catalogue.lheo.fragment import build_formation
from tests.lheo.outils import document as document_of
from tests.lheo.outils import schema_errors, with_schema
from tests.lheo.strategies import CONTENUS

JOURS = {"creee": date(2027, 1, 2), "modifiee": date(2027, 3, 4)}


def read(texte: bytes) -> list[lecture.Fiche]:
    return list(lecture.read(io.BytesIO(texte)))


def export(*fiches: lecture.Fiche) -> bytes:
    offres = "".join(
        build_formation(fiche.contenu, creee=fiche.creee, modifiee=fiche.modifiee)[0] for fiche in fiches
    )
    return f'<lheo xmlns="{schema.ESPACE}"><offres>{offres}</offres></lheo>'.encode()


@pytest.fixture(scope="module")
def offres(request):
    return request.config.getoption("offres")


def test_export_read_and_exported_again_is_the_same_to_the_byte(offres):
    """A sheet our check takes comes back whole; the published schema takes it too, where it is at hand."""
    vues = {"justes": 0, "fausses": 0}
    xsd = schema.load()

    @given(contenu=CONTENUS)
    @hypothesis.settings(
        max_examples=offres,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def agree(contenu):
        _, fautes = build_formation(contenu, **JOURS)
        premier = export(lecture.Fiche(contenu, *JOURS.values()))
        if xsd:
            assert (fautes == []) == (schema_errors(premier) == []), fautes
        vues["fausses" if fautes else "justes"] += 1
        if not fautes:
            assert export(*read(premier)) == premier

    agree()
    assert vues["justes"] > offres / 4, vues


@with_schema
def test_the_schema_is_at_hand():
    """Skipped, and said so, where it is not: the random offers are then checked by our own rules only."""
    assert schema.load()


@pytest.mark.django_db
def test_a_whole_sheet_comes_back(diffusion):
    (fiche,) = read(document_of(diffusion.contenu))
    assert fiche.contenu["formation"]["intitule"] == "CAP boucher"
    assert fiche.contenu["action"]["complement_intitule"] == "parcours du soir"
    assert fiche.contenu["session"]["rythmes"] == diffusion.contenu["session"]["rythmes"]
    assert fiche.contenu["organisme"]["id"] == diffusion.organisme_id
    (dispositif,) = fiche.contenu["dispositifs"]
    assert (dispositif["financeurs"], dispositif["cout_stagiaire"]) == (["5", "10"], "3500.00")


@pytest.mark.django_db
def test_memory_does_not_grow_with_the_document(diffusion):
    """No more is read ahead than a block, and no more formations are remembered than some."""
    fichier = io.BytesIO(document_of(*[diffusion.contenu] * 200))
    lus = [(fichier.tell(), len(formation)) for formation in lecture.formations(fichier)]
    assert len(lus) == 200
    assert all(
        position <= (rang + 2) * taille + 2 * lecture._BLOC for rang, (position, taille) in enumerate(lus)
    )


BOMBE = (
    '<!DOCTYPE lheo [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + f']><lheo xmlns="{schema.ESPACE}"><offres>&i;</offres></lheo>'
)
ATTAQUES = {
    "doctype": f'<!DOCTYPE lheo><lheo xmlns="{schema.ESPACE}"/>',
    "doctype_externe": f'<!DOCTYPE lheo SYSTEM "http://exemple.fr/x.dtd"><lheo xmlns="{schema.ESPACE}"/>',
    "entite_externe": '<!DOCTYPE lheo [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f'<lheo xmlns="{schema.ESPACE}"><offres>&x;</offres></lheo>',
    "milliard_de_rires": BOMBE,
    "profondeur": f'<lheo xmlns="{schema.ESPACE}">' + "<a>" * 100_000 + "</a>" * 100_000 + "</lheo>",
    "tronque": f'<lheo xmlns="{schema.ESPACE}"><offres><formation>',
    "vide": "",
    "autre_racine": "<html/>",
    "doctype_dedans": f'<lheo xmlns="{schema.ESPACE}"><offres><!DOCTYPE formation [<!ENTITY a "ha">]>'
    '<formation numero="1"><action >&a;</action></formation></offres></lheo>',
    "suite": f'<lheo xmlns="{schema.ESPACE}"><offres></offres></lheo><lheo/>',
    "sans_fin": f'<lheo xmlns="{schema.ESPACE}"><offres><formation ' + "x" * (lecture._LONGUEUR + 99999),
    "formation_vide": f'<lheo xmlns="{schema.ESPACE}"><offres><formation/></offres></lheo>',
}


@pytest.mark.parametrize("nom", ATTAQUES)
def test_what_is_not_ours_is_refused_in_words(nom):
    with pytest.raises(lecture.XmlRefuse, match=r"^Le document "):
        read(ATTAQUES[nom].encode())


def test_the_head_of_a_document_is_read_by_the_reader(settings):
    from django.utils import timezone

    assert read(document.head(timezone.now()) + document.FIN) == []
