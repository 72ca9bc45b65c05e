"""A form is sent back as a browser would."""

import pytest

from catalogue.bench.formulaire import fields_of

PAGE = b"""<form action="/ailleurs"><input name="q" value="x"></form>
<form method="post"><input type="hidden" name="version" value="3"><input name="vide" type="text">
<input type="checkbox" name="oui" checked><input type="checkbox" name="non">
<input type="radio" name="r" value="b" checked>
<select name="choix"><option value="1">un</option><option value="2" selected>deux</option></select>
<textarea name="texte">
Deux
lignes &amp; un signe</textarea><button name="bouton" type="submit">Envoyer</button></form>"""


def test_each_kind_of_field_is_read():
    assert fields_of(PAGE, "version") == {
        "version": ["3"],
        "vide": [""],
        "oui": ["on"],
        "r": ["b"],
        "choix": ["2"],
        "texte": ["Deux\nlignes & un signe"],
    }


def test_a_page_without_the_form_says_so():
    with pytest.raises(LookupError):
        fields_of(PAGE, "absent")
