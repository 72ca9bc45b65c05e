"""What a new version of an action changes to what is online: the first thing an agent wants to know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catalogue.enums import (
    ModalitesEnseignement,
    ModalitesES,
    NiveauEntree,
    PeriodeFormation,
    Public,
    Rythme,
    TypeParcours,
)
from catalogue.instantane import build_contenu
from catalogue.models import Action, Diffusion
from sofi.typographie import date_longue


@dataclass(frozen=True)
class Changement:
    """One difference, in words; `avant` or `apres` is empty when there was or is nothing."""

    ou: str
    champ: str
    avant: str
    apres: str
    #: Level, row and field it speaks of: ("session", 12, "date_debut").
    cle: tuple[str, int, str]


def _site(site: dict) -> str:
    return f"{site['nom']}, {', '.join(site['lignes'])}, {site['code_postal']} {site['ville']}"


def _jour(iso: str) -> str:
    return date_longue(date.fromisoformat(iso))


def _labels(enum):
    """A reader of one code, or of several, of `enum`."""
    noms = dict(enum.choices)
    return lambda codes: ", ".join(
        str(noms.get(code, code)) for code in ([codes] if isinstance(codes, str) else codes)
    )


#: What is compared, by part of the sheet (`catalogue.instantane.build_contenu`): label and reader.
ORGANISME = {
    "raison_sociale": ("Raison sociale", str),
    "nom_usage": ("Nom d’usage", str),
    "siret": ("SIRET", str),
    "nda": ("Numéro de déclaration d’activité", str),
    "telephone": ("Téléphone", str),
    "courriel": ("E-mail", str),
    "site_web": ("Site web", str),
}
FORMATION = {
    "intitule": ("Intitulé", str),
    "objectif": ("Objectif général", str),
    "programme": ("Programme", str),
    "certification": ("Code Certifinfo", lambda certification: certification["code"]),
}
ACTION = {
    "complement_intitule": ("Complément intitulé", str),
    "complement_descriptif": ("Complément descriptif", str),
    "site_dispensateur": ("Site dispensateur", _site),
    "url": ("URL vers le site de l’OF", str),
    "niveau_entree": ("Niveau d’entrée", _labels(NiveauEntree)),
    "type_parcours": ("Type de parcours", _labels(TypeParcours)),
    "modalites_pedagogiques": ("Modalités pédagogiques", str),
    "modalites_es": ("ESP ou dates fixes", _labels(ModalitesES)),
    "duree_centre": ("Durée en centre (heures)", str),
    "duree_entreprise": ("Durée en entreprise (heures)", str),
    "duree_hebdo": ("Durée hebdo (heures)", lambda heures: heures.replace(".", ",")),
    "commentaire_duree": ("Commentaire durée", str),
    "commentaire_prerequis": ("Commentaire prérequis", str),
}
SESSION = {
    "site_lieu": ("Site lieu", _site),
    "date_debut": ("Date début", _jour),
    "date_fin": ("Date fin", _jour),
    "rythmes": ("Rythmes", _labels(Rythme)),
    "periodes": ("Périodes de formation", _labels(PeriodeFormation)),
    "modalites_enseignement": ("Modalités d’enseignement", _labels(ModalitesEnseignement)),
    "capacite": ("Capacité d’accueil", str),
    "places_disponibles": ("Places disponibles", str),
}
_PUBLICS = _labels(Public)


def changes(action: Action, en_ligne: list[Diffusion]) -> list[Changement]:
    """The differences between the rows `en_ligne` of an action and what validating it would publish.

    `action` is complete and fetched by `Action.objects.with_tree()`. No query.
    """
    lignes = {ligne.session_id: ligne for ligne in en_ligne}
    sessions = list(action.sessions.all())
    found = []
    commun = next((session for session in sessions if session.pk in lignes), None)
    if commun:
        avant, apres = lignes[commun.pk].contenu, build_contenu(action, commun)
        pks = {"organisme": action.organisme_id, "formation": action.formation_id, "action": action.pk}
        for ou, champs in (("Organisme", ORGANISME), ("Formation", FORMATION), ("Action", ACTION)):
            etape = ou.lower()
            found += _compare(ou, (etape, pks[etape]), champs, avant[etape], apres[etape])
    for session in sessions:
        ligne = lignes.get(session.pk)
        if ligne is None:
            debut = date_longue(session.date_debut)
            cle = ("session", session.pk, "")
            found.append(Changement("Session", "Session ajoutée", "", f"à partir du {debut}", cle))
            continue
        ou = f"Session {ligne.numero}"
        apres = build_contenu(action, session)
        rang = ("session", session.pk)
        found += _compare(ou, rang, SESSION, ligne.contenu["session"], apres["session"])
        found += _dispositifs(ou, rang, ligne.contenu["dispositifs"], apres["dispositifs"])
    restantes = {session.pk for session in sessions}
    for ligne in en_ligne:
        if ligne.session_id not in restantes:
            debut = date_longue(ligne.date_debut)
            cle = ("action", action.pk, f"retiree-{ligne.numero}")
            retiree = f"à partir du {debut}"
            found.append(Changement(f"Session {ligne.numero}", "Session retirée", retiree, "", cle))
    return found


def _compare(ou: str, rang: tuple[str, int], champs: dict, avant: dict, apres: dict) -> Iterator[Changement]:
    for champ, (libelle, read) in champs.items():
        if avant.get(champ) != apres.get(champ):
            textes = (
                read(v) if v not in (None, "", []) else "" for v in (avant.get(champ), apres.get(champ))
            )
            yield Changement(ou, libelle, *textes, (*rang, champ))


def _dispositifs(
    ou: str, rang: tuple[str, int], avant: list[dict], apres: list[dict]
) -> Iterator[Changement]:
    """Dispositifs are told whole: they have no identity for the public."""
    gone = [d for d in avant if d not in apres]
    new = [d for d in apres if d not in avant]
    if gone or new:
        textes = ("\n".join(map(_dispositif, rows)) for rows in (gone, new))
        yield Changement(ou, "Dispositifs", *textes, (*rang, "dispositifs"))


def _dispositif(dispositif: dict) -> str:
    prise_en_charge = dispositif["prise_en_charge"]
    parts = [
        dispositif["libelle"],
        _PUBLICS(dispositif["publics"]),
        dispositif["codes_externes"],
        f"{dispositif['nb_places']} places" if dispositif["nb_places"] is not None else "",
        f"{dispositif['cout_stagiaire']}\u00a0€".replace(".", ",") if dispositif["cout_stagiaire"] else "",
        ""
        if prise_en_charge is None
        else f"frais pris en charge\u00a0: {'oui' if prise_en_charge else 'non'}",
    ]
    return ", ".join(filter(None, parts))
