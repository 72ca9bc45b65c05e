"""The columns of the open data, declared once: for the three files, the schema and the page.

Names and meanings are stable: a column may be added at the end, none is renamed or given another sense.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalogue.adresses import session_url
from catalogue.donnees.texte import one_line
from catalogue.enums import (
    Financeur,
    ModalitesEnseignement,
    ModalitesES,
    NiveauEntree,
    PeriodeFormation,
    Public,
    Rythme,
    label_niveau,
)
from catalogue.models import Diffusion
from catalogue.numeros import numero_action, numero_formation, numero_organisme

#: Kinds of columns, and how the page calls them.
TEXTE, ENTIER, NOMBRE, DATE, INSTANT, LISTE = "texte", "entier", "nombre", "date", "instant", "liste"


@dataclass(frozen=True)
class Colonne:
    """`lire` gives the value in a published session: a text, a number, a date, texts, or nothing (None)."""

    nom: str
    genre: str
    texte: str
    lire: Callable[[Diffusion], Any]

    def valeur(self, row: Diffusion):
        """The value in `row`; texts on one line, empty ones None."""
        valeur = self.lire(row)
        match valeur:
            case str():
                return one_line(valeur) or None
            case list():
                return [one_line(texte) for texte in valeur]
        return valeur


def _in(*chemin: str) -> Callable[[Diffusion], Any]:
    """What the published sheet holds at `chemin`."""

    def lire(row: Diffusion):
        valeur = row.contenu
        for cle in chemin:
            valeur = valeur.get(cle) if valeur else None
        return valeur

    return lire


def _certification(champ: str) -> Callable[[Diffusion], Any]:
    return _in("formation", "certification", champ)


def _liste(lire: Callable[[Diffusion], Any]) -> Callable[[Diffusion], list]:
    return lambda row: lire(row) or []


def _libelle(table, lire: Callable[[Diffusion], Any]) -> Callable[[Diffusion], str | None]:
    """The label of a code of `table`; a code of another list as it is."""
    libelles = dict(table.choices)

    def libelle(row: Diffusion):
        code = lire(row)
        return libelles.get(code, code)

    return libelle


def _libelles(table, lire: Callable[[Diffusion], Any]) -> Callable[[Diffusion], list]:
    """The same, of a list of codes."""
    libelles = dict(table.choices)
    return lambda row: [libelles.get(code, code) for code in lire(row) or []]


def _of_dispositifs(champ: str) -> Callable[[Diffusion], list]:
    """Every value of a field of the dispositifs, once each, in their order."""

    def lire(row: Diffusion):
        valeurs = []
        for dispositif in row.contenu["dispositifs"]:
            valeur = dispositif[champ]
            valeurs += valeur if isinstance(valeur, list) else [valeur]
        return list(dict.fromkeys(valeurs))

    return lire


def _lowest_price(row: Diffusion) -> Decimal | None:
    prix = [
        Decimal(d["cout_stagiaire"]) for d in row.contenu["dispositifs"] if d["cout_stagiaire"] is not None
    ]
    return min(prix, default=None)


def _duree_hebdo(row: Diffusion) -> Decimal | None:
    duree = row.contenu["action"]["duree_hebdo"]
    return None if duree is None else Decimal(duree)


def _nom_organisme(row: Diffusion) -> str:
    organisme = row.contenu["organisme"]
    return organisme["nom_usage"] or organisme["raison_sociale"]


def _adresse_lieu(row: Diffusion) -> str:
    return ", ".join(row.contenu["session"]["site_lieu"]["lignes"])


COLONNES = (
    Colonne("numero", TEXTE, "Numéro public de la session, qui ne change jamais.", lambda row: row.numero),
    Colonne("intitule", TEXTE, "Intitulé, avec le complément de l’action.", lambda row: row.intitule),
    Colonne("date_debut", DATE, "Premier jour.", lambda row: row.date_debut),
    Colonne("date_fin", DATE, "Dernier jour.", lambda row: row.date_fin),
    Colonne("publiee_le", INSTANT, "En ligne depuis.", lambda row: row.publiee_le),
    Colonne("modifiee_le", INSTANT, "Dernière mise à jour.", lambda row: row.modifiee_le),
    Colonne(
        "organisme_numero",
        TEXTE,
        "Numéro public de l’organisme.",
        lambda row: numero_organisme(row.organisme_id),
    ),
    Colonne("organisme_nom", TEXTE, "Nom d’usage, sinon raison sociale.", _nom_organisme),
    Colonne("organisme_siret", TEXTE, "SIRET de l’organisme.", _in("organisme", "siret")),
    Colonne("organisme_nda", TEXTE, "Numéro de déclaration d’activité.", _in("organisme", "nda")),
    Colonne("organisme_telephone", TEXTE, "Téléphone de l’organisme.", _in("organisme", "telephone")),
    Colonne("organisme_courriel", TEXTE, "E-mail de l’organisme.", _in("organisme", "courriel")),
    Colonne("organisme_site_web", TEXTE, "Site de l’organisme.", _in("organisme", "site_web")),
    Colonne(
        "formation_numero",
        TEXTE,
        "Numéro public de la formation.",
        lambda row: numero_formation(row.formation_id),
    ),
    Colonne("action_numero", TEXTE, "Numéro public de l’action.", lambda row: numero_action(row.action_id)),
    Colonne(
        "certification_code",
        TEXTE,
        "Code Certifinfo\u00a0; vide pour une offre hors Certifinfo.",
        lambda row: row.certification_code,
    ),
    Colonne("code_rncp", TEXTE, "Code RNCP, chiffres seuls.", _certification("code_rncp")),
    Colonne("codes_rs", LISTE, "Codes du Répertoire spécifique.", _liste(_certification("codes_rs"))),
    Colonne("niveau", ENTIER, "Niveau de sortie, de 3 à 8.", lambda row: row.niveau),
    Colonne("niveau_libelle", TEXTE, "Niveau de sortie, en mots.", lambda row: label_niveau(row.niveau)),
    Colonne("formacodes", LISTE, "Formacodes, le principal d’abord.", _liste(_certification("formacodes"))),
    Colonne("romes", LISTE, "Codes ROME des métiers.", _liste(_certification("romes"))),
    Colonne(
        "cpf",
        TEXTE,
        "«\u00a0oui\u00a0» ou «\u00a0non\u00a0»\u00a0: éligible au CPF le jour de la validation.",
        _in("formation", "cpf"),
    ),
    Colonne("lieu_nom", TEXTE, "Nom du lieu.", _in("session", "site_lieu", "nom")),
    Colonne("lieu_adresse", TEXTE, "Lignes de l’adresse du lieu.", _adresse_lieu),
    Colonne("lieu_code_postal", TEXTE, "Code postal du lieu.", _in("session", "site_lieu", "code_postal")),
    Colonne("lieu_ville", TEXTE, "Ville du lieu.", lambda row: row.ville),
    Colonne("lieu_insee", TEXTE, "Code INSEE de la commune.", _in("session", "site_lieu", "insee")),
    Colonne("lieu_departement", TEXTE, "Code du département.", lambda row: row.departement),
    Colonne(
        "modalites_enseignement",
        TEXTE,
        "Présentiel, mixte ou à distance\u00a0: code LHÉO.",
        _in("session", "modalites_enseignement"),
    ),
    Colonne(
        "modalites_enseignement_libelle",
        TEXTE,
        "La même chose, en mots.",
        _libelle(ModalitesEnseignement, _in("session", "modalites_enseignement")),
    ),
    Colonne(
        "entrees_sorties",
        TEXTE,
        "À dates fixes ou permanentes.",
        _libelle(ModalitesES, _in("action", "modalites_es")),
    ),
    Colonne("rythmes", LISTE, "Rythmes.", _libelles(Rythme, _in("session", "rythmes"))),
    Colonne("periodes", LISTE, "Périodes.", _libelles(PeriodeFormation, _in("session", "periodes"))),
    Colonne("duree_centre", ENTIER, "Durée en centre, en heures.", _in("action", "duree_centre")),
    Colonne("duree_entreprise", ENTIER, "Durée en entreprise, en heures.", _in("action", "duree_entreprise")),
    Colonne("duree_hebdo", NOMBRE, "Heures par semaine.", _duree_hebdo),
    Colonne(
        "niveau_entree",
        TEXTE,
        "Niveau demandé à l’entrée.",
        _libelle(NiveauEntree, _in("action", "niveau_entree")),
    ),
    Colonne("prerequis", TEXTE, "Prérequis.", _in("action", "commentaire_prerequis")),
    Colonne("capacite", ENTIER, "Nombre de places.", _in("session", "capacite")),
    Colonne(
        "places_disponibles",
        ENTIER,
        "Places libres à la validation\u00a0; vide si l’organisme ne le dit pas.",
        _in("session", "places_disponibles"),
    ),
    Colonne("dispositifs", LISTE, "Codes des dispositifs de financement.", _of_dispositifs("type")),
    Colonne("dispositifs_libelles", LISTE, "Les mêmes, en mots.", _of_dispositifs("libelle")),
    Colonne("financeurs", LISTE, "Qui paie.", _libelles(Financeur, _of_dispositifs("financeurs"))),
    Colonne("publics", LISTE, "À qui s’adressent les places.", _libelles(Public, _of_dispositifs("publics"))),
    Colonne("cout_stagiaire", NOMBRE, "Coût pour le stagiaire, le plus bas, en euros.", _lowest_price),
    Colonne("action_url", TEXTE, "La page de l’organisme sur l’action.", _in("action", "url")),
    Colonne("url", TEXTE, "L’adresse de la session.", lambda row: session_url(row.numero)),
)

#: What the columns are in a Table Schema.
_TABLE_SCHEMA = {
    TEXTE: {"type": "string"},
    ENTIER: {"type": "integer"},
    NOMBRE: {"type": "number"},
    DATE: {"type": "date", "format": "%Y-%m-%d"},
    # Said, as what is not said is in UTC.
    INSTANT: {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S%z"},
    LISTE: {"type": "string"},
}
SEPARATEUR = "|"


def table_schema(nom: str, licence: tuple[str, str]) -> dict:
    """The Table Schema (Frictionless) of the CSV file."""
    champs = []
    for colonne in COLONNES:
        texte = colonne.texte
        if colonne.genre == LISTE:
            texte += f" Valeurs séparées par «\u00a0{SEPARATEUR}\u00a0»."
        champ = {"name": colonne.nom, "description": texte} | _TABLE_SCHEMA[colonne.genre]
        if colonne.nom == "numero":
            champ["constraints"] = {"required": True, "unique": True}
        champs.append(champ)
    return {
        "$schema": "https://frictionlessdata.io/schemas/table-schema.json",
        "name": "offre-de-formation",
        "title": f"Offre de formation – {nom}",
        "fields": champs,
        "primaryKey": "numero",
        "missingValues": [""],
        "licenses": [{"title": licence[0], "path": licence[1]}],
    }
