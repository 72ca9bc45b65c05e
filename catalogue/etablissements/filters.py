"""The filters of the directory, all in the address."""

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils import timezone

from catalogue.certifications.mots import plain
from catalogue.identifiants import clean_code
from catalogue.models import Organisme, Site
from catalogue.models.fields import Unaccent
from catalogue.villes import key_of
from sofi.filtres import SofiFilterSet


def _departements() -> list[tuple[str, str]]:
    return [(code, code) for code in settings.CARIF.departements]


class AnnuaireFilter(SofiFilterSet):
    """What the two lists of the directory share. `sites` is the scope in which places are looked for."""

    q = django_filters.CharFilter(label="Nom ou SIRET", method="filter_q", max_length=100)
    commune = django_filters.CharFilter(label="Commune ou code postal", method="keep", max_length=100)
    departement = django_filters.ChoiceFilter(
        label="Département", method="keep", choices=_departements, empty_label="Tous"
    )
    qualiopi = django_filters.ChoiceFilter(
        label="Qualiopi",
        method="filter_qualiopi",
        choices=[("oui", "Certificat en cours de validité")],
        empty_label="Indifférent",
    )

    def __init__(self, data, queryset, *, sites: QuerySet):
        super().__init__(data, queryset)
        self.sites = sites

    def keep(self, rows, _name, _value):
        """Nothing yet: commune and département speak of one and the same place, see `filter_queryset`."""
        return rows

    def place_conditions(self) -> Q:
        """The condition on the address, of a place or of a head office; empty without any."""
        values = self.form.cleaned_data
        condition = Q()
        if commune := values.get("commune"):
            condition &= _in_town(commune)
        if departement := values.get("departement"):
            condition &= Q(departement=departement)
        return condition


class OrganismeFilter(AnnuaireFilter):
    """Organisations: by their own name, SIRET and address, and by those of their places."""

    class Meta(SofiFilterSet.Meta):
        model = Organisme
        fields = []

    def filter_queryset(self, queryset):
        rows = super().filter_queryset(queryset)
        condition = self.place_conditions()
        return rows.filter(condition | self._with_site(condition)) if condition else rows

    def _with_site(self, condition: Q) -> Exists:
        return Exists(self.sites.filter(condition, organisme=OuterRef("pk")))

    def filter_q(self, rows, _name, texte):
        code = clean_code(texte)
        if code.isdecimal():
            return rows.filter(Q(siret__startswith=code) | self._with_site(Q(siret__startswith=code)))
        return rows.filter(_with_words(texte))

    def filter_qualiopi(self, rows, _name, _value):
        return rows.qualiopi_valide(timezone.localdate())


class SiteFilter(AnnuaireFilter):
    """Places: by their own name, SIRET and address."""

    class Meta(SofiFilterSet.Meta):
        model = Site
        fields = []

    def filter_queryset(self, queryset):
        return super().filter_queryset(queryset).filter(self.place_conditions())

    def filter_q(self, rows, _name, texte):
        code = clean_code(texte)
        if code.isdecimal():
            return rows.filter(siret__startswith=code)
        return rows.filter(_with_words(texte))

    def filter_qualiopi(self, rows, _name, _value):
        organismes = Organisme.objects.qualiopi_valide(timezone.localdate()).values("pk")
        return rows.filter(organisme__in=organismes.order_by())


def _with_words(texte: str) -> Q:
    """The rows whose column `recherche` holds every word of `texte`; its trigram index answers."""
    condition = Q()
    for mot in texte.split():
        condition &= Q(recherche__contains=Lower(Unaccent(Value(mot))))
    return condition


def _in_town(texte: str) -> Q:
    """The condition « in this postal code », or « in a town whose name holds every word of `texte` »."""
    code = clean_code(texte)
    if code.isdecimal():
        return Q(code_postal__startswith=code)
    condition = Q()
    for mot in key_of(texte).split() or [plain(texte)]:
        condition &= Q(ville__unaccent__icontains=mot) | Q(commune__tri__contains=mot)
    return condition
