"""Types of dispositif loaded before the rules on Qualiopi and UAI learn what is asked of them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command

from catalogue.models import TypeDispositif
from tests.factories import TypeDispositifFactory

pytestmark = pytest.mark.django_db


def test_only_types_that_nobody_changed_are_told():
    for code, fields in {
        "financement-prive": {},
        "aif": {},
        "contrat-apprentissage": {},
        "poec": {"version": 2},
    }.items():
        TypeDispositifFactory(code=code, **fields)
    import_module("catalogue.migrations.0013_types_exigences").tell(apps, None)
    exigences = TypeDispositif.objects.values_list("code", "exige_qualiopi", "est_apprentissage")
    assert sorted(exigences) == [
        ("aif", True, False),
        ("contrat-apprentissage", True, True),
        ("financement-prive", False, False),
        ("poec", False, False),
    ]


def test_the_projects_list_says_the_same():
    call_command("load_nomenclatures", verbosity=0)
    qualiopi = import_module("catalogue.migrations.0013_types_exigences").QUALIOPI
    assert sorted(qualiopi) == sorted(
        TypeDispositif.objects.filter(exige_qualiopi=True).values_list("pk", flat=True)
    )
    assert TypeDispositif.objects.get(est_apprentissage=True).pk == "contrat-apprentissage"


def test_initial_training_is_told_by_its_code():
    TypeDispositifFactory(code="formation-initiale")
    TypeDispositifFactory(code="aif")
    import_module("catalogue.migrations.0027_formation_initiale").tell(apps, None)
    assert TypeDispositif.objects.get(est_formation_initiale=True).pk == "formation-initiale"


def test_the_projects_list_says_so_too():
    call_command("load_nomenclatures", verbosity=0)
    assert TypeDispositif.objects.get(est_formation_initiale=True).pk == "formation-initiale"
