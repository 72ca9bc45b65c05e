"""The filters of the security journal, all in the address."""

from datetime import date, datetime, time, timedelta

import django_filters
from django.db.models import Q
from django.utils import timezone

from accounts.models import EvenementSecurite, TypeEvenementSecurite, User
from sofi.filtres import SofiFilterSet
from sofi.forms import LenientDateField
from sofi.typographie import date_longue


class DateFilter(django_filters.DateFilter):
    """A day, picked or typed."""

    field_class = LenientDateField


class JournalFilter(SofiFilterSet):
    """Narrows the journal by what happened, to whom or by whom, and when."""

    type = django_filters.ChoiceFilter(
        label="Événement", choices=TypeEvenementSecurite.choices, empty_label="Tous"
    )
    personne = django_filters.CharFilter(
        label="Personne (nom ou e-mail)", method="filter_personne", max_length=160
    )
    du = DateFilter(label="Du", method="filter_du")
    au = DateFilter(label="Au", method="filter_au")

    class Meta(SofiFilterSet.Meta):
        model = EvenementSecurite
        fields = []

    def filter_personne(self, journal, _name, texte):
        people = User.objects.all()
        for mot in texte.split():
            people = people.filter(Q(nom__icontains=mot) | Q(prenom__icontains=mot) | Q(email__icontains=mot))
        keys = people.values("pk")
        return journal.filter(Q(user__in=keys) | Q(auteur__in=keys))

    def filter_du(self, journal, _name, jour):
        return journal.filter(le__gte=_midnight(jour))

    def filter_au(self, journal, _name, jour):
        return journal.filter(le__lt=_midnight(jour + timedelta(days=1)))

    def chips(self) -> list[dict]:
        chips = super().chips()
        for chip in chips:
            if isinstance(chip["valeur"], date):
                chip["valeur"] = date_longue(chip["valeur"])
        return chips


def _midnight(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time.min))
