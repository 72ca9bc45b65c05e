"""What measures print, and what they may not change."""

from django.db import connection


def lines_of(mesure) -> list[str]:
    """The lines of a module of `catalogue.bench`; nothing that it made for itself is left."""
    lignes = list(mesure.measure())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'bench'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'import\\_%'")
        assert cursor.fetchone() == (0,)
    return lignes


def picture(*modeles) -> list[dict]:
    """All that the tables of `modeles` hold."""
    return [row for modele in modeles for row in modele.objects.order_by("pk").values()]
