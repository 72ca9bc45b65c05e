"""The published schema, read where the reference files are (SOFI_REFERENCE), and validation by it."""

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from lxml import etree

from catalogue.lheo import fragments, schema
from catalogue.lheo.fragment import build_formation
from catalogue.models import Diffusion, FicheRecherche, FragmentLheo

ESPACE = schema.ESPACE
NOMS = {"l": ESPACE}
with_schema = pytest.mark.skipif(
    not schema.path().exists(), reason=f"le schéma LHÉO n’est pas là ({schema.path()})"
)


def element_of(contenu: dict, **jours) -> etree._Element:
    """The `formation` of a sheet, read."""
    return etree.fromstring(build_formation(contenu, **jours)[0])


def faults(contenu: dict) -> list[str]:
    """What our own check finds in a sheet."""
    return build_formation(contenu)[1]


def schema_errors(document: bytes) -> list[str]:
    """What the published schema says of a whole document."""
    xsd = schema.load()
    xsd.validate(etree.fromstring(document))
    return [f"{error.line}: {error.message}" for error in xsd.error_log]


def document(*contenus: dict) -> bytes:
    """A document that holds the fragments of the sheets `contenus`."""
    offres = "".join(build_formation(contenu)[0] for contenu in contenus)
    return f'<lheo xmlns="{ESPACE}"><offres>{offres}</offres></lheo>'.encode()


def read(path: Path) -> bytes:
    """The document in a compressed file."""
    return gzip.decompress(path.read_bytes())


def numbers_in(document: bytes) -> list[str]:
    """The public numbers of a document, in its order."""
    return etree.fromstring(document).xpath("//l:action/@numero", namespaces=NOMS)


def numbers(path: Path) -> list[str]:
    """The public numbers in a compressed file."""
    return numbers_in(read(path))


def spoil(numero: str, **contenu) -> None:
    """Publish a sheet that lacks something, as an older version of the site might have."""
    diffusion = Diffusion.objects.get(pk=numero)
    diffusion.contenu = diffusion.contenu | contenu
    diffusion.save(update_fields=["contenu"])
    fragments.write([diffusion])


def age(numero: str, jours: int) -> None:
    """Make a session one that ended that many days ago."""
    fin = timezone.localdate() - timedelta(days=jours)
    dates = {"date_debut": fin - timedelta(days=10), "date_fin": fin}
    Diffusion.objects.filter(pk=numero).update(**dates)
    FicheRecherche.objects.filter(pk=numero).update(**dates)
    FragmentLheo.objects.filter(pk=numero).update(date_fin=fin)


def multiply(number: int) -> list[str]:
    """Publish `number` more sessions, as copies of the first one."""
    premiere = Diffusion.objects.order_by("pk").first()
    rows = []
    for rang in range(number):
        row = Diffusion(**{f.attname: getattr(premiere, f.attname) for f in Diffusion._meta.concrete_fields})
        row.numero, row.session_id = f"52_9{rang:05d}", None
        row.contenu = premiere.contenu | {"session": premiere.contenu["session"] | {"numero": row.numero}}
        rows.append(row)
    Diffusion.objects.bulk_create(rows)
    fragments.write(rows)
    return [row.numero for row in rows]


def lose(numeros: list[str]) -> None:
    """What nobody meant: sheets gone, without a word of why."""
    Diffusion.objects.filter(pk__in=numeros).delete()
