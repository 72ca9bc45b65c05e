"""Rules on places: their state and address (11), and their UAI for apprenticeship (21)."""

import re
from collections.abc import Iterator

from catalogue.completude.constat import Poids
from catalogue.completude.faits import Faits
from catalogue.enums import StatutSite
from catalogue.models import Site
from catalogue.villes import is_cedex, key_of
from sofi.typographie import NBSP

#: Code, sentence and weight of what is wrong with a place; the caller names the place's part.
Defaut = tuple[str, str, Poids]

_CODE_POSTAL = re.compile(r"[0-9]{5}")


def of_site(site: Site | None, faits: Faits, *, uai_exige: bool) -> Iterator[Defaut]:
    """What is wrong with a place; `uai_exige` when an apprentice goes there."""
    if site is None:
        return
    nom = f"«{NBSP}{site.nom}{NBSP}»"
    corrigez = f"corrigez l’adresse du site {nom} sur sa fiche"
    if site.statut == StatutSite.FERME:
        yield "site_ferme", f"le site {nom} est fermé, choisissez-en un autre", Poids.BLOQUANT
    if site.statut == StatutSite.A_VALIDER:  # stops the validation, not the sending
        yield (
            "site_non_actif",
            f"le site {nom} attend encore la validation du Carif-Oref",
            Poids.AVERTISSEMENT,
        )
    if not (site.ligne1 and site.ville and _CODE_POSTAL.fullmatch(site.code_postal)):
        yield (
            "site_adresse_incomplete",
            f"l’adresse du site {nom} est incomplète, complétez-la sur sa fiche",
            Poids.BLOQUANT,
        )
    elif not _commune_agrees(site, faits):
        yield (
            "site_commune",
            f"{site.ville} n’a pas le code postal {site.code_postal}, {corrigez}",
            Poids.BLOQUANT,
        )
    if uai_exige and not site.uai:  # 21
        yield (
            "site_uai_absent",
            f"le code UAI du site {nom} est demandé pour l’apprentissage, ajoutez-le sur sa fiche",
            Poids.BLOQUANT,
        )


def _commune_agrees(site: Site, faits: Faits) -> bool:
    """Whether a commune that bears the postal code is the one named.

    A CEDEX bears a code of its own, and nothing is said of a code that no commune of the base bears:
    another region, or communes never imported.
    """
    if is_cedex(site.ville):
        return True
    nommee = next((c for c in faits.communes if c.pk == site.commune_id), None)
    if nommee:
        return site.code_postal in nommee.codes_postaux
    du_code = [c for c in faits.communes if site.code_postal in c.codes_postaux]
    if not du_code:
        return True
    cles = {c.pk for c in du_code}
    noms = [c.nom for c in faits.communes if c.pk in cles or c.actuelle_id in cles]
    return key_of(site.ville) in map(key_of, noms)
