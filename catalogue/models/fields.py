"""Column kinds shared by several models."""

from django.db import models
from django.db.models import Func, GeneratedField
from django.db.models.functions import Lower


class Unaccent(Func):
    """`f_unaccent(text)`: PostgreSQL's unaccent made immutable, so that a stored column may use it.

    Created by the first migration of this application.
    """

    function = "f_unaccent"
    output_field = models.TextField()


class CleNom(Func):
    """The words of a sorted name, a space apart: « saint-jean-d'angely » gives « saint jean d angely »."""

    template = "regexp_replace(%(expressions)s, '[^a-z0-9]+', ' ', 'g')"
    output_field = models.TextField()


def sort_column(source) -> GeneratedField:
    """A stored column that sorts and searches `source` (a column or an expression) without case nor accents.

    PostgreSQL wheels carry no French collation; this gives « cote, côté, eau, Étienne » in order on
    every server, and carries the trigram index where there is one.
    """
    return GeneratedField(
        expression=Lower(Unaccent(source)), output_field=models.TextField(), db_persist=True
    )
