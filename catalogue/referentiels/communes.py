"""Communes and their former selves (communes déléguées or associées), from the files of the COG.

JSON or CSV. Present communes have postal codes; a former one names its present commune. Their positions
come from another file (`coordonnees`).
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from catalogue.models import Commune

from .certifinfo import Progres
from .chargement import Chargement, lock_imports
from .coordonnees import import_coordonnees, is_coordonnees
from .fichiers import Bilan, FichierRefuse, LigneRejetee, Rejet, read_rows, read_text, reject_or_refuse

INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")
ATTENDU = "un fichier de communes (colonnes « code_insee », « nom », « departement »)"


@dataclass
class Lecture:
    #: INSEE → (INSEE, name, postal codes, département, present commune or None)
    communes: dict[str, list] = field(default_factory=dict)
    #: Former communes that bear the code of their present one: nothing to keep of them.
    confondues: int = 0
    rejets: list[Rejet] = field(default_factory=list)


def _lines(path: Path):
    """Yield `(line or rank, row)` of a JSON list or of a CSV file."""
    if path.suffix.lower() != ".json":
        yield from read_rows(path, ("code_insee", "nom", "departement"), name=ATTENDU)
        return
    try:
        rows = json.loads(read_text(path))
    except ValueError as error:
        raise FichierRefuse(
            f"Le fichier « {path} » est coupé ou n’est pas du JSON (ligne {getattr(error, 'lineno', 1)})."
        ) from None
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict) or "code_insee" not in rows[0]:
        raise FichierRefuse(f"Le fichier « {path} » n’est pas {ATTENDU}.")
    yield from enumerate(rows, start=1)


def _read_line(lecture: Lecture, row: dict) -> None:
    insee, actuelle = str(row.get("code_insee", "")), str(row.get("commune_actuelle") or "")
    nom, departement = str(row.get("nom", "")).strip(), str(row.get("departement", ""))
    if not INSEE.fullmatch(insee) or (actuelle and not INSEE.fullmatch(actuelle)):
        raise LigneRejetee(f"« {actuelle or insee} » n’est pas un code INSEE de commune")
    # A former commune may keep the INSEE code of the département it left.
    if not nom or len(nom) > 100 or not re.fullmatch(r"[0-9][0-9AB][0-9]?", departement):
        raise LigneRejetee(f"le nom ou le département de la commune {insee} n’est pas lisible")
    if actuelle == insee:
        lecture.confondues += 1
        return
    postaux = row.get("codes_postaux") or [row.get("code_postal")]
    postaux = [code for code in postaux if code]
    if not all(re.fullmatch(r"[0-9]{5}", code) for code in postaux):
        raise LigneRejetee(f"un code postal de la commune {insee} n’a pas 5 chiffres")
    known = lecture.communes.setdefault(insee, [insee, nom, [], departement, actuelle or None])
    if known[1] != nom:
        raise LigneRejetee(f"elle contredit une ligne précédente de la commune {insee}")
    known[2] = sorted({*known[2], *postaux})


def read_communes(paths: list[Path], progres: Progres = iter) -> Lecture:
    """Read the files together, present communes and former ones. Raises `FichierRefuse`."""
    lecture = Lecture()
    for path in paths:
        rejets, lues = [], 0
        for lues, (ligne, row) in enumerate(progres(_lines(path)), start=1):  # noqa: B007 - read after the loop
            try:
                if row is None:
                    raise LigneRejetee("elle n’a pas le bon nombre de colonnes")
                _read_line(lecture, row)
            except LigneRejetee as raison:
                rejets.append(Rejet(ligne, str(raison)))
        reject_or_refuse(path, rejets, lues)
        lecture.rejets += rejets
    return lecture


@transaction.atomic
def import_communes(paths: list[Path], *, dry_run: bool = False, progres: Progres = iter) -> list[Bilan]:
    """Bring the communes up to the files, in one transaction; those they lack are kept.

    Raises `FichierRefuse`, nothing being changed, also when a former commune names a present one
    that neither the files nor the base hold.
    """
    positions = [path for path in paths if is_coordonnees(path)]
    listes = [path for path in paths if path not in positions]
    lock_imports()
    bilans = [_import_listes(listes, progres)] if listes else []
    bilans += [import_coordonnees(path, progres=progres) for path in positions]
    if dry_run:
        transaction.set_rollback(True)
    return bilans


def _import_listes(paths: list[Path], progres: Progres) -> Bilan:
    lecture = read_communes(paths, progres)
    actuelles = {row[4] for row in lecture.communes.values() if row[4]} - lecture.communes.keys()
    inconnues = actuelles - set(Commune.objects.filter(pk__in=actuelles).values_list("pk", flat=True))
    if inconnues:
        raise FichierRefuse(
            f"La commune actuelle {min(inconnues)} n’est connue ni du fichier ni de la base : importez aussi "
            "le fichier des communes actuelles."
        )
    with Chargement(Commune, ("insee", "nom", "codes_postaux", "departement", "actuelle")) as chargement:
        chargement.copy(lecture.communes.values())
        bilan = chargement.merge_bilan("Communes", "conservées")
    bilan.rejets = lecture.rejets
    return bilan
