"""The filters of the queue, all in the address."""

from datetime import timedelta

import django_filters
from django.conf import settings
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from catalogue.enums import SANS_NIVEAU, NiveauEuropeen
from catalogue.identifiants import clean_code
from catalogue.models import Action, Formacode
from catalogue.models.fields import Unaccent
from sofi.filtres import SofiFilterSet

SANS = "0"
DEPUIS = [("2", "Plus de 2 jours"), ("5", "Plus de 5 jours"), ("15", "Plus de 15 jours")]


def _departements() -> list[tuple[str, str]]:
    return [(code, code) for code in settings.CARIF.departements]


class FileFilter(SofiFilterSet):
    """Narrows the queue by organisme, level, Formacode, département and age."""

    organisme = django_filters.CharFilter(
        label="Organisme (nom ou SIRET)", method="filter_organisme", max_length=250
    )
    niveau = django_filters.ChoiceFilter(
        label="Niveau de sortie",
        method="filter_niveau",
        choices=[*((str(code), label) for code, label in NiveauEuropeen.choices), (SANS, SANS_NIVEAU)],
        empty_label="Tous",
    )
    formacode = django_filters.CharFilter(
        label="Formacode (code ou mot)", method="filter_formacode", max_length=250
    )
    departement = django_filters.ChoiceFilter(
        label="Département du site",
        field_name="site_dispensateur__departement",
        choices=_departements,
        empty_label="Tous",
    )
    depuis = django_filters.ChoiceFilter(
        label="En attente depuis", method="filter_depuis", choices=DEPUIS, empty_label="Indifférent"
    )

    class Meta(SofiFilterSet.Meta):
        model = Action
        fields = []

    def filter_organisme(self, queue, _name, texte):
        code = clean_code(texte)
        if code.isdigit():
            return queue.filter(organisme__siret__startswith=code)
        mots = Q()
        for mot in texte.split():
            mots &= Q(organisme__tri__contains=Lower(Unaccent(Value(mot)))) | Q(
                organisme__nom_usage__unaccent__icontains=mot
            )
        return queue.filter(mots)

    def filter_niveau(self, queue, _name, code):
        if code == SANS:
            return queue.filter(formation__certification__niveau__isnull=True)
        return queue.filter(formation__certification__niveau=int(code))

    def filter_formacode(self, queue, _name, texte):
        code = clean_code(texte)
        formacodes = (
            Formacode.objects.filter(code__startswith=code)
            if code.isdecimal()
            else Formacode.objects.filter(libelle__unaccent__icontains=texte)
        )
        codes = formacodes.values_list("code", flat=True)
        return queue.filter(formation__certification__formacodes__overlap=codes)

    def filter_depuis(self, queue, _name, jours):
        return queue.filter(soumise_le__lt=timezone.now() - timedelta(days=int(jours)))
