"""The filters in force, as they are said above the results and in what follows a search."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.text import Truncator

from catalogue.models import Certification, Diffusion, Formacode
from catalogue.numeros import ORGANISME, cle_of
from sofi.paging import AFTER, BEFORE
from sofi.typographie import apostrophes

if TYPE_CHECKING:
    from catalogue.recherche.filtres import OffreFilter

#: Said with another filter (the radius with the place), or narrowing nothing.
TUS = ("rayon", "tri")
#: Titles go to 370 characters.
LONGUEUR = 80
#: What the codes of a filter stand for: the table, and its column.
TITRES: dict[str, tuple[QuerySet, str]] = {
    "certification": (Certification.objects, "intitule"),
    "formacode": (Formacode.objects, "libelle"),
}


def chips(filtre: "OffreFilter") -> list[dict]:
    """One for each value in force of a checked `filtre`: `nom`, `libelle`, `valeur`, and `url_retrait`, the
    address without it. A query for each filter that takes codes, when it is in force."""
    found = []
    for name, value in filtre.form.cleaned_data.items():
        if not value or name not in filtre.form.fields or name in TUS:
            continue
        values = list(dict.fromkeys(value)) if isinstance(value, list) else [value]
        said = _said(filtre, name, values)
        libelle = filtre.form.fields[name].label
        found += [
            {
                "nom": name,
                "libelle": libelle,
                "valeur": said[one],
                "url_retrait": _without(filtre, name, [other for other in values if other != one]),
            }
            for one in values
        ]
    return found


def _said(filtre: "OffreFilter", name: str, values: list) -> dict:
    """Each of `values` as people say it; a code that nothing knows, as it is."""
    if name in TITRES:
        rows, colonne = TITRES[name]
        titres = dict(rows.filter(pk__in=values).values_list("pk", colonne))
        dits = {code: apostrophes(f"{code} {titres.get(code, '')}".strip()) for code in values}
        return {code: Truncator(dit).chars(LONGUEUR) for code, dit in dits.items()}
    if name == "organisme":
        return {numero: _organisme(numero) or numero for numero in values}
    if name == "lieu" and filtre.endroit:
        return dict.fromkeys(values, filtre.endroit.libelle)
    choices = dict(getattr(filtre.form.fields[name], "choices", ()))
    return {one: _plain(choices.get(one, one)) for one in values}


def _plain(value) -> str:
    if value is True:
        return "oui"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


def _organisme(numero: str) -> str:
    """Its name as its public page says it; '' when nothing of it is online."""
    rows = Diffusion.objects.filter(organisme=cle_of(numero, ORGANISME)).order_by("-date_debut", "-numero")
    noms = rows.values_list("contenu__organisme__nom_usage", "contenu__organisme__raison_sociale").first()
    return (noms[0] or noms[1]) if noms else ""


def _without(filtre: "OffreFilter", name: str, kept: list) -> str:
    rest = filtre.data.copy()
    rest.setlist(name, kept)
    for key in (AFTER, BEFORE, *(["rayon"] if name == "lieu" else [])):
        rest.pop(key, None)
    return f"?{rest.urlencode()}"
