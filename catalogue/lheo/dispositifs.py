"""The children of a LHÉO `action` that the dispositifs of a session make: funders, publics, price."""

from collections.abc import Iterable
from functools import lru_cache

from catalogue.lheo.ecriture import TROU, Moule, attributes, boolean, children, element, extra, extras, value
from catalogue.lheo.texte import clean, read_json

#: Version of the Formacode thesaurus that Certif Info and the publics use.
FORMACODE = "V13"
MAX_FINANCEURS = 8
_FORMACODE = attributes(ref=FORMACODE)
_FINANCEUR = Moule(
    element("organisme-financeur", {"code-financeur": TROU, "nb-places-financees": TROU}, derniers=TROU)
)


def of_dispositifs(texte: bytes) -> tuple[str, ...]:
    """The children of `action` that the dispositifs of a session make, in order; `texte` is their JSON."""
    dispositifs = read_json(texte)
    publics = _unique(code for d in dispositifs for code in d["publics"])[:10]
    prise_en_charge = any(d["prise_en_charge"] for d in dispositifs)
    prix = _prix(dispositifs)
    return (
        children(
            "action", "code-public-vise", [value("code-public-vise", code, _FORMACODE) for code in publics]
        ),
        boolean("prise-en-charge-frais-possible", prise_en_charge),
        value("prix-total-TTC", prix) if prix else "",
        children("action", "organisme-financeur", _financeurs(dispositifs)),
    )


def _unique(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _prix(dispositifs: list[dict]) -> str:
    """What the training costs to whoever pays for it; '' when no dispositif says it."""
    return next((d["cout_stagiaire"] for d in dispositifs if d["cout_stagiaire"]), "")


def _financeurs(dispositifs: list[dict]) -> list[str]:
    """A dispositif is one funder for each of its codes, told apart by its programme, as the network does.

    Several funders share its places: how many each pays for is not known.
    """
    return [financeur for d in dispositifs for financeur in _financeurs_of(d)][:MAX_FINANCEURS]


def _financeurs_of(dispositif: dict) -> list[str]:
    codes = dispositif["financeurs"]
    specificites = dispositif["libelle"], dispositif["codes_externes"], *dispositif["publics"]
    return _written(tuple(codes), dispositif["nb_places"] if len(codes) == 1 else None, specificites)


@lru_cache(1_000, typed=True)
def _written(codes: tuple[str, ...], nombre: int | None, specificites: tuple[str, ...]) -> list[str]:
    places = "" if nombre is None else value("nb-places-financees", nombre)
    derniers = _specificites(*specificites)
    return [_FINANCEUR.fill(value("code-financeur", code), places, derniers) for code in codes]


def _specificites(libelle: str, codes_externes: str, *publics: str) -> str:
    specificites = [extra("programme-financeur", libelle)]
    if clean(codes_externes):
        specificites.append(extra("ref-action-marche-financeur", codes_externes))
    specificites += [extra("code-public-vise", public, FORMACODE) for public in publics]
    return extras("specificites", specificites)
