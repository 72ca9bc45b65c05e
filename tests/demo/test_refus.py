"""When `load_demo` refuses, it says why and changes nothing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Organisme
from tests.factories import OrganismeFactory

pytestmark = pytest.mark.django_db


def test_without_the_nomenclatures_one_sentence_says_what_to_do():
    with pytest.raises(CommandError, match=r"load_nomenclatures.*114763"):
        call_command("load_demo")
    assert not Organisme.objects.exists()


def test_never_in_production(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo")
    assert not Organisme.objects.exists()


def test_of_two_at_once_the_second_finds_what_the_first_loaded(monkeypatch):
    """As two demos begun together on a new base: it waits, and goes on with what is there."""
    monkeypatch.setattr("catalogue.management.commands.load_demo.lock_imports", OrganismeFactory)
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert "contient déjà des organismes" in out.getvalue()
    assert Organisme.objects.count() == 1
