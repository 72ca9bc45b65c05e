"""How the page of results says what was asked and how much was found."""

from django.utils.text import Truncator

from catalogue.recherche.filtres import OffreFilter
from catalogue.recherche.lecture import SEUIL_CHOISI, SEUIL_EXACT
from catalogue.recherche.ordre import Resultats
from sofi.forms import quoted
from sofi.typographie import NBSP, entier


def say_total(found: Resultats) -> str:
    """« 128 sessions », « Environ 109 000 sessions »: an estimate is said with two figures, and as such."""
    if found.est_exact:
        return f"{entier(found.total)}{NBSP}session{'s' if found.total > 1 else ''}" if found.total else ""
    if found.total - 1 in (SEUIL_EXACT, SEUIL_CHOISI):  # counting stopped there
        return f"Plus de {entier(found.total - 1)}{NBSP}sessions"
    step = 10 ** max(0, len(str(found.total)) - 2)
    return f"Environ {entier(round(found.total / step) * step)}{NBSP}sessions"


def say_order(filtre: OffreFilter, found: Resultats) -> str:
    """Why they are in the order of dates when another was meant; '' when they are as it was meant."""
    if found.tri == filtre.ordre:
        return ""
    if filtre.valeurs.get("tri") or found.total > SEUIL_CHOISI + 1:
        return f"Il y en a trop pour les ranger autrement que par date{NBSP}: précisez votre recherche."
    return (
        f"Il y en a beaucoup{NBSP}: elles sont rangées par date. Précisez votre recherche, ou choisissez un "
        "autre ordre ci-dessus."
    )


def say_missing(mots: list[str]) -> str:
    """« Aucune session en ligne ne porte « taxi » ni « vtc » »; nothing without words."""
    cites = [quoted(mot) for mot in mots]
    enumeration = " ni ".join(filter(None, [", ".join(cites[:-1]), *cites[-1:]]))
    return f"Aucune session en ligne ne porte {enumeration}" if cites else ""


def title_of(filtre: OffreFilter, found: Resultats, *, est_resserree: bool) -> str:
    """The name of the page in the tab: what was asked, then how many. `est_resserree`: something was."""
    q, lieu = filtre.valeurs.get("q", ""), filtre.endroit
    asked = ", ".join(filter(None, [quoted(q) if q else "", lieu.libelle if lieu else ""]))
    if filtre.form.errors or not est_resserree:
        return "Chercher une formation"
    said = say_total(found) or "Aucun résultat"
    return f"{Truncator(asked).chars(80)} – {said}" if asked else f"Formations – {said}"
