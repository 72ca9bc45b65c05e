"""The open file of Certif Info: reading it, and bringing the base up to it.

Columns and traps: one line per certification, cut by « ; » without any quoting, Windows-1252 with an
undecodable byte, a line repeated when a certification has several RS codes, many-to-many replacements.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from catalogue.certifications.sigles import initials_of
from catalogue.enums import EtatCertification
from catalogue.models import Certification, Formacode, Remplacement, TypeDiplome

from .chargement import Chargement, Compte, lock_imports
from .effets import Effet, effects_since, photograph
from .fichiers import (
    Bilan,
    FichierRefuse,
    LigneRejetee,
    Rejet,
    digits,
    optional_date,
    optional_year,
    read_rows,
    reject_or_refuse,
)

COLONNES = (
    "Code_Diplome",
    "Libelle_Diplome",
    "Libelle_Type_Diplome",
    "Code_Niveau_Europeen",
    "Date_MaJ",
    "Code_FormaCode",
    "Libelle_FormaCode",
    "Code_Rome_1",
    "Code_Nsf",
    "Code_RNCP",
    "Code_RS",
    "Code_Scolarité",
    "valideur",
    "certificateur",
    "Annee_Premiere_Session",
    "Annee_Derniere_Session",
    "Code_Ancien_Diplome",
    "Intitulé_Ancien_Diplome",
    "Code_Ancien_RNCP",
    "Etat",
    "Etat_Ancien_Diplome_Libelle",
    "code_type_diplome",
)
#: Fields of `Certification` the file gives, in the order of the rows sent to the base; `sigles` comes of the
#: title.
CHAMPS = (
    "code",
    "intitule",
    "type_diplome",
    "niveau",
    "etat",
    "formacodes",
    "romes",
    "nsfs",
    "code_rncp",
    "codes_rs",
    "code_scolarite",
    "certificateurs",
    "valideurs",
    "annee_premiere_session",
    "annee_derniere_session",
    "maj_le",
    "retiree_le",
    "sigles",
)
#: What it does not give, of a certification that is new.
INITIALES = {"objectif": "", "programme": ""}
#: A file that lacks more of the codes in force than this share is taken for a cut one.
PART_RETIRABLE = 0.2

Progres = Callable[[Iterator], Iterator]


class Importation(NamedTuple):
    """What an import did to the certifications, and to the offer that carries them."""

    bilans: list[Bilan]
    effets: list[Effet]


@dataclass
class Lecture:
    """What the file says, once read."""

    #: code → values in the order of `CHAMPS`; repeated lines merged into `codes_rs`.
    certifications: dict[str, list] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    formacodes: dict[str, str] = field(default_factory=dict)
    #: (old code, new code) → (title, RNCP code, state) of the old one.
    remplacements: dict[tuple[str, str], tuple] = field(default_factory=dict)
    rejets: list[Rejet] = field(default_factory=list)
    #: Codes of rejected lines: they are in the file, hence not gone.
    codes_rejetes: set[str] = field(default_factory=set)


def read_certifinfo(path: Path, progres: Progres = iter, *, force: bool = False) -> Lecture:
    """Read the open file of Certif Info. Raises `FichierRefuse` for a foreign or cut file."""
    lecture, lues = Lecture(), 0
    rows = read_rows(path, COLONNES, name="l’export de Certif Info", quoting=csv.QUOTE_NONE)
    for lues, (ligne, row) in enumerate(progres(rows), start=1):  # noqa: B007 - the count is used after
        try:
            if row is None:
                raise LigneRejetee("elle n’a pas le bon nombre de colonnes")
            _read_line(lecture, row)
        except LigneRejetee as raison:
            lecture.rejets.append(Rejet(ligne, str(raison)))
            if row:
                lecture.codes_rejetes.add(row["Code_Diplome"].strip())
    reject_or_refuse(path, lecture.rejets, lues, force=force)
    lecture.codes_rejetes -= lecture.certifications.keys()
    return lecture


def _read_line(lecture: Lecture, row: dict) -> None:
    row = {column: text.strip() for column, text in row.items()}
    values = _certification(row)
    code, rs = values[0], CHAMPS.index("codes_rs")
    known = lecture.certifications.setdefault(code, values)
    if known is not values:
        if any(a != b for place, (a, b) in enumerate(zip(known, values, strict=True)) if place != rs):
            raise LigneRejetee(f"elle contredit une ligne précédente du code {code}")
        known[rs] = sorted({*known[rs], *values[rs]}, key=int)
    lecture.types[row["code_type_diplome"]] = row["Libelle_Type_Diplome"]
    if row["Code_FormaCode"]:
        lecture.formacodes[row["Code_FormaCode"]] = row["Libelle_FormaCode"]
    ancien = row["Code_Ancien_Diplome"]
    if ancien and ancien != code:
        lecture.remplacements[digits(ancien, "l’ancien code"), code] = (
            row["Intitulé_Ancien_Diplome"],
            row["Code_Ancien_RNCP"],
            row["Etat_Ancien_Diplome_Libelle"],
        )


def _certification(row: dict) -> list:
    """Values of `CHAMPS` for one line; raises `LigneRejetee`."""
    code = digits(row["Code_Diplome"], "le code Certifinfo")
    if not row["Libelle_Diplome"]:
        raise LigneRejetee(f"le code {code} n’a pas d’intitulé")
    if len(row["Libelle_Diplome"]) > 500:
        raise LigneRejetee(f"l’intitulé du code {code} dépasse 500 caractères")
    if not row["Libelle_Type_Diplome"]:
        raise LigneRejetee(f"le code {code} n’a pas de type de diplôme")
    if row["Etat"] not in {str(etat) for etat in EtatCertification.values}:
        raise LigneRejetee(f"l’état « {row['Etat']} » n’est pas connu (0, 4 ou 11)")
    if row["Code_Niveau_Europeen"] not in ("", "3", "4", "5", "6", "7", "8"):
        raise LigneRejetee(f"le niveau « {row['Code_Niveau_Europeen']} » n’est pas connu (vide, ou 3 à 8)")
    if row["Code_FormaCode"]:
        digits(row["Code_FormaCode"], "le Formacode", 5)
    ancien = row["Code_Ancien_Diplome"]
    if ancien:
        digits(ancien, "l’ancien code")
    return [
        code,
        row["Libelle_Diplome"],
        digits(row["code_type_diplome"], "le code du type de diplôme", 3),
        int(row["Code_Niveau_Europeen"]) if row["Code_Niveau_Europeen"] else None,
        int(row["Etat"]),
        [row["Code_FormaCode"]] if row["Code_FormaCode"] else [],
        [rome for rang in range(1, 6) if (rome := row.get(f"Code_Rome_{rang}", ""))],
        [row["Code_Nsf"]] if row["Code_Nsf"] else [],
        digits(row["Code_RNCP"], "le code RNCP") if row["Code_RNCP"] else "",
        [digits(row["Code_RS"], "le code RS")] if row["Code_RS"] else [],
        row["Code_Scolarité"],
        row["certificateur"],
        row["valideur"],
        optional_year(row["Annee_Premiere_Session"], "la première session"),
        optional_year(row["Annee_Derniere_Session"], "la dernière session"),
        optional_date(row["Date_MaJ"], "la date de mise à jour"),
        None,
        list(initials_of(row["Libelle_Diplome"])),
    ]


@transaction.atomic
def import_certifinfo(
    path: Path,
    *,
    jour: date,
    dry_run: bool = False,
    force: bool = False,
    est_complet: bool = True,
    progres: Progres = iter,
) -> Importation:
    """Bring the certifications of the base up to the open file, in one transaction.

    A code the file no longer holds is dated `retiree_le` = `jour`, never deleted; the objectif and
    programme typed by the Carif-Oref are kept. With `est_complet` false the file is an extract:
    what it lacks is left alone. With `dry_run` the same is done, then undone.
    Says also what becomes of the codes that actions carry.
    Raises `FichierRefuse`, nothing being changed, for a foreign or cut file, and when it lacks more
    than a fifth of the codes in force (unless `force`).
    """
    lecture = read_certifinfo(path, progres, force=force)
    lock_imports()
    avant = photograph()
    bilans = _certifications(path, lecture, jour, est_complet=est_complet, force=force)
    bilans.append(_remplacements(lecture))
    effets = effects_since(avant)
    if dry_run:
        transaction.set_rollback(True)
    return Importation(bilans, effets)


def _labels(model, objet: str, labels: dict[str, str]) -> Bilan:
    with Chargement(model, ("code", "libelle")) as chargement:
        chargement.copy(labels.items())
        return chargement.merge_bilan(objet, "conservés")


def _certifications(
    path: Path, lecture: Lecture, jour: date, *, est_complet: bool, force: bool
) -> list[Bilan]:
    types = _labels(TypeDiplome, "Types de diplôme", lecture.types)
    formacodes = _labels(Formacode, "Formacodes", lecture.formacodes)
    with Chargement(Certification, CHAMPS, valeurs_initiales=INITIALES) as chargement:
        chargement.copy(lecture.certifications.values())
        en_vigueur = "t.retiree_le IS NULL AND t.code <> ALL(%s)"
        rejetes = [list(lecture.codes_rejetes)]
        absentes = chargement.absentes(en_vigueur, rejetes)
        total = Certification.objects.filter(retiree_le=None).count()
        if est_complet and not force and absentes > total * PART_RETIRABLE:
            raise FichierRefuse(
                f"Il manque au fichier « {path} » {absentes} des {total} codes en vigueur : il semble "
                "coupé, rien n’a été importé. S’il est bien complet, relancez avec --force."
            )
        compte = chargement.merge()
        retirees = 0
        if est_complet:
            retirees = chargement.update_absentes("retiree_le = %s", en_vigueur, [jour, *rejetes])
    certifications = _bilan("Certifications", compte, retirees, "datées du retrait, conservées")
    certifications.rejets = lecture.rejets
    return [certifications, types, formacodes]


def _bilan(objet: str, compte: Compte, ecartees: int, sort: str) -> Bilan:
    return Bilan(objet, compte.nouvelles, compte.modifiees, compte.inchangees, ecartees, sort, bool(ecartees))


def _remplacements(lecture: Lecture) -> Bilan:
    champs = ("ancien_code", "nouvelle", "ancien_intitule", "ancien_code_rncp", "ancien_etat")
    with Chargement(Remplacement, champs, nb_cles=2) as chargement:
        chargement.copy((*cle, *valeurs) for cle, valeurs in lecture.remplacements.items())
        compte = chargement.merge()
        # A replacement is taken back only by the line of its new code: those of a code which left
        # the file still lead from older codes to newer ones.
        lues = [list(lecture.certifications)]
        retires = chargement.delete_absentes("t.nouvelle_id = ANY(%s)", lues)
    return _bilan("Remplacements de codes", compte, retires, "retirés")
