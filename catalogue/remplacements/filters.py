"""The filters of the list of codes to replace, all in the address."""

import django_filters
from django.db.models import Q
from django.utils import timezone

from catalogue.certifications.a_remplacer import conditions
from catalogue.certifications.mots import plain
from catalogue.identifiants import clean_code
from catalogue.models import Certification
from sofi.filtres import SofiFilterSet

SITUATIONS = [
    ("retiree", "Retirés de Certif Info"),
    ("terminee", "Dernière session passée"),
    ("remplacee", "En vigueur, mais remplacés"),
]


class CodesFilter(SofiFilterSet):
    """Narrows the list by words or digits, and by what happened to the code."""

    q = django_filters.CharFilter(label="Code ou intitulé", method="filter_q", max_length=100)
    situation = django_filters.ChoiceFilter(
        label="Situation", method="filter_situation", choices=SITUATIONS, empty_label="Toutes"
    )

    class Meta(SofiFilterSet.Meta):
        model = Certification
        fields = []

    def filter_q(self, codes, _name, texte):
        if (code := clean_code(texte)).isdecimal():
            return codes.filter(code__startswith=code)
        mots = Q()
        for mot in plain(texte).split():
            mots &= Q(tri__contains=mot)
        return codes.filter(mots)

    def filter_situation(self, codes, _name, situation):
        return codes.filter(conditions(timezone.localdate().year)[situation])
