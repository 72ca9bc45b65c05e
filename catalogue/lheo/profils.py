"""Whom a feed is for, and what it leaves out.

France Travail (AUDE) takes no apprenticeship nor initial training, no session ended more than 30 days ago,
and nothing of an organisme whose SIRET is missing or wrong (facts: Carif-Oref Centre – Val de Loire,
23/11/2018). A session with one such dispositif stays out, whatever its others are.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from django.core.exceptions import ValidationError

from catalogue.identifiants import validate_siret
from catalogue.models import TypeDispositif
from sofi.typographie import NBSP

#: code → why, as its organisme reads it.
EXCLUSIONS = {
    "apprentissage": "L’apprentissage n’est pas transmis à France Travail.",
    "initiale": "La formation initiale n’est pas transmise à France Travail.",
    "siret": "Le SIRET de l’organisme manque ou n’est pas juste.",
}
JOURS_APRES_LA_FIN = 30
#: The exclusion that depends on the day, in the same words.
TERMINEE = f"La session est terminée depuis plus de {JOURS_APRES_LA_FIN}{NBSP}jours."
#: For a code that this version does not know.
AUTRE = "Le Carif-Oref peut dire pourquoi la session n’est pas transmise à France Travail."


#: The exclusions told by a dispositif → by which of its values, which are those of its type.
PAR_DISPOSITIF = {"apprentissage": "est_apprentissage", "initiale": "est_formation_initiale"}
#: Exclusion → codes of the types of dispositif that it is about.
Types = Mapping[str, frozenset[str]]
AUCUN: Types = MappingProxyType({})


def exclusions(contenu: dict, types: Types = AUCUN) -> list[str]:
    """Codes of `EXCLUSIONS` that hold for a published sheet, whatever the day.

    An old sheet does not say of what nature its dispositifs are: `types`, from `types_exclus`, says it by
    code.
    """
    found = [
        code
        for code, valeur in PAR_DISPOSITIF.items()
        if any(
            dispositif.get(valeur, dispositif.get("type") in types.get(code, ()))
            for dispositif in contenu.get("dispositifs", [])
        )
    ]
    try:
        _check_siret(contenu["organisme"]["siret"])
    except (KeyError, TypeError, ValidationError):
        found.append("siret")
    return found


def reasons(codes: Iterable[str]) -> list[str]:
    """Why, in words, for each of `codes`, which a fragment keeps; once for those that are not known."""
    return list(dict.fromkeys(EXCLUSIONS.get(code, AUTRE) for code in codes))


#: An organisme comes back for each of its sessions.
_check_siret = lru_cache(maxsize=1_000)(validate_siret)


def types_exclus() -> Types:
    """The types of dispositif that France Travail does not take today. One query."""
    rows = list(TypeDispositif.objects.values("code", *PAR_DISPOSITIF.values()))
    return {
        code: frozenset(row["code"] for row in rows if row[valeur]) for code, valeur in PAR_DISPOSITIF.items()
    }


def oldest_end(on: date) -> date:
    """The earliest end that France Travail still takes on the day `on`."""
    return on - timedelta(days=JOURS_APRES_LA_FIN)
