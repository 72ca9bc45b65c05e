"""The nomenclatures that come with the project: enough for the demo and for a first start."""

import tomllib
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from catalogue.feries import holidays
from catalogue.models import (
    Certification,
    Commune,
    FicheRepertoire,
    JourFerme,
    TexteType,
    TypeDispositif,
)

from .certifinfo import import_certifinfo
from .chargement import Chargement, lock_imports
from .communes import import_communes
from .fichiers import Bilan, FichierRefuse, LigneRejetee, read_rows
from .rncp import import_rncp

#: Years whose public holidays are loaded: this one and the next two.
ANNEES_FERIEES = 3
DOSSIER = settings.BASE_DIR / "fixtures" / "nomenclatures"
#: What administrators set later.
INITIALES_DISPOSITIF = {"est_actif": True, "version": 1}
#: Columns of `dispositifs.csv` that hold « oui » or « non »: kept for the Carif-Oref, Qualiopi, UAI, school.
OUI_NON = ("reserve", "qualiopi", "apprentissage", "initiale")
CHAMPS_DISPOSITIF = (
    "code",
    "libelle",
    "financeurs",
    "est_reserve_carif",
    "exige_qualiopi",
    "est_apprentissage",
    "est_formation_initiale",
    "ordre",
)


@transaction.atomic
def load_nomenclatures(*, jour: date, refresh: bool = False, dossier: Path = DOSSIER) -> list[Bilan]:
    """Fill the tables of nomenclatures that are empty, or all of them with `refresh`.

    Returns the balance of what was loaded, empty when there was nothing to do. Nothing is ever
    removed. Raises `FichierRefuse` when a file of `dossier` is missing or damaged.
    """
    lock_imports()
    bilans = []
    if refresh or not TypeDispositif.objects.exists():
        bilans.append(_load_dispositifs(dossier / "dispositifs.csv"))
    if refresh or not Certification.objects.exists():
        bilans += import_certifinfo(dossier / "certifinfo.csv", jour=jour, est_complet=False).bilans
    if refresh or not FicheRepertoire.objects.exists():
        bilans += import_rncp([dossier / "fiches-rncp.csv"])[0][1]
    if refresh or not Commune.objects.exists():
        bilans += import_communes([dossier / "communes.csv", dossier / "communes-anciennes.csv"])
    if refresh or not Commune.objects.filter(latitude__isnull=False).exists():
        bilans += import_communes([dossier / "communes-coordonnees.csv"])
    # What administrators keep from then on: never loaded again, `refresh` or not.
    if not TexteType.objects.exists():
        bilans.append(_load_textes(dossier / "textes-types.toml"))
    if not JourFerme.objects.exists():
        bilans.append(_load_feries(jour.year))
    return bilans


def _load_textes(path: Path) -> Bilan:
    """The prepared texts a Carif-Oref starts from, in the order of the file."""
    textes = tomllib.loads(path.read_text(encoding="utf-8"))["textes"]
    rows = [
        TexteType(**texte | {"texte": texte["texte"].strip(), "ordre": rang * 10})
        for rang, texte in enumerate(textes, start=1)
    ]
    return Bilan("Textes préparés", nouvelles=len(TexteType.objects.bulk_create(rows)))


def _load_feries(annee: int) -> Bilan:
    """The public holidays of this year and of the next ones."""
    jours = [jour for rang in range(ANNEES_FERIEES) for jour in holidays(annee + rang)]
    rows = [JourFerme(jour=jour, libelle=libelle) for jour, libelle in dict(jours).items()]
    return Bilan("Jours fermés", nouvelles=len(JourFerme.objects.bulk_create(rows)))


def _load_dispositifs(path: Path) -> Bilan:
    colonnes = ("code", "libelle", "financeurs", *OUI_NON)
    rows = []
    for ordre, (ligne, row) in enumerate(read_rows(path, colonnes, name="la liste des dispositifs"), start=1):
        try:
            rows.append(_dispositif(row, ordre * 10))
        except LigneRejetee as raison:
            raise FichierRefuse(f"Le fichier « {path} » est à corriger, ligne {ligne} : {raison}.") from None
    with Chargement(TypeDispositif, CHAMPS_DISPOSITIF, valeurs_initiales=INITIALES_DISPOSITIF) as chargement:
        chargement.copy(rows)
        return chargement.merge_bilan("Types de dispositif", "conservés")


def _dispositif(row: dict | None, ordre: int) -> tuple:
    if (
        not row
        or not (row["code"] and row["libelle"])
        or any(row[colonne] not in ("oui", "non") for colonne in OUI_NON)
    ):
        raise LigneRejetee("il faut un code, un libellé, des financeurs, puis trois fois « oui » ou « non »")
    reponses = [row[colonne] == "oui" for colonne in OUI_NON]
    return row["code"], row["libelle"], row["financeurs"].split(","), *reponses, ordre
