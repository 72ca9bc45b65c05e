"""The LHÉO fragment of each published session, written and checked once, when it goes online.

Feeds are these fragments one after the other: the daily export builds nothing.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import tostring

from django.utils import timezone

from catalogue.lheo import profils
from catalogue.lheo.controle import faults
from catalogue.lheo.fragment import build_formation
from catalogue.models import Diffusion, FragmentLheo


def write(rows: Sequence[Diffusion]) -> None:
    """Write the fragments of the published sessions `rows`. One statement."""
    FragmentLheo.objects.bulk_create(
        [fragment_of(row) for row in rows],
        update_conflicts=True,
        unique_fields=["diffusion"],
        update_fields=[f.name for f in FragmentLheo._meta.concrete_fields if not f.primary_key],
    )


def fragment_of(row: Diffusion) -> FragmentLheo:
    """The fragment of `row`, unsaved; one that breaks the schema says why and is put aside by the feeds."""
    xml, fautes = build(row)
    return FragmentLheo(
        diffusion_id=row.numero,
        organisme_id=row.organisme_id,
        date_fin=row.date_fin,
        modifiee_le=row.modifiee_le,
        xml=xml,
        fautes=fautes,
        exclusions=profils.exclusions(row.contenu),
    )


def build(row: Diffusion) -> tuple[str, list[str]]:
    """The XML of `row`, and what is wrong with it; '' when its sheet cannot be read."""
    creee, modifiee = (timezone.localdate(le) for le in (row.publiee_le, row.modifiee_le))
    try:
        formation = build_formation(row.contenu, creee=creee, modifiee=modifiee)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return "", [f"fiche illisible ({type(error).__name__} : {error})"]
    return tostring(formation, encoding="unicode"), faults(formation)
