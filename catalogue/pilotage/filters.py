"""The filters of the lists behind the board, all in the address."""

from datetime import timedelta

import django_filters
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from catalogue.identifiants import clean_code
from catalogue.models import Action, Demande, Organisme
from catalogue.models.fields import Unaccent
from catalogue.pilotage import criteres
from catalogue.pilotage.mois import bounds, label, last_months
from sofi.filtres import SofiFilterSet

#: Ages of a question, in days; the settings' own delays are added when the address says them.
DEPUIS_MAX = 365


def _months() -> list[tuple[str, str]]:
    return [(mois, label(mois).capitalize()) for mois in reversed(last_months(timezone.localdate()))]


def _named(texte: str, prefixe: str = "") -> Q:
    """The organisme whose SIRET begins with `texte`, or whose name holds each of its words."""
    code = clean_code(texte)
    if code.isdecimal():
        return Q(**{f"{prefixe}siret__startswith": code})
    condition = Q()
    for mot in texte.split():
        condition &= Q(**{f"{prefixe}recherche__contains": Lower(Unaccent(Value(mot)))})
    return condition


class OrganismeFilter(SofiFilterSet):
    """Organisations by what they lack, by the month they came, and by name."""

    manque = django_filters.ChoiceFilter(
        label="Ce qui manque",
        method="filter_manque",
        choices=[(critere.code, critere.manque) for critere in criteres.ORGANISMES],
        empty_label="Indifférent",
    )
    inscrit = django_filters.ChoiceFilter(
        label="Inscrits en", method="filter_inscrit", choices=_months, empty_label="Indifférent"
    )
    q = django_filters.CharFilter(label="Nom ou SIRET", method="filter_q", max_length=100)

    class Meta(SofiFilterSet.Meta):
        model = Organisme
        fields = []

    def filter_manque(self, rows, _name, code):
        return rows.filter(criteres.missing_in_organisme(timezone.localdate())[code])

    def filter_inscrit(self, rows, _name, mois):
        debut, fin = bounds(mois)
        return rows.filter(cree_le__gte=debut, cree_le__lt=fin)

    def filter_q(self, rows, _name, texte):
        return rows.filter(_named(texte))


class ActionFilter(SofiFilterSet):
    """Validated actions by what they lack, and by organisme."""

    manque = django_filters.ChoiceFilter(
        label="Actions validées",
        method="filter_manque",
        choices=[(critere.code, critere.manque) for critere in criteres.ACTIONS],
        empty_label="Toutes",
    )
    organisme = django_filters.CharFilter(
        label="Organisme (nom ou SIRET)", method="filter_organisme", max_length=100
    )

    class Meta(SofiFilterSet.Meta):
        model = Action
        fields = []

    def filter_manque(self, rows, _name, code):
        return rows.filter(criteres.missing_in_action(timezone.localdate())[code])

    def filter_organisme(self, rows, _name, texte):
        return rows.filter(_named(texte, "organisme__"))


class QuestionFilter(SofiFilterSet):
    """Open questions by age, and by organisme."""

    depuis = django_filters.NumberFilter(
        label="Sans réponse depuis plus de (jours)",
        method="filter_depuis",
        min_value=1,
        max_value=DEPUIS_MAX,
        decimal_places=0,
    )
    organisme = django_filters.CharFilter(
        label="Organisme (nom ou SIRET)", method="filter_organisme", max_length=100
    )

    class Meta(SofiFilterSet.Meta):
        model = Demande
        fields = []

    def filter_depuis(self, rows, _name, jours):
        return rows.filter(posee_le__lt=timezone.now() - timedelta(days=int(jours)))

    def filter_organisme(self, rows, _name, texte):
        return rows.filter(_named(texte, "action__organisme__"))
