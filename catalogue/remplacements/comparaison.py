"""Two certifications side by side: what an action gains in changing its code."""

from dataclasses import dataclass

from catalogue.certifications.situation import annees
from catalogue.models import Certification

#: What is compared, in the order of the sheet.
FAITS = (
    ("Code Certifinfo", lambda c: c.code),
    ("Intitulé", lambda c: c.intitule),
    ("Niveau de sortie", lambda c: c.niveau_libelle),
    ("Type de diplôme", lambda c: c.type_diplome.libelle),
    ("Fiches RNCP et RS", lambda c: ", ".join(c.numeros_fiches)),
    ("Sessions d’examen", annees),
    ("Formacodes", lambda c: ", ".join(c.formacodes)),
    ("Certificateurs", lambda c: c.certificateurs),
    ("Objectif", lambda c: c.objectif),
    ("Programme", lambda c: c.programme),
)


@dataclass(frozen=True)
class Comparaison:
    """`changements` are (name, old, new); `inchanges` the names of what is the same on both sheets."""

    changements: list[tuple[str, str, str]]
    inchanges: list[str]


def compare(ancienne: Certification, nouvelle: Certification) -> Comparaison:
    """What differs between two certifications, fetched with their `type_diplome`. No query."""
    faits = [(nom, dire(ancienne), dire(nouvelle)) for nom, dire in FAITS]
    return Comparaison(
        [fait for fait in faits if fait[1] != fait[2]],
        [nom.lower() for nom, avant, apres in faits if avant == apres and avant],
    )
