"""Rule 13: a title's complement adds something true to the official title, and sells nothing."""

import re
from collections.abc import Iterator

from catalogue.certifications.mots import VIDES, plain
from catalogue.enums import NiveauEuropeen
from catalogue.models import Certification
from sofi.typographie import NBSP

#: Price, telephone, e-mail, praise. In the words of those who read the complement.
PUBLICITAIRES = {
    "un prix": re.compile(r"€|\beuros?\b|\bgratuite?s?\b|\boffert", re.I),
    "un téléphone": re.compile(r"(?:\d[ .\u00a0\u202f-]?){10}"),
    "un e-mail ou une adresse web": re.compile(r"@|\bwww\.|https?://", re.I),
    "un argument publicitaire": re.compile(
        r"\bmeilleure?s?\b|\bn\s?[°o]\s*1\b|\b100\s*%|\bgaranti|\bunique\b|\bexcellen|\bleader\b"
        r"|\bexceptionnel|\bincontournable|\bimbattable|\bpromo(?:tion)?\b|!",
        re.I,
    ),
}
#: Whole words, not acronyms nor references: « CACES R489 » is no shouting, « OPTION BOUCHERIE » is.
_MOTS = re.compile(r"[^\W\d_]{4,}")
#: Kinds of certification, plain: two different ones in title and complement contradict each other.
_DIPLOMES = re.compile(
    r"\b(cap|bep|bp|bac|baccalaureat|btsa?|but|dut|deust|licence|master|bachelor|doctorat|cqp"
    r"|titre professionnel|mention complementaire|brevet professionnel)\b"
)
PUBLICITAIRE = f"Le complément d’intitulé contient {{}}{NBSP}: retirez-le."
CAPITALES = f"Le complément d’intitulé est tout en capitales{NBSP}: écrivez-le en minuscules."
REPETE = (
    f"Le complément d’intitulé répète l’intitulé officiel{NBSP}: n’y laissez que ce qui distingue "
    "cette action (option, public…), ou videz-le."
)
CONTREDIT = (
    f"Le complément d’intitulé annonce «{NBSP}{{}}{NBSP}», ce que l’intitulé officiel contredit{NBSP}: "
    "corrigez-le, ou choisissez une autre certification."
)
_NIVEAU = re.compile(r"\bniveau ([1-8])\b")


def of_complement(
    complement: str, intitule: str, certification: Certification | None
) -> Iterator[tuple[str, str]]:
    """Code and sentence of what is wrong with a `complement` to the official `intitule`."""
    if not complement:
        return
    trouves = [quoi for quoi, motif in PUBLICITAIRES.items() if motif.search(complement)]
    if trouves:
        yield "complement_publicitaire", PUBLICITAIRE.format(" et ".join(trouves))
    if complement.isupper() and len(_MOTS.findall(complement)) > 1:
        yield "complement_capitales", CAPITALES
    dits = _words(complement)
    if (dits and dits <= _words(intitule)) or plain(intitule) in plain(complement):
        yield "complement_repete", REPETE
    if autre := _contradiction(complement, intitule, certification):
        yield "complement_contredit", CONTREDIT.format(autre)


def _words(texte: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", plain(texte))) - VIDES


def _contradiction(complement: str, intitule: str, certification: Certification | None) -> str:
    """The kind of certification, or the level, that only the complement names; '' without any."""
    officiels = set(_DIPLOMES.findall(plain(intitule)))
    autres = [d for d in _DIPLOMES.findall(plain(complement)) if d not in officiels]
    if officiels and autres:
        return autres[0]
    niveau = certification.niveau if certification else None
    dit = _NIVEAU.search(plain(complement))
    if niveau and dit and int(dit[1]) in NiveauEuropeen and int(dit[1]) != niveau:
        return dit[0]
    return ""
