from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """What the command printed; its rows are there for every test of the file, then rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_nomenclatures", stdout=StringIO())
        out = StringIO()
        call_command("load_demo", stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)
