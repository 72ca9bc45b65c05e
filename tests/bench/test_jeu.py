"""The made-up offer of the measures is one that people could have typed."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import F, ForeignKey, Q

from catalogue.bench import jeu
from catalogue.models import Action, Session
from tests.factories import ActionFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_row_points_to_a_row_of_the_same_organisme():
    call_command("load_nomenclatures", verbosity=0)
    jeu.fill(1_000)

    assert Session.objects.count() == 1_000
    assert Action.objects.en_attente_validation().exists()
    for name in ("site", "formation", "action", "session", "dispositif"):
        model = apps.get_model("catalogue", name)
        assert model.objects.exists()
        for field in (f for f in model._meta.concrete_fields if isinstance(f, ForeignKey)):
            pointed = Q(**{f"{field.name}__isnull": True}) | Q(
                **{f"{field.attname}__in": field.related_model.objects.values("pk")}
            )
            assert not model.objects.exclude(pointed).exists(), field
    for path in ("formation__organisme", "site_dispensateur__organisme"):
        assert not Action.objects.exclude(organisme=F(path)).exists()
    # The sequences go on after the made-up rows.
    ActionFactory(complete=True)
