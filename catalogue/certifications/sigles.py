"""The initials that people call a certification by: « CAP AEPE », « BTS MCO », « DEAES ».

Certif Info does not hold them; its titles give them back.
"""

import re
from functools import lru_cache

from catalogue.certifications.mots import VIDES, plain

#: What a title may begin with, before what its initials stand for. After the first ones, two letters do.
_DIPLOME = re.compile(
    r"(?:(?P<court>btsa?|but|dut)|cap|bep|bac pro(?:fessionnel)?|bp|mc|cs|cqp|deust|titre professionnel"
    r"|licence(?: pro)?|master|certificat de specialisation|mention complementaire|[a-z]{2,3}jeps)"
    r"(?: specialite| mention)?\b"
)
MINIMUM_COURT, MINIMUM_DIPLOME, MINIMUM_SEUL, MAXIMUM = 2, 3, 4, 6
#: Where the title ends, for whoever says it short.
_FIN = re.compile(r"\s[-–]\s|\s?[(\[:;]|\s(?:option|specialite|mention|parcours)\b")
#: « Gestion de la PME » is the GPME: what is written so is said whole.
_MAJUSCULES = re.compile(r"\b[A-Z]{2,4}\b")
#: « Assistant de vie aux familles » is the ADVF, « techniques de commercialisation » TC: both are written.
_PARFOIS, _JAMAIS = {"de"}, VIDES | {"aux", "avec", "dans"}
#: What some titles begin with → the name they are known by, which their initials do not give.
_NOMS = {"certificat d aptitude a la conduite en securite": "caces"}
#: Initials that mean something else.
_PRIS = {"bac", "bep", "btm", "btp", "bts", "btsa", "but", "cap", "cqp", "dut", "vae"}


@lru_cache(maxsize=4096)
def initials_of(titre: str) -> tuple[str, ...]:
    """The initials, in small letters, that the certification `titre` may be called by, its diploma apart."""
    texte, minimum = plain(titre), MINIMUM_SEUL
    debut = " ".join(re.findall(r"[a-z0-9]+", texte))
    noms = [nom for titre_long, nom in _NOMS.items() if debut.startswith(titre_long)]
    if diplome := _DIPLOME.match(texte):
        texte = texte[diplome.end() :]
        minimum = MINIMUM_COURT if diplome["court"] else MINIMUM_DIPLOME
    entiers = {plain(sigle) for sigle in _MAJUSCULES.findall(titre)}
    mots = re.findall(r"[a-z0-9]+", _FIN.split(texte)[0])
    found = (
        "".join(mot if mot in entiers else mot[0] for mot in mots if mot not in muets)
        for muets in (_JAMAIS, _JAMAIS - _PARFOIS)
    )
    sigles = (s for s in found if minimum <= len(s) <= MAXIMUM and s not in _PRIS)
    return tuple(dict.fromkeys([*noms, *sigles]))
