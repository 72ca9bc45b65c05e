"""Jinja's templates: what they show is escaped, once, and what they lack is an error."""

import pytest
from django.template import Context, Template, engines
from jinja2 import UndefinedError


def test_a_value_is_escaped_once_on_its_way_to_a_page_of_django_s(monkeypatch):
    moteur = engines["jinja2"]
    monkeypatch.setattr(moteur, "get_template", lambda nom: moteur.from_string("<p>{{ texte }}</p>"))
    page = Template('{% jinja "essai-de-jinja.html" texte=texte %}').render(Context({"texte": "<b> & l’été"}))
    assert page == "<p>&lt;b&gt; &amp; l’été</p>"


def test_what_is_missing_is_an_error_and_not_a_hole():
    with pytest.raises(UndefinedError):
        engines["jinja2"].from_string("{{ absent }}").render({})
