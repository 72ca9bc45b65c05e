"""What every mail of the site must be, whoever writes it."""

import re

import pytest
from django.conf import settings

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
