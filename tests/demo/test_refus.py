"""When `load_demo` refuses, it says why and changes nothing."""

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Organisme

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
