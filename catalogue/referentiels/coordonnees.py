"""Where the communes are: a file of latitudes and longitudes, beside those of the COG."""

import re
from pathlib import Path

from catalogue.models import Commune

from .certifinfo import Progres
from .chargement import Chargement
from .fichiers import Bilan, LigneRejetee, Rejet, read_rows, read_text, reject_or_refuse

COLONNES = ("code_insee", "latitude", "longitude")
_DEGRES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?")


def is_coordonnees(path: Path) -> bool:
    """Whether `path` is a file of positions rather than of communes. Raises `FichierRefuse`."""
    return path.suffix.lower() != ".json" and "latitude" in read_text(path).split("\n", 1)[0].split(";")


def import_coordonnees(path: Path, *, progres: Progres = iter) -> Bilan:
    """Give the communes of the base the positions of the file, in degrees (WGS 84).

    To be used within a transaction. Raises `FichierRefuse`.
    """
    connues = set(Commune.objects.values_list("pk", flat=True))
    positions, rejets, lues = {}, [], 0
    rows = read_rows(path, COLONNES, name=f"un fichier de positions (colonnes {', '.join(COLONNES)})")
    for lues, (ligne, row) in enumerate(progres(rows), start=1):  # noqa: B007 - read after the loop
        try:
            insee, *position = _read_line(row)
            if insee not in connues:
                raise LigneRejetee(f"la commune {insee} n’est pas connue : importez d’abord les communes")
            positions[insee] = position
        except LigneRejetee as raison:
            rejets.append(Rejet(ligne, str(raison)))
    reject_or_refuse(path, rejets, lues)
    with Chargement(Commune, ("insee", "latitude", "longitude")) as chargement:
        chargement.copy((insee, *position) for insee, position in positions.items())
        bilan = chargement.merge_bilan("Positions des communes", "conservées")
    bilan.rejets = rejets
    return bilan


def _read_line(row: dict | None) -> tuple[str, float, float]:
    if row is None:
        raise LigneRejetee("elle n’a pas le bon nombre de colonnes")
    latitude, longitude = row["latitude"], row["longitude"]
    if not all(_DEGRES.fullmatch(texte) for texte in (latitude, longitude)):
        raise LigneRejetee(
            f"la position de {row['code_insee']} n’est pas en degrés : « {latitude} ; {longitude} »"
        )
    if abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
        raise LigneRejetee(f"la position de {row['code_insee']} n’est pas sur la Terre")
    return row["code_insee"], float(latitude), float(longitude)
