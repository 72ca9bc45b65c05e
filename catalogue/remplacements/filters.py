"""The filters of the list of codes to replace, all in the address."""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from catalogue.certifications.mots import plain
from catalogue.enums import StatutAction
from catalogue.identifiants import clean_code
from catalogue.models import Action, Certification, Remplacement
from sofi.filtres import SofiFilterSet

SITUATIONS = [
    ("retiree", "Retirés de Certif Info"),
    ("terminee", "Dernière session passée"),
    ("remplacee", "En vigueur, mais remplacés"),
]


def conditions(annee: int) -> dict[str, Q]:
    """What makes a code one to replace in the year `annee`; each code is in one situation only."""
    retiree, terminee = Q(retiree_le__isnull=False), Q(annee_derniere_session__lt=annee)
    remplacee = Q(Exists(Remplacement.objects.filter(ancien_code=OuterRef("pk"))))
    # `NOT (NULL < 2027)` would be unknown: a code without last year is not ended.
    en_vigueur = Q(retiree_le__isnull=True) & (
        Q(annee_derniere_session__isnull=True) | Q(annee_derniere_session__gte=annee)
    )
    return {"retiree": retiree, "terminee": ~retiree & terminee, "remplacee": en_vigueur & remplacee}


def codes_to_replace(annee: int) -> QuerySet[Certification]:
    """The codes that left Certif Info, ended or were replaced, and that actions still carry."""
    actions = Action.objects.filter(formation__certification=OuterRef("pk"))
    situations = conditions(annee)
    return Certification.objects.filter(
        situations["retiree"] | situations["terminee"] | situations["remplacee"],
        Exists(actions.exclude(statut=StatutAction.ARCHIVEE)),
    )


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
