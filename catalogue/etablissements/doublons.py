"""Places that look like one another: the same SIRET, or the same address in one organisme."""

from catalogue.models import Site
from catalogue.villes import key_of

#: Places of one organisme and postal code that are compared.
LIMITE = 200


def same_siret(site: Site) -> list[Site]:
    """The other places with this SIRET, whoever has them."""
    if not site.siret:
        return []
    return list(
        Site.objects.filter(siret=site.siret).exclude(pk=site.pk).select_related("organisme")[:LIMITE]
    )


def same_address(site: Site) -> list[Site]:
    """The organisme's other places at this address, case, accents and abbreviations aside."""
    voisins = Site.objects.filter(organisme=site.organisme_id, code_postal=site.code_postal).exclude(
        pk=site.pk
    )
    voie = key_of(" ".join(site.lignes))
    return [autre for autre in voisins[:LIMITE] if key_of(" ".join(autre.lignes)) == voie]
