"""The files behind the look: vendored, complete, and never inline."""

import hashlib
import re

import pytest
from django.conf import settings

from catalogue.enums import StatutAction, StatutSite

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"
DONNEES = '<script type="application/ld+json">'
PAGES = sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize(
    "sums", sorted(STATIC.glob("vendor/*/SHA256SUMS")), ids=lambda path: path.parent.name
)
def test_vendored_files_are_the_published_ones(sums):
    listed = dict(reversed(line.split()) for line in sums.read_text().splitlines())
    present = {path.name for path in sums.parent.iterdir()} - {"SHA256SUMS"}
    assert set(listed) == present
    assert "LICENSE" in listed
    for name, digest in listed.items():
        assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == digest, name


def test_every_icon_asked_for_is_drawn():
    sprite = (STATIC / "img/icones.svg").read_text()
    drawn = set(re.findall(r'symbol id="([^"]+)"', sprite))
    asked = set()
    for page in PAGES:
        asked |= set(re.findall(r'icone[ (]"([^"]+)"', page.read_text()))
        asked |= set(re.findall(r'encart\.html" with ton="([^"]+)"', page.read_text()))
    assert asked
    assert asked <= drawn


def test_every_state_has_its_sign():
    sprite = (STATIC / "img/icones.svg").read_text()
    of_sessions = ["active", "bientot_inactive", "inactive", "publique", "remplacee"]
    states = [*StatutAction.values, *StatutSite.values, *of_sessions]
    assert [state for state in states if f'id="etat-{state}"' not in sprite] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_hold_nothing_inline(page):
    text = page.read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)
    # A data block for search engines: no browser runs it, whatever the CSP.
    scripts = [tag for tag in re.findall(r"<script[^>]*>", text) if tag != DONNEES]
    assert all("src=" in tag for tag in scripts)
    assert "autofocus" not in text


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_french_typography_of_templates(page):
    """No ordinary space before a high punctuation mark, none inside guillemets, no straight apostrophe."""
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", page.read_text(), flags=re.DOTALL)
    visible = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", "", text, flags=re.DOTALL)
    assert re.findall(r".{0,20} [:;!?»](?=\s|$).{0,5}|« .{0,20}", visible) == []
    assert re.findall(r"\w'\w+", visible) == []
