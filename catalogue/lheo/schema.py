"""The published schema, where it is at hand (`SOFI_REFERENCE`), and what it says of what is written."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock

from django.conf import settings
from lxml import etree

ESPACE = "http://lheo.gouv.fr/2.3"
#: What any parser of XML is given: nothing is fetched, declared or replaced; texts and depth are bounded.
PRUDENT = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
}
_DEBUT = f'<lheo xmlns="{ESPACE}"><offres>'
_FIN = "</offres></lheo>"
_VERROU = Lock()
#: Elements of an action that LHÉO takes any number of times, between what stands before and after.
_FACULTATIFS = (
    ("</prise-en-charge-frais-possible>", "lieu-de-formation", "<modalites-entrees-sorties>"),
    ("</nombre-heures-total>", "organisme-formateur", "<organisme-financeur"),
)


def make_parser() -> etree.XMLParser:
    """A parser of our own documents and of the schema."""
    return etree.XMLParser(**PRUDENT)


def path() -> Path:
    """Where the schema is looked for."""
    return settings.SOFI_REFERENCE / "lheo" / "lheo-2.3.xsd"


def load() -> etree.XMLSchema | None:
    """The schema; ``None`` where it is absent. Read once."""
    return _load(path())


@lru_cache(maxsize=2)
def _load(chemin: Path) -> etree.XMLSchema | None:
    return etree.XMLSchema(etree.parse(chemin, make_parser())) if chemin.exists() else None


def refusals(formations: Sequence[str]) -> list[str]:
    """What the schema says of each of `formations`, part of a French sentence; '' when it takes it.

    Nothing at all where the schema is absent. They are read together, and one by one when that fails.
    """
    schema = load()
    if schema is None or _accepts(schema, formations):
        return [""] * len(formations)
    return [_refusal(schema, formation) for formation in formations]


class _Rien:
    """What a parser builds of a document that is only checked: nothing. Half the time, and no memory."""

    def close(self) -> None:
        """There is nothing to give back."""


def _accepts(schema: etree.XMLSchema, formations: Sequence[str]) -> bool:
    """Whether the schema takes all of `formations`, in one reading."""
    parser = etree.XMLParser(schema=schema, target=_Rien(), **PRUDENT)
    try:
        etree.fromstring(_document(_gathered(formations)), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        return False
    return not parser.error_log


def _gathered(formations: Sequence[str]) -> str:
    """`formations` as one text: neighbours that differ by their action only are one formation of several.

    LHÉO allows it, and it is valid when each of them is: what the sessions of an action share, nearly half
    of a sheet, is checked once. The attributes that differ are those of the action too. What an action may
    do without is checked once as well, in the place that is its own: see `_without_known`.
    """
    morceaux, commun, suite, connus = [], None, "", set()
    for formation in formations:
        debut, action = formation.find(">") + 1, formation.find("<action ")
        fin = formation.rfind("</action>") + len("</action>")
        if commun != (commun := (formation[debut:action], formation[fin:])):
            morceaux += suite, formation[:action]
            suite = formation[fin:]
        morceaux.append(_without_known(formation[action:fin], connus))
    return "".join([*morceaux, suite])


def _without_known(action: str, connus: set[str]) -> str:
    """`action` without its place and its trainer when they are among `connus`, where they are put otherwise.

    An action has any number of either, none included. One that is not just where it is due is left there.
    """
    for avant, balise, apres in _FACULTATIFS:
        debut = action.find(f"{avant}<{balise}") + len(avant)
        fin = action.find(f"</{balise}>{apres}", debut) + len(balise) + 3
        if debut < len(avant) or fin < debut:
            continue
        element = action[debut:fin]
        if element in connus:
            action = action[:debut] + action[fin:]
        else:
            connus.add(element)
    return action


def _document(formations: str) -> bytes:
    return f"{_DEBUT}{formations}{_FIN}".encode()


def _refusal(schema: etree.XMLSchema, formation: str) -> str:
    if not formation:
        return ""
    try:
        document = etree.fromstring(_document(formation), make_parser())
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        return f"la fiche n’est pas du XML ({error})"
    with _VERROU:  # its log is shared by threads
        if schema.validate(document):
            return ""
        message = schema.error_log[0].message
    return f"le schéma officiel la refuse ({message.replace(f'{{{ESPACE}}}', '')})"
