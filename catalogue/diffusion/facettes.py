"""The filters beside the results: those that would change something, with how many sessions each keeps."""

from dataclasses import dataclass

from django.conf import settings

from catalogue.recherche.champs import OUI
from catalogue.recherche.departements import DEPARTEMENTS
from catalogue.recherche.filtres import GROUPES, MODALITES, NIVEAUX, OffreFilter
from catalogue.recherche.ordre import Resultats
from sofi.typographie import entier

CASES = ("places", "esp", "cpf")


@dataclass(frozen=True)
class Option:
    """A value to tick; `nombre` is how many of the sessions found it would keep, '' if not counted."""

    nom: str
    code: str
    libelle: str
    nombre: str
    est_choisie: bool

    @property
    def id(self) -> str:
        return f"id_{self.nom}" if self.code == OUI else f"id_{self.nom}_{self.code}"


@dataclass(frozen=True)
class Facette:
    """One filter: its name in the address, what it is called, its values."""

    nom: str
    libelle: str
    options: list[Option]

    @property
    def est_choisie(self) -> bool:
        return any(option.est_choisie for option in self.options)


def build_facets(filtre: OffreFilter, found: Resultats) -> list[Facette]:
    """The filters that would narrow or widen what was found, the useless ones left out.

    One without choice offers the values of what was found, with figures when they were counted. One in
    force offers what may be added: every value when too many sessions verify the rest to be counted.
    """
    facettes = [_facet(filtre, found, name) for name in GROUPES]
    cases = [option for name in CASES if (option := _box(filtre, found, name))]
    sans_distance = _option(filtre, "sans_distance", "")
    if sans_distance.est_choisie or _has_remote(filtre, found):
        cases.append(sans_distance)
    facettes.append(Facette("", "Et aussi", cases))
    return [facette for facette in facettes if facette.options]


def _facet(filtre: OffreFilter, found: Resultats, name: str) -> Facette:
    counts, chosen = found.facettes.get(name), filtre.data.getlist(name)
    chosen = [code for code in chosen if code]
    label = filtre.form.fields[name].label
    every = _choices(filtre, name, counts or {})
    if counts is not None and name in found.completes:
        kept = [(code, text) for code, text in every if counts.get(code) or code in chosen]
        options = [
            Option(name, code, text, entier(counts.get(code, 0)), code in chosen) for code, text in kept
        ]
        return Facette(name, label, options)
    if counts is None or chosen:
        options = [
            Option(name, code, text, _figure(counts, code) if code in chosen else "", code in chosen)
            for code, text in every
        ]
        return Facette(name, label, options)
    kept = [(code, text) for code, text in every if counts.get(code)]
    varies = len(kept) > 1 or any(counts[code] < found.total for code, _ in kept)
    options = [Option(name, code, text, _figure(counts, code), False) for code, text in kept]
    return Facette(name, label, options if varies else [])


def _figure(counts: dict[str, int] | None, code: str) -> str:
    return entier(counts[code]) if counts and counts.get(code) else ""


def _choices(filtre: OffreFilter, name: str, counts: dict[str, int]) -> list[tuple[str, str]]:
    """The values a filter may take, said as the page says them. `counts` is keyed as the address."""
    if name == "departement":
        codes = dict.fromkeys([*settings.CARIF.departements, *sorted(counts), *filtre.data.getlist(name)])
        return [(code, f"{DEPARTEMENTS[code]} ({code})") for code in codes if code in DEPARTEMENTS]
    if name == "modalite":
        return [(code, label) for code, (_, label) in MODALITES.items()]
    return NIVEAUX if name == "niveau" else filtre.dispositifs


def _box(filtre: OffreFilter, found: Resultats, name: str) -> Option | None:
    """A box to tick, unless ticking it changes nothing."""
    counts = found.facettes.get(name)
    option = _option(filtre, name, _figure(counts, OUI))
    useful = counts is None or 0 < counts.get(OUI, 0) < found.total
    return option if option.est_choisie or useful else None


def _option(filtre: OffreFilter, name: str, nombre: str) -> Option:
    est_choisie = bool(filtre.form.cleaned_data.get(name))  # told whatever is wrong with the others
    return Option(name, OUI, filtre.form.fields[name].label, nombre, est_choisie)


def _has_remote(filtre: OffreFilter, found: Resultats) -> bool:
    """Whether some of what was found may be followed from home."""
    counts, chosen = found.facettes.get("modalite"), filtre.data.getlist("modalite")
    return counts is None or (bool(counts.get("distance")) and (not chosen or "distance" in chosen))
