"""What is drawn, as the columns of its row: texts as PostgreSQL reads them, or None."""

from datetime import date
from types import SimpleNamespace

ORGANISME = (
    "raison_sociale",
    "nom_usage",
    "siret",
    "nda",
    "uai",
    "est_qualiopi",
    "qualiopi_debut",
    "qualiopi_fin",
    "telephone",
    "courriel",
    "site_web",
)
SITE = ("nom", "siret", "uai", "telephone")
ACTION = (
    "complement_intitule",
    "complement_descriptif",
    "url",
    "niveau_entree",
    "type_parcours",
    "modalites_pedagogiques",
    "modalites_es",
    "duree_centre",
    "duree_entreprise",
    "commentaire_duree",
    "commentaire_prerequis",
)


def textes(row: SimpleNamespace, champs: tuple[str, ...]) -> dict[str, str | None]:
    return {champ: texte(getattr(row, champ)) for champ in champs}


def texte(valeur) -> str | None:
    if valeur is None or isinstance(valeur, str):
        return valeur
    return valeur.isoformat() if isinstance(valeur, date) else str(valeur)


def adresse(row: SimpleNamespace) -> dict[str, str]:
    champs = textes(row, ("code_postal", "ville", "departement", "commune_id"))
    return champs | {"ligne1": row.lignes[0]}
