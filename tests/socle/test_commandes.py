"""Commands say in French, with the remedy, that the base is not there or not up to date."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

COMMANDES = ["export_lheo", "export_donnees", "refaire_sorties", "generate_volume"]


@pytest.fixture
def ailleurs(monkeypatch, django_db_blocker, tmp_path):
    """The address of a server that does not answer."""
    with django_db_blocker.unblock():
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("nom", COMMANDES)
def test_a_base_that_is_not_up_to_date(nom):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE catalogue_diffusion, catalogue_organisme CASCADE")
    with pytest.raises(CommandError, match="lancez d’abord la commande migrate"):
        call_command(nom)


@pytest.mark.parametrize("nom", COMMANDES)
def test_a_server_that_does_not_answer(nom, ailleurs):
    with pytest.raises(CommandError, match=r"ne répond pas.*DATABASE_URL"):
        call_command(nom)
