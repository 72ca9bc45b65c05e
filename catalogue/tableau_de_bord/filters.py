"""The filters of the lists, all in the address: words of the row, and the organisme for the staff."""

import django_filters
from django.db.models import Model, QuerySet, Value
from django.db.models.functions import Concat, Lower

from catalogue.models import Action, Session, Site
from catalogue.models.fields import Unaccent
from sofi.filtres import SofiFilterSet


class ListeFilter(SofiFilterSet):
    """What the three lists share."""

    q = django_filters.CharFilter(method="filter_q", max_length=100)
    organisme = django_filters.CharFilter(
        label="Organisme (nom ou SIRET)", method="filter_organisme", max_length=100
    )

    #: Label of `q`, and the columns where each of its words is looked for.
    q_label = ""
    q_paths: tuple[str, ...] = ()

    def __init__(self, data, queryset, *, user):
        """`user` may filter by organisme when they belong to the Carif-Oref."""
        super().__init__(data, queryset)
        self.filters["q"].label = self.q_label
        if not user.est_carif:
            del self.filters["organisme"]

    def filter_q(self, rows, _name, texte):
        return _with_words(rows, self.q_paths, texte)

    def filter_organisme(self, rows, _name, texte):
        paths = ("organisme__raison_sociale", "organisme__nom_usage", "organisme__siret")
        return _with_words(rows, paths, texte)


def _with_words(rows: QuerySet, paths: tuple[str, ...], texte: str) -> QuerySet:
    """The rows that hold each word of `texte` in one of the columns, whatever its case and accents.

    A SIRET typed in groups is found too: each group is a word of it.
    """
    spaced = [part for path in paths for part in (path, Value(" "))]
    name = f"mots_{paths[0]}"
    rows = rows.alias(**{name: Lower(Unaccent(Concat(*spaced)))})
    for word in texte.split():
        rows = rows.filter(**{f"{name}__contains": Lower(Unaccent(Value(word)))})
    return rows


class ActionFilter(ListeFilter):
    q_label = "Intitulé ou code Certifinfo"
    q_paths = (
        "formation__certification__intitule",
        "formation__certification__code",
        "formation__intitule_libre",
        "complement_intitule",
    )


class SessionFilter(ListeFilter):
    q_label = "Intitulé, code Certifinfo ou numéro"
    q_paths = ("numero", *(f"action__{path}" for path in ActionFilter.q_paths))


class SiteFilter(ListeFilter):
    q_label = "Nom, ville ou SIRET du site"
    q_paths = ("nom", "ville", "code_postal", "siret")


FILTERS: dict[type[Model], type[ListeFilter]] = {
    Action: ActionFilter,
    Session: SessionFilter,
    Site: SiteFilter,
}
