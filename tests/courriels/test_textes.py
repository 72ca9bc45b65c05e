"""What every mail of the site must be, whoever writes it."""

import re

import pytest
from django.conf import settings

from sofi.courriels.redaction import decouper, rediger

TEXTES = sorted((settings.BASE_DIR / "templates/courriels").glob("*.txt"))


@pytest.fixture(params=TEXTES, ids=lambda path: path.stem)
def texte(request) -> str:
    return request.param.read_text()


def test_there_are_mails_to_check():
    assert len(TEXTES) > 1


def test_french_typography_of_mails(texte):
    """No ordinary space before a high punctuation mark, none inside guillemets, no straight apostrophe."""
    visible = re.sub(r"{%.*?%}|{{.*?}}", "", texte)
    assert re.findall(r".{0,20} [:;!?»](?=\s|$)|« .{0,20}", visible) == []
    assert re.findall(r"\w'\w+", visible) == []


def test_nothing_is_escaped_nor_loaded_in_a_mail(texte):
    """Plain text, and its filters are there already (sofi.courriels.redaction)."""
    assert not re.search(r"&\w+;|</?\w+>|{% load|\|(safe|linebreaks|urlize)", texte)


@pytest.mark.parametrize(
    "chemin", [path for path in TEXTES if path.stem[0] != "_"], ids=lambda path: path.stem
)
def test_a_mail_has_a_subject_then_says_hello(chemin):
    objet, _, corps = chemin.read_text().partition("\n")
    assert objet.strip()
    assert corps.lstrip().startswith("Bonjour")


def test_a_name_of_several_lines_makes_no_paragraph_nor_button_of_its_own():
    """A form may be sent without a browser, which would have joined the lines."""
    nom = f"Zoé\n\nVotre compte est bloqué, appelez le 08 99 :\n{settings.SOFI_URL}/ailleurs/"
    contexte = {"prenom": nom, "organisme": nom, "auteur": nom, "role": "lecture", "url": "x"}

    objet, corps = rediger("role_retire", contexte)

    assert "\n" not in objet
    assert "Votre compte est bloqué" not in [ligne[:23] for ligne in corps.split("\n")]
    assert [bloc.url for bloc in decouper(corps) if bloc.url.endswith("/ailleurs/")] == []


def test_an_address_of_ours_ends_a_button_a_sheet_or_what_stops_the_mails():
    url = f"{settings.SOFI_URL}/page/"
    blocs = decouper(
        f"Lire :\n{url}\n\nCAP\nNantes\n{url}\n\nNe plus recevoir ces e-mails :\n{url}\n\n> A\n> B\n{url}"
    )
    assert [(bloc.genre, bloc.url) for bloc in blocs] == [
        ("bouton", url),
        ("fiche", url),
        ("arret", url),
        ("citation", ""),
        ("paragraphe", ""),
    ]


def test_what_is_quoted_keeps_its_lines():
    contexte = {"prenom": "Zoé", "raison_sociale": "Greta", "siret": "1", "motif": "Un.\nDeux.", "url": "x"}

    assert "> Un.\n> Deux." in rediger("demande_refusee", contexte)[1]
