"""The filters of the public offer, all in the address: the search page and the read API share them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from catalogue.certifications.mots import VIDES, words
from catalogue.certifications.remplacements import and_successors
from catalogue.enums import SANS_NIVEAU, ModalitesEnseignement, NiveauEuropeen
from catalogue.models import FicheRecherche, TypeDispositif
from catalogue.models.adresse import departement_of
from catalogue.numeros import ORGANISME, cle_of
from catalogue.recherche import en_vigueur, jetons, lieux
from catalogue.recherche.champs import CaseFilter, CodesFilter, DateFilter, OrganismeFilter
from catalogue.recherche.departements import DEPARTEMENTS
from catalogue.recherche.lieux import Lieu
from catalogue.recherche.ordre import DATE, DISTANCE, PERTINENCE
from catalogue.recherche.requete import Holds, holds, lexemes_of, stems_of
from sofi.filtres import Choix, FiltreForm, SofiFilterSet
from sofi.forms import quoted
from sofi.typographie import NBSP

#: Values of `modalite` in the address → LHÉO `modalites-enseignement`, and how they are said.
MODALITES = {
    "presence": (ModalitesEnseignement.PRESENTIEL, "Sur place"),
    "mixte": (ModalitesEnseignement.MIXTE, "En partie à distance"),
    "distance": (ModalitesEnseignement.DISTANCE, "Entièrement à distance"),
}
TRIS = Choix([(PERTINENCE, "Pertinence"), (DATE, "Date de début"), (DISTANCE, "Distance")])
NIVEAUX = Choix([*((str(code), label) for code, label in NiveauEuropeen.choices), ("0", SANS_NIVEAU)])
#: The filters of which several values may be chosen among a few, in the order of the page.
GROUPES = ("departement", "niveau", "dispositif", "modalite")
DISTANCIEL = ModalitesEnseignement.DISTANCE.value
#: A modality no session has: « entièrement à distance » and not « à distance » leave nothing.
JAMAIS = "-"
#: Above, the index is asked for the départements, and the column for the communes.
MAX_COMMUNES_JETONS = 40


class OffreForm(FiltreForm):
    """Checks what each filter says, and what they say together."""

    def clean_q(self) -> str:
        q = " ".join(self.cleaned_data["q"].split())
        if q and not stems_of(q):
            raise forms.ValidationError(
                f"Tapez au moins une lettre ou un chiffre à {quoted(self.fields['q'].label)}."
            )
        if q and VIDES.issuperset(words(q)):
            raise forms.ValidationError(f"{quoted(q)} ne dit rien seul{NBSP}: ajoutez un métier ou un titre.")
        return q

    def clean(self):
        values = super().clean()
        if values.get("lieu"):
            try:
                values["communes"] = lieux.find(values["lieu"])
            except lieux.LieuInconnu as raison:
                self.add_error("lieu", str(raison))
        debut, fin = values.get("debut_min"), values.get("debut_max")
        if debut and fin and fin < debut:
            self.add_error(
                "debut_max", f"Cette date est avant le {debut:%d/%m/%Y}{NBSP}: corrigez l’une des deux."
            )
        return values


@dataclass(frozen=True)
class _Critere:
    """A condition, said by lexemes of the document (one of them at least), and often by a column."""

    jetons: list[str]
    colonne: Q | None = None
    #: Whether the lexemes say it all; else the column is still to be checked.
    suffit: bool = True


class OffreFilter(SofiFilterSet):
    """Narrows search rows to the sessions under way or to come on the day `jour` that verify every filter.

    Values that cannot be understood leave nothing, and `form.errors` says why in French. At most five
    queries before the rows: the types of dispositif when they are named, the commune (two when it is not said
    whole), those around it, what replaced the certifications asked for.
    """

    q = django_filters.CharFilter(label="Métier, formation ou organisme", max_length=200)
    lieu = django_filters.CharFilter(label="Commune ou code postal", max_length=100)
    rayon = django_filters.ChoiceFilter(
        label="À moins de",
        choices=Choix((str(km), f"{km}{NBSP}km" if km else "Dans la commune") for km in lieux.RAYONS),
        empty_label=None,
    )
    sans_distance = CaseFilter(label="Sans les formations entièrement à distance")
    departement = django_filters.MultipleChoiceFilter(
        label="Département",
        choices=Choix((code, f"{nom} ({code})") for code, nom in DEPARTEMENTS.items()),
    )
    debut_min = DateFilter(label="Commence à partir du")
    debut_max = DateFilter(label="Commence au plus tard le")
    niveau = django_filters.MultipleChoiceFilter(label="Niveau de sortie", choices=NIVEAUX)
    dispositif = django_filters.MultipleChoiceFilter(label="Financement ou dispositif")
    modalite = django_filters.MultipleChoiceFilter(
        label="Sur place ou à distance",
        choices=Choix((code, label) for code, (_, label) in MODALITES.items()),
    )
    organisme = OrganismeFilter(label="Organisme")
    certification = CodesFilter(label="Code Certifinfo")
    formacode = django_filters.CharFilter(
        label="Formacode",
        validators=[
            RegexValidator(r"^[0-9]{5}$", "Un Formacode a 5 chiffres, par exemple 21528.", code="formacode")
        ],
    )
    esp = CaseFilter(label="Entrées permanentes")
    cpf = CaseFilter(label="Éligible au CPF")
    places = CaseFilter(label="Places disponibles")
    tri = django_filters.ChoiceFilter(label="Trier par", choices=TRIS, empty_label=None)

    class Meta(SofiFilterSet.Meta):
        model = FicheRecherche
        form = OffreForm
        fields = []

    def __init__(self, data, queryset=None, *, jour: date | None = None):
        super().__init__(_once(data), FicheRecherche.objects.all() if queryset is None else queryset)
        self.jour = jour or timezone.localdate()
        self.filters["dispositif"].extra["choices"] = lambda: self.dispositifs

    @cached_property
    def dispositifs(self) -> list[tuple[str, str]]:
        """Codes and labels of the types of dispositif. One query."""
        return list(TypeDispositif.objects.values_list("code", "libelle"))

    @cached_property
    def valeurs(self) -> dict:
        """What the visitor asked for, understood; empty when something was not."""
        return self.form.cleaned_data if self.form.is_valid() else {}

    @cached_property
    def stems(self) -> list[str]:
        """The stems of the words asked for."""
        return stems_of(self.valeurs.get("q", ""))

    @cached_property
    def certifications(self) -> list[str]:
        """The codes asked for, and those that replaced them. One query, none without codes."""
        codes = self.valeurs.get("certification")
        return and_successors(codes) if codes else []

    @cached_property
    def endroit(self) -> Lieu | None:
        """The place asked for, with its radius."""
        communes = self.valeurs.get("communes")
        return Lieu(communes, int(self.valeurs.get("rayon") or 0)) if communes else None

    @property
    def ordre(self) -> str:
        """The order asked for; by relevance when words are, else by date; distance goes with a place."""
        tri = self.valeurs.get("tri") or (PERTINENCE if self.stems else DATE)
        without = (tri == PERTINENCE and not self.stems) or (tri == DISTANCE and not self.endroit)
        return DATE if without else tri

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return self._filter(queryset, by_words=True)

    def filter_by_columns(self, queryset: QuerySet) -> QuerySet:
        """Rows that verify what columns hold: `filter_queryset` less `said_by_document`. For whoever walks
        the dates to the first of many."""
        return self._filter(queryset, by_words=False)

    def filter_but_groups(self, queryset: QuerySet) -> QuerySet:
        """Rows that verify everything but what is chosen in `GROUPES`."""
        return self._filter(queryset, by_words=True, sans=GROUPES)

    @property
    def said_by_document(self) -> Holds | None:
        """The condition that only the document holds; None when there is none."""
        clauses = [critere.jetons for critere in self._criteres() if critere.colonne is None]
        return holds(clauses) if clauses else None

    def rows_to_read(self, queryset: QuerySet, sans: Collection[str] = ()) -> QuerySet:
        """The rows that an index gives `filter_queryset` to read, the filters `sans` left aside: dates and
        distant communes come after."""
        if not self.form.is_valid():
            return queryset.none()
        clauses = _clauses(self._criteres(sans))
        return queryset.filter(holds(clauses)) if clauses else queryset.filter(date_fin__gte=self.jour)

    def _filter(self, queryset: QuerySet, *, by_words: bool, sans: Collection[str] = ()) -> QuerySet:
        """One index answers `by_words`: every filter but the dates is a word of the same document."""
        if not self.form.is_valid():
            return queryset.none()
        rows, criteres = self.filter_by_dates(queryset), self._criteres(sans)
        if by_words and (clauses := _clauses(criteres)):
            rows = rows.filter(holds(clauses))
        for critere in criteres:
            if critere.colonne is not None and not (by_words and critere.suffit):
                rows = rows.filter(critere.colonne)
        return rows

    def filter_by_dates(self, queryset: QuerySet) -> QuerySet:
        """Rows under way or to come that begin when it is asked: `filter_queryset` without the rest."""
        if not self.form.is_valid():
            return queryset.none()
        rows = queryset.filter(date_fin__gte=self.jour)
        if debut := self.valeurs.get("debut_min"):
            rows = rows.filter(date_debut__gte=debut)
        if debut := self.valeurs.get("debut_max"):
            rows = rows.filter(date_debut__lte=debut)
        return rows

    def _criteres(self, sans: Collection[str] = ()) -> list["_Critere"]:
        """The conditions besides the dates, those of the filters `sans` left aside."""
        values = {name: value for name, value in self.valeurs.items() if name not in sans}
        found = [_Critere(lexemes_of(stem)) for stem in self.stems]
        if self.certifications:
            found.append(_Critere([jetons.certification(code) for code in self.certifications]))
        if values["formacode"]:
            found.append(_Critere([jetons.formacode(values["formacode"])]))
        if values["organisme"]:
            found.append(_Critere([jetons.organisme(cle_of(values["organisme"], ORGANISME))]))
        if values.get("dispositif"):
            found.append(_Critere([jetons.dispositif(code) for code in values["dispositif"]]))
        cases = {"esp": jetons.ESP, "cpf": jetons.CPF, "places": jetons.PLACES}
        found += [_Critere([jeton]) for name, jeton in cases.items() if values[name]]
        if codes := values.get("departement"):
            found.append(_Critere([jetons.departement(code) for code in codes], Q(departement__in=codes)))
        if values.get("niveau"):
            niveaux = [int(code) for code in values["niveau"]]
            found.append(_Critere([jetons.niveau(n) for n in niveaux], Q(niveau__in=niveaux)))
        if codes := self._modalites(values.get("modalite", ())):
            found.append(_Critere([jetons.modalite(code) for code in codes], Q(modalite__in=codes)))
        if self.endroit:
            found.append(self._autour)
        return found

    def _modalites(self, asked: Collection[str]) -> list[str]:
        """LHÉO's codes of the modalities wanted; none for all of them."""
        wanted = [code for name, (code, _) in MODALITES.items() if name in asked]
        if self.valeurs["sans_distance"]:
            every = wanted or [code for code, _ in MODALITES.values()]
            return [code for code in every if code != DISTANCIEL] or [JAMAIS]
        return wanted

    @cached_property
    def _autour(self) -> "_Critere":
        """Around the place asked for, or anywhere for what is followed from home."""
        communes = list(self.endroit.distances)
        suffit, condition = len(communes) <= MAX_COMMUNES_JETONS, Q(commune__in=communes)
        if suffit:
            tokens = [jetons.commune(insee) for insee in communes]
        else:
            tokens = [jetons.departement(code) for code in sorted({departement_of("", c) for c in communes})]
        if not self.valeurs["sans_distance"]:
            tokens.append(jetons.modalite(DISTANCIEL))
            condition |= Q(modalite=DISTANCIEL)
        return _Critere(tokens, condition, suffit=suffit)

    def chips(self) -> list[dict]:
        """The filters in force, one for each value, each with the address of the list without it.

        Two queries at most: what the codes stand for.
        """
        self.form.is_valid()
        return en_vigueur.chips(self)


def _clauses(criteres: Iterable[_Critere]) -> list[list[str]]:
    """What the document can tell of `criteres`: one lexeme at least of each list."""
    criteres = list(criteres)
    alone = all(critere.colonne is not None for critere in criteres)
    return [critere.jetons for critere in criteres if critere.suffit or alone]


def _once(data: QueryDict) -> QueryDict:
    """The address `data` with one value of each filter that takes one: the last, which is the one searched;
    and without what is empty, which forms send, where several may be given.

    What is made from it (choices shown, filters to take away, links) then tells of that search, not another.
    """
    said = {nom: data.getlist(nom) for nom in OffreFilter.base_filters} if data else {}
    kept = {
        nom: list(filter(None, values)) if _is_multiple(nom) else values[-1:] for nom, values in said.items()
    }
    if kept == said:
        return data
    data = data.copy()
    for nom, values in kept.items():
        if values != said[nom]:
            data.setlist(nom, values)
    return data


def _is_multiple(nom: str) -> bool:
    return isinstance(OffreFilter.base_filters[nom], django_filters.MultipleChoiceFilter)
