"""The tokens of a search row: each filter is a word of the document, so one index answers a whole search.

No word that people type begins with « § ».
"""

from catalogue.enums import ModalitesES
from catalogue.models import Diffusion


def departement(code: str) -> str:
    """« 44 », « 2A »."""
    return f"§d{code}"


def commune(insee: str) -> str:
    """By INSEE code."""
    return f"§c{insee}"


def niveau(niveau: int | None) -> str:
    """3 to 8; 0 or nothing for « sans niveau spécifique »."""
    return f"§n{niveau or 0}"


def modalite(code: str) -> str:
    """LHÉO `modalites-enseignement`."""
    return f"§m{code}"


def dispositif(code: str) -> str:
    """By code of its type."""
    return f"§t{code}"


def certification(code: str) -> str:
    """By Certifinfo code."""
    return f"§k{code}"


def formacode(code: str) -> str:
    """By code of one of the Formacodes of the certification."""
    return f"§o{code}"


def organisme(pk: int) -> str:
    """By key."""
    return f"§f{pk}"


ESP = "§esp"
CPF = "§cpf"
PLACES = "§places"


def of_row(row: Diffusion) -> list[str]:
    """Every token of a published session."""
    contenu = row.contenu
    session, lieu = contenu["session"], contenu["session"]["site_lieu"]
    fiche = contenu["formation"]["certification"] or {}
    tokens = [
        organisme(row.organisme_id),
        departement(lieu["departement"]),
        niveau(fiche.get("niveau")),
        modalite(session["modalites_enseignement"]),
        *(dispositif(d["type"]) for d in contenu["dispositifs"]),
        *(formacode(code) for code in fiche.get("formacodes", ())),
    ]
    if fiche:
        tokens.append(certification(fiche["code"]))
    if lieu["insee"]:
        tokens.append(commune(lieu["insee"]))
    if est_esp(contenu):
        tokens.append(ESP)
    if est_cpf(contenu):
        tokens.append(CPF)
    if a_des_places(contenu):
        tokens.append(PLACES)
    return list(dict.fromkeys(tokens))


def est_esp(contenu: dict) -> bool:
    """Whether people may begin at any time."""
    return contenu["action"]["modalites_es"] == ModalitesES.PERMANENTES


def est_cpf(contenu: dict) -> bool:
    """Whether the CPF could pay on the day of the validation."""
    return contenu["formation"].get("cpf") == "oui"


def a_des_places(contenu: dict) -> bool:
    """Whether places are left; a session that does not say how many is not « complète »."""
    return contenu["session"]["places_disponibles"] != 0
