"""Imports are measured on copies of the tables: the second one writes nothing, the third what changed."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.bench import referentiels
from catalogue.bench.copies import copied
from catalogue.models import Certification, FicheRepertoire
from tests.bench.outils import lines_of, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nomenclatures():
    call_command("load_nomenclatures", verbosity=0)


def test_each_import_is_measured_and_the_base_comes_out_as_it_was(monkeypatch):
    for nom, nombre in {"CERTIFICATIONS": 900, "FICHES": 600, "TOURS": 1}.items():
        monkeypatch.setattr(referentiels, nom, nombre)
    avant = picture(*referentiels.MODELES)
    titre, *lignes = lines_of(referentiels)
    assert picture(*referentiels.MODELES) == avant
    assert titre == "Référentiels, 1\u202f500 lignes"
    assert [ligne.rpartition("× COPY  ")[2] for ligne in lignes] == [
        "1\u202f500 lignes écrites",
        "1\u202f500 lignes écrites",
        "0 lignes écrites",
        "15 lignes écrites",
    ]
    assert "  1.00 × COPY" in lignes[0]


def orders_of(jeu):
    with CaptureQueriesContext(connection) as lues:
        referentiels.load(jeu)
    return [sql if isinstance(sql := requete["sql"], str) else sql.as_string() for requete in lues]


def test_an_empty_table_is_written_at_once_and_another_is_compared_knowing_its_keys():
    jeu, _ = referentiels.build_sets(20, 20)
    with copied(*referentiels.MODELES):
        premier, second = orders_of(jeu), orders_of(jeu)
    assert not [ordre for ordre in premier if ordre.startswith(("CREATE", "INSERT", "UPDATE", "DROP"))]
    assert [ordre.split()[0] for ordre in second if not ordre.startswith("SELECT")] == [
        *("CREATE", "COPY", "ANALYZE", "INSERT", "UPDATE", "DROP"),
    ]
    assert 'ANALYZE "import_certification" ("code")' in second


def test_an_import_and_copy_write_the_same_rows():
    """Twice as many as the base holds: each has its key."""
    jeux = referentiels.build_sets(1_500, 700)
    ecrits = []
    for write in (referentiels.copy, referentiels.load):
        with copied(*referentiels.MODELES):
            assert [write(jeu) for jeu in jeux] == [1_500, 700]
            ecrits.append(picture(*referentiels.MODELES))
    assert ecrits[0] == ecrits[1]
    assert (Certification.objects.count(), FicheRepertoire.objects.count()) < (1_500, 700)
