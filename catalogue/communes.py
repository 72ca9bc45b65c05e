"""The commune of an address, from its postal code and its town, as people type them."""

from dataclasses import dataclass, field

from django.db.models import Q

from catalogue.models import Commune
from catalogue.models.adresse import departement_of
from catalogue.villes import is_cedex, key_of, without_cedex
from sofi.forms import quoted
from sofi.typographie import NBSP


@dataclass(frozen=True)
class Adresse:
    """What was understood: the town to keep, its commune, or what must be asked or said.

    `choix` are the communes to choose among; `erreur` (with the `champ` it belongs to) stops the save,
    `avertissement` does not.
    """

    ville: str
    commune: Commune | None = None
    choix: list[Commune] = field(default_factory=list)
    champ: str = "ville"
    erreur: str = ""
    avertissement: str = ""


def find_commune(code_postal: str, ville: str, choisie: str = "") -> Adresse:
    """Understand a postal code (5 digits) and a town; `choisie` is the INSEE code picked in the list.

    Without any commune in the base (never imported) or outside the départements it holds, the text is kept
    as it is. A CEDEX keeps its town; its commune is the one that bears the name in the département.
    """
    candidates = list(Commune.objects.filter(codes_postaux__contains=[code_postal], actuelle=None))
    if not candidates:
        return _unknown_code(code_postal, ville)
    picked = next((commune for commune in candidates if commune.insee == choisie), None)
    base, est_cedex = without_cedex(ville), is_cedex(ville)
    if picked:
        return Adresse(ville if est_cedex else picked.nom, picked)
    if not base and len(candidates) == 1:
        return Adresse(candidates[0].nom, candidates[0])
    named = [commune for commune in candidates if key_of(commune.nom) == key_of(base)]
    if len(named) == 1:
        return Adresse(ville if est_cedex else named[0].nom, named[0])
    if former := _former_commune(base, candidates):
        return Adresse(ville if est_cedex else former.nom, former.actuelle)
    return Adresse(
        ville, choix=candidates, champ="commune_choisie", erreur=_ask(code_postal, base, candidates)
    )


def _ask(code_postal: str, ville: str, candidates: list[Commune]) -> str:
    """The sentence that asks to choose."""
    if not ville:
        return (
            f"Le code postal {code_postal} est celui de {len(candidates)} communes{NBSP}: "
            f"choisissez la vôtre à {quoted('Commune')}."
        )
    return (
        f"{quoted(ville)} n’est pas une commune du code postal {code_postal}{NBSP}: "
        f"choisissez-la à {quoted('Commune')}, ou corrigez le code postal."
    )


def _unknown_code(code_postal: str, ville: str) -> Adresse:
    """A postal code that no commune bears: a CEDEX, another region, or a mistake."""
    known = Commune.objects.filter(departement=departement_of(code_postal), actuelle=None)
    base, est_cedex = without_cedex(ville), is_cedex(ville)
    if not ville:
        return Adresse("", erreur=f"Renseignez {quoted('Ville')}.")
    if not known.exists():
        return Adresse(ville)
    if not est_cedex:
        return Adresse(
            ville,
            champ="code_postal",
            erreur=f"Aucune commune n’a le code postal {code_postal}{NBSP}: vérifiez-le. Pour un code CEDEX, "
            f"écrivez CEDEX après la ville, par exemple {quoted('Nantes CEDEX 1')}.",
        )
    named = [commune for commune in known if key_of(commune.nom) == key_of(base)]
    if len(named) == 1:
        return Adresse(ville, named[0])
    return Adresse(
        ville,
        avertissement=f"Le code postal {code_postal} n’est pas connu{NBSP}: l’adresse est gardée telle "
        "quelle. Le Carif-Oref la vérifiera.",
    )


def _former_commune(ville: str, candidates: list[Commune]) -> Commune | None:
    """The former commune of that name that one of the candidates took in, if there is just one."""
    anciennes = Commune.objects.filter(Q(actuelle__in=candidates)).select_related("actuelle")
    named = [commune for commune in anciennes if key_of(commune.nom) == key_of(ville)]
    return named[0] if len(named) == 1 else None
