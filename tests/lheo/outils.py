"""The published schema, read where the reference files are (SOFI_REFERENCE), and validation by it."""

import gzip
from pathlib import Path

import pytest
from lxml import etree

from catalogue.lheo import schema
from catalogue.lheo.fragment import build_formation
from catalogue.models import Diffusion

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
    from catalogue.lheo import fragments

    diffusion = Diffusion.objects.get(pk=numero)
    diffusion.contenu = diffusion.contenu | contenu
    diffusion.save(update_fields=["contenu"])
    fragments.write([diffusion])
