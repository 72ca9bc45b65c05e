"""The published schema, read where the reference files are (SOFI_REFERENCE), and validation by it."""

from xml.etree import ElementTree

import pytest
from django.conf import settings
from lxml import etree

XSD = settings.SOFI_REFERENCE / "lheo" / "lheo-2.3.xsd"
with_schema = pytest.mark.skipif(not XSD.exists(), reason=f"le schéma LHÉO n’est pas là ({XSD})")
ESPACE = "http://lheo.gouv.fr/2.3"


def load_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSD))


def schema_errors(document: bytes) -> list[str]:
    """What the published schema says of a whole document."""
    schema = load_schema()
    schema.validate(etree.fromstring(document))
    return [f"{error.line}: {error.message}" for error in schema.error_log]


def document(*formations) -> bytes:
    """A document that holds the fragments `formations`."""
    offres = b"".join(ElementTree.tostring(formation) for formation in formations)
    return f'<lheo xmlns="{ESPACE}"><offres>'.encode() + offres + b"</offres></lheo>"
