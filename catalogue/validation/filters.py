"""The filters of the queue, all in the address."""

import django_filters
from django.conf import settings
from django.db.models import Q, Value
from django.db.models.functions import Lower

from catalogue import attribution
from catalogue.enums import SANS_NIVEAU, NiveauEuropeen
from catalogue.identifiants import clean_code
from catalogue.models import Action, Formacode
from catalogue.models.fields import Unaccent
from catalogue.validation.cadence import Cadence, load_cadence
from sofi.filtres import SofiFilterSet
from sofi.forms import LenientDateField

SANS = "0"
DEPUIS = [(str(jours), f"Plus de {jours} jours ouvrés") for jours in (2, 5, 15)]
MOI, PERSONNE, PARTI = "moi", "personne", "parti"
RETARD, URGENTE = "retard", "urgente"
#: The orders of the queue: code in the address → column, never null for what waits.
TRIS = {"": "soumise_le", "debut": "premier_debut"}


def _departements() -> list[tuple[str, str]]:
    return [(code, code) for code in settings.CARIF.departements]


def _key(texte: str) -> int:
    """The key that an address names; 0 when it names none."""
    return int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 10 else 0


def _named(person) -> str:
    return str(person) if person.is_active else f"{person} (compte fermé)"


class DateFilter(django_filters.DateFilter):
    """A date as people type it."""

    field_class = LenientDateField


class FileFilter(SofiFilterSet):
    """Narrows the queue by holder, priority, organisme, level, Formacode, département, age and start.

    `user` is who « moi » names. The team is read only when a list or a value of it is wanted, and the
    delays only when `priorite` or `depuis` is filtered on and `cadence` is not given.
    """

    attribution = django_filters.ChoiceFilter(
        label="Examinée par", method="filter_attribution", empty_label="Indifférent"
    )
    priorite = django_filters.ChoiceFilter(
        label="Priorité",
        method="filter_priorite",
        choices=[(RETARD, "En retard"), (URGENTE, "Urgente")],
        empty_label="Toutes",
    )
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

    debut = DateFilter(label="Première session avant le", field_name="premier_debut", lookup_expr="lt")
    tri = django_filters.ChoiceFilter(
        label="Trier par",
        method="keep",
        choices=[("debut", "Session la plus proche")],
        empty_label="Plus anciennes d’abord",
    )

    class Meta(SofiFilterSet.Meta):
        model = Action
        fields = []

    def __init__(self, data, queryset, *, user, cadence: Cadence | None = None):
        super().__init__(data, queryset)
        self.user = user
        self._cadence = cadence
        self.filters["attribution"].extra["choices"] = self._attributions

    def _attributions(self) -> list[tuple[str, str]]:
        """The colleagues; and whom the address names, be it the reader or a closed account: it is shared."""
        nomme = _key(self.data.get("attribution", ""))
        team = attribution.team(avec=nomme)
        return [
            (MOI, "Moi"),
            (PERSONNE, "Personne"),
            *(
                (str(person.pk), _named(person))
                for person in team
                if person.pk == nomme or person != self.user
            ),
            (PARTI, "Un compte fermé"),
        ]

    @property
    def cadence(self) -> Cadence:
        self._cadence = self._cadence or load_cadence()
        return self._cadence

    @property
    def cle(self) -> str:
        """The column of the order asked for."""
        self.form.is_valid()
        return TRIS[self.form.cleaned_data.get("tri") or ""]

    def keep(self, queue, _name, _value):
        """The order narrows nothing: see `cle`."""
        return queue

    def filter_attribution(self, queue, _name, qui):
        if qui == PERSONNE:
            return queue.filter(examinateur__isnull=True)
        if qui == PARTI:
            return queue.filter(examinateur__is_active=False)
        return queue.filter(examinateur=self.user.pk if qui == MOI else int(qui))

    def filter_priorite(self, queue, _name, priorite):
        return queue.filter(self.cadence.en_retard if priorite == RETARD else self.cadence.urgentes)

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
        return queue.filter(self.cadence.waiting_more_than(int(jours)))
