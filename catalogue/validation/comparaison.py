"""What a new version of an action changes to what is online: the first thing an agent wants to know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalogue.instantane import build_commun, build_contenu
from catalogue.models import Action, Diffusion
from catalogue.validation.comparables import (
    ACTION,
    CERTIFICATION,
    DISPOSITIF,
    FORMATION,
    ORGANISME,
    SESSION,
    SITE,
    Comparable,
    with_adresse,
)
from sofi.typographie import NBSP, date_longue

#: A row of the dossier: ("session", 12).
Rang = tuple[str, int]


@dataclass(frozen=True)
class Changement:
    """One difference, in words; `avant` or `apres` is empty when there was or is nothing."""

    ou: str
    champ: str
    avant: str
    apres: str
    #: Level, row and field it speaks of: ("session", 12, "date_debut").
    cle: tuple[str, int, str]


def changes(action: Action, en_ligne: Sequence[Diffusion]) -> list[Changement]:
    """The differences between the rows `en_ligne` of an action and what validating it would publish.

    `action` is fetched by `Action.objects.with_tree()`; it may be incomplete, or have no session left: what
    it does not say reads as empty. Nothing when nothing is online. No query.
    """
    if not en_ligne:
        return []
    lignes = {ligne.session_id: ligne for ligne in en_ligne}
    sessions = list(action.sessions.all())
    # What all sessions share is the same in each row: any of them says it, its session being gone or not.
    found = [*_commun(action, en_ligne[0].contenu)]
    for session in sessions:
        rang = ("session", session.pk)
        if ligne := lignes.pop(session.pk, None):
            found += _session(f"Session {ligne.numero}", rang, ligne.contenu, build_contenu(action, session))
        else:
            found.append(_ajoutee(session, rang))
    for ligne in lignes.values():
        retiree = f"à partir du {date_longue(ligne.date_debut)}"
        cle = ("action", action.pk, f"retiree-{ligne.numero}")
        found.append(Changement(f"Session {ligne.numero}", "Session retirée", retiree, "", cle))
    return found


def _commun(action: Action, avant: dict) -> Iterator[Changement]:
    apres = build_commun(action)
    organismes = (with_adresse(contenu["organisme"]) for contenu in (avant, apres))
    yield from _compare("Organisme", ("organisme", action.organisme_id), ORGANISME, *organismes)
    rang = ("formation", action.formation_id)
    formations = (contenu["action"] | contenu["formation"] for contenu in (avant, apres))
    yield from _compare("Formation", rang, FORMATION, *formations)
    certifications = (contenu["formation"]["certification"] or {} for contenu in (avant, apres))
    yield from _certification(rang, *certifications)
    rang = ("action", action.pk)
    sites = (contenu["action"]["site_dispensateur"] for contenu in (avant, apres))
    yield from _site("Action", rang, "site_dispensateur", "Site dispensateur", *sites)
    yield from _compare("Action", rang, ACTION, avant["action"], apres["action"])


def _certification(rang: Rang, avant: dict, apres: dict) -> Iterator[Changement]:
    codes = [certification.get("code", "") for certification in (avant, apres)]
    if codes[0] != codes[1]:
        yield Changement("Formation", "Code Certifinfo", *codes, (*rang, "certification"))
    else:
        yield from _compare("Formation", rang, CERTIFICATION, avant, apres)


def _session(ou: str, rang: Rang, avant: dict, apres: dict) -> Iterator[Changement]:
    lieux = (contenu["session"]["site_lieu"] for contenu in (avant, apres))
    yield from _site(ou, rang, "site_lieu", "Site lieu", *lieux)
    yield from _compare(ou, rang, SESSION, avant["session"], apres["session"])
    yield from _dispositifs(ou, rang, avant["dispositifs"], apres["dispositifs"])


def _ajoutee(session, rang: Rang) -> Changement:
    debut = date_longue(session.date_debut)
    ou = f"Session du {debut}" if debut else "Session sans date"
    return Changement(
        ou, "Session ajoutée", "", f"à partir du {debut}" if debut else "sans date", (*rang, "")
    )


def _compare(
    ou: str, rang: Rang, champs: dict[str, Comparable], avant: dict, apres: dict
) -> Iterator[Changement]:
    for champ, comparable in champs.items():
        if _differs(champ, avant, apres):
            cle = (*rang, comparable.ligne or champ)
            yield Changement(ou, comparable.libelle, *_read(comparable, champ, avant, apres), cle)


def _differs(champ: str, avant: dict, apres: dict) -> bool:
    """Whether the sheets say two things; one written before `champ` existed says nothing of it."""
    return champ in avant and avant[champ] != apres.get(champ)


def _read(comparable: Comparable, champ: str, avant: dict, apres: dict) -> list[str]:
    valeurs = (avant.get(champ), apres.get(champ))
    return [comparable.read(valeur) if valeur not in (None, "", []) else "" for valeur in valeurs]


def _site(
    ou: str, rang: Rang, champ: str, libelle: str, avant: dict | None, apres: dict | None
) -> Iterator[Changement]:
    """A place: another one is told whole, the same one by what changed of it."""
    cle = (*rang, champ)
    avant, apres = (with_adresse(site) if site else {} for site in (avant, apres))
    if avant.get("id") == apres.get("id"):
        for sous_champ, comparable in SITE.items():
            if _differs(sous_champ, avant, apres):
                textes = _read(comparable, sous_champ, avant, apres)
                yield Changement(ou, f"{libelle}, {comparable.libelle}", *textes, cle)
        return
    textes = [f"{site['nom']}, {site['adresse']}" if site else "" for site in (avant, apres)]
    if textes[0] == textes[1]:  # two places of one name at one address
        textes = [
            f"{texte} (n°{NBSP}{site['id']})" for texte, site in zip(textes, (avant, apres), strict=True)
        ]
    yield Changement(ou, libelle, *textes, cle)


def _dispositifs(ou: str, rang: Rang, avant: list[dict], apres: list[dict]) -> Iterator[Changement]:
    """Dispositifs have no identity for the public: those of one type are matched, the closest first."""
    cle = (*rang, "dispositifs")
    paires = dict(_matched(avant, apres))
    for i, j in sorted(paires.items()):
        yield from _of_dispositif(ou, cle, avant[i], apres[j])
    for i, ancien in enumerate(avant):
        if i not in paires:
            yield Changement(ou, "Dispositif retiré", _whole(ancien), "", cle)
    for j, nouveau in enumerate(apres):
        if j not in paires.values():
            yield Changement(ou, "Dispositif ajouté", "", _whole(nouveau), cle)


def _matched(avant: list[dict], apres: list[dict]) -> Iterator[tuple[int, int]]:
    """Which of `avant` became which of `apres`, by their places in the lists."""
    proches = sorted(
        (_distance(ancien, nouveau), i, j)
        for i, ancien in enumerate(avant)
        for j, nouveau in enumerate(apres)
        if ancien["type"] == nouveau["type"]
    )
    anciens, nouveaux = set(), set()
    for _, i, j in proches:
        if i not in anciens and j not in nouveaux:
            anciens.add(i)
            nouveaux.add(j)
            yield i, j


def _distance(ancien: dict, nouveau: dict) -> int:
    """How many things differ between two dispositifs."""
    return sum(_differs(champ, ancien, nouveau) for champ in DISPOSITIF)


def _of_dispositif(ou: str, cle: tuple, avant: dict, apres: dict) -> Iterator[Changement]:
    for champ, comparable in DISPOSITIF.items():
        if _differs(champ, avant, apres):
            libelle = f"Dispositif «{NBSP}{avant['libelle']}{NBSP}», {comparable.libelle}"
            yield Changement(ou, libelle, *_read(comparable, champ, avant, apres), cle)


def _whole(dispositif: dict) -> str:
    """A dispositif on one line: its name and publics, then what else is known of it, each with its label."""
    if not dispositif["type"]:
        return "Dispositif à choisir"
    parts = [dispositif["libelle"], DISPOSITIF["publics"].read(dispositif["publics"])]
    for champ in ("codes_externes", "nb_places", "cout_stagiaire", "prise_en_charge"):
        if dispositif[champ] not in (None, ""):
            comparable = DISPOSITIF[champ]
            parts.append(f"{comparable.libelle}{NBSP}: {comparable.read(dispositif[champ])}")
    return ", ".join(filter(None, parts))
