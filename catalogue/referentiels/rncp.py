"""The sheets of the RNCP and of the répertoire spécifique, from the files of France compétences.

Three shapes are known: the « Kit apprentissage », the official export « Standard », and the export
« Ancienne_Nouvelle_Certification ».
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from catalogue.models import FicheRepertoire, RemplacementFiche

from .certifinfo import Progres
from .chargement import Chargement, lock_imports
from .fichiers import (
    Bilan,
    FichierRefuse,
    LigneRejetee,
    Rejet,
    optional_date,
    read_rows,
    read_text,
    reject_or_refuse,
)

NUMERO = re.compile(r"(RNCP|RS)[0-9]{1,8}")
NIVEAU = re.compile(r"(?:Niveau |NIV)([3-8])")
#: Fields of `FicheRepertoire` the files give, in the order of the rows sent to the base.
CHAMPS = ("numero", "intitule", "niveau", "est_active", "fin_enregistrement")


@dataclass
class Lecture:
    """What one file says, once read."""

    #: number → (number, title, level, active, end of registration)
    fiches: dict[str, tuple] = field(default_factory=dict)
    remplacements: set[tuple[str, str]] = field(default_factory=set)
    rejets: list[Rejet] = field(default_factory=list)


@dataclass(frozen=True)
class Format:
    """One of the known shapes: its name, the columns that tell it, and how a line is read."""

    nom: str
    colonnes: tuple[str, ...]
    read_line: Callable[[Lecture, dict], None]


def numero(text: str) -> str:
    """« RNCP37535 » or « RS5001 » from a cell; raises `LigneRejetee`."""
    cleaned = text.strip().upper()
    if not NUMERO.fullmatch(cleaned):
        raise LigneRejetee(f"« {text} » n’est pas un numéro de fiche RNCP ou RS")
    return cleaned


def _numeros(text: str) -> list[str]:
    """The numbers of a cell, separated by « | »."""
    return [numero(part) for part in text.split("|") if part.strip()]


def _fiche(number: str, intitule: str, niveau: str, actif: str, fin: str) -> tuple:
    level = NIVEAU.fullmatch(niveau.strip())
    active = {"ACTIVE": True, "INACTIVE": False}.get(actif.strip().upper())
    end = optional_date(fin.strip(), "la fin d’enregistrement")
    return number, intitule.strip(), int(level[1]) if level else None, active, end


def _read_kit(lecture: Lecture, row: dict) -> None:
    if row["FicheRNCP"] == "NR":
        return  # a diploma without a sheet: nothing to keep
    number = numero(row["FicheRNCP"])
    lecture.fiches[number] = _fiche(
        number,
        row["Intitulé certification (RNCP)"],
        row["Niveau fiche RNCP"],
        row["Fiche ACTIVE/INACTIVE"],
        row["Date d'échéance de la fiche RNCP"],
    )
    nouvelles = _numeros(row["Nouvelle Certification rempla (RNCP)"])
    anciennes = _numeros(row["Ancienne Certification (RNCP)"])
    _replace(lecture, number, anciennes, nouvelles)


def _read_standard(lecture: Lecture, row: dict) -> None:
    number = numero(row["Numero_Fiche"])
    lecture.fiches[number] = _fiche(
        number,
        row["Intitule"],
        row["Nomenclature_Europe_Niveau"],
        row["Actif"],
        row["Date_Fin_Enregistrement"],
    )


def _read_remplacement(lecture: Lecture, row: dict) -> None:
    number = numero(row["Numero_Fiche"])
    anciennes = _numeros(row["Ancienne_Certification"])
    _replace(lecture, number, anciennes, _numeros(row["Nouvelle_Certification"]))


def _replace(lecture: Lecture, number: str, anciennes: list[str], nouvelles: list[str]) -> None:
    pairs = [(ancienne, number) for ancienne in anciennes] + [(number, nouvelle) for nouvelle in nouvelles]
    lecture.remplacements.update((old, new) for old, new in pairs if old != new)


FORMATS = (
    Format(
        "le « Kit apprentissage » de France compétences",
        (
            "FicheRNCP",
            "Niveau fiche RNCP",
            "Date d'échéance de la fiche RNCP",
            "Fiche ACTIVE/INACTIVE",
            "Intitulé certification (RNCP)",
            "Nouvelle Certification rempla (RNCP)",
            "Ancienne Certification (RNCP)",
        ),
        _read_kit,
    ),
    Format(
        "l’export « Standard » de France compétences",
        ("Numero_Fiche", "Intitule", "Nomenclature_Europe_Niveau", "Date_Fin_Enregistrement", "Actif"),
        _read_standard,
    ),
    Format(
        "l’export « Ancienne_Nouvelle_Certification » de France compétences",
        ("Numero_Fiche", "Ancienne_Certification", "Nouvelle_Certification"),
        _read_remplacement,
    ),
)


def _format_of(path: Path) -> Format:
    header = read_text(path).split("\n", 1)[0]
    for known in FORMATS:
        if all(column in header for column in known.colonnes):
            return known
    raise FichierRefuse(
        f"Le fichier « {path} » n’est ni le « Kit apprentissage » en CSV, ni un export « Standard » ou "
        "« Ancienne_Nouvelle_Certification » de France compétences."
    )


def read_rncp(path: Path, progres: Progres = iter, *, force: bool = False) -> Lecture:
    """Read a file of France compétences, whatever its shape. Raises `FichierRefuse`."""
    lecture, lues = Lecture(), 0
    known = _format_of(path)
    rows = read_rows(path, known.colonnes, name=known.nom)
    for lues, (ligne, row) in enumerate(progres(rows), start=1):  # noqa: B007 - the count is used after
        try:
            if row is None:
                raise LigneRejetee("elle n’a pas le bon nombre de colonnes")
            known.read_line(lecture, row)
        except LigneRejetee as raison:
            lecture.rejets.append(Rejet(ligne, str(raison)))
    reject_or_refuse(path, lecture.rejets, lues, force=force)
    return lecture


@transaction.atomic
def import_rncp(
    paths: list[Path], *, dry_run: bool = False, force: bool = False, progres: Progres = iter
) -> list[tuple[Path, list[Bilan]]]:
    """Bring the sheets up to the files, in their order and in one transaction.

    No sheet and no replacement ever leaves the base: France compétences ends a sheet by saying so.
    Raises `FichierRefuse`, nothing being changed.
    """
    lectures = [(path, read_rncp(path, progres, force=force)) for path in paths]
    lock_imports()
    bilans = [(path, _merge(lecture)) for path, lecture in lectures]
    if dry_run:
        transaction.set_rollback(True)
    return bilans


def _merge(lecture: Lecture) -> list[Bilan]:
    bilans = []
    if lecture.fiches:
        with Chargement(FicheRepertoire, CHAMPS) as chargement:
            chargement.copy(lecture.fiches.values())
            bilans.append(chargement.merge_bilan("Fiches RNCP et RS", "conservées"))
    if lecture.remplacements:
        with Chargement(RemplacementFiche, ("ancienne", "nouvelle"), nb_cles=2) as chargement:
            chargement.copy(sorted(lecture.remplacements))
            bilans.append(chargement.merge_bilan("Remplacements de fiches", "conservés"))
    if not bilans:
        bilans.append(Bilan("Fiches RNCP et RS"))
    bilans[0].rejets = lecture.rejets
    return bilans
