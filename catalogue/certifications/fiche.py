"""The sheet of a formation, the same on every screen: what Certif Info says, and what it does not."""

from dataclasses import dataclass
from datetime import date

from catalogue.models import Certification, Formacode, Formation
from sofi.typographie import apostrophes

from .situation import annees, eligibilite_cpf


@dataclass(frozen=True)
class Ligne:
    """One line of `components/fiche.html`; an empty `valeur` is shown « Non renseigné »."""

    libelle: str
    valeur: str


def fiche_of_certification(certification: Certification, jour: date) -> list[Ligne]:
    """Every line of the sheet of `certification`, read on `jour`; two queries."""
    eligibilite = eligibilite_cpf(certification, jour)
    return _lignes(
        ("Code Certifinfo", certification.code),
        ("Intitulé", certification.intitule),
        ("Objectif", certification.objectif),
        ("Programme", certification.programme),
        ("Formacodes", ", ".join(label_formacodes(certification.formacodes))),
        ("Niveau de sortie", certification.niveau_libelle),
        ("Type de diplôme", certification.type_diplome.libelle),
        ("Éligibilité au CPF", f"{eligibilite.libelle}\n{eligibilite.explication}"),
        ("Certificateurs", certification.certificateurs),
        ("Valideurs", certification.valideurs),
        ("Sessions d’examen", annees(certification)),
        ("Fiches RNCP et RS", ", ".join(certification.numeros_fiches)),
        ("Codes NSF", ", ".join(certification.nsfs)),
        ("Codes ROME", ", ".join(certification.romes)),
    )


def fiche_of_formation(formation: Formation, jour: date) -> list[Ligne]:
    """The sheet of `formation`: that of its certification, or what the Carif-Oref typed without code."""
    if formation.certification_id:
        return fiche_of_certification(formation.certification, jour)
    return _lignes(
        ("Code Certifinfo", "Formation sans code Certifinfo"),
        ("Intitulé", formation.intitule),
        ("Objectif", formation.objectif),
        ("Programme", formation.programme),
    )


def _lignes(*paires: tuple[str, str]) -> list[Ligne]:
    """The lines of a sheet; official files keep the apostrophes of typewriters, a page does not."""
    return [Ligne(libelle, apostrophes(valeur)) for libelle, valeur in paires]


def label_formacodes(codes: list[str]) -> list[str]:
    """« 21599 Boucherie » for each of `codes`, in their order; a code without label stays alone."""
    labels = Formacode.objects.in_bulk(codes)
    return [str(labels[code]) if code in labels else code for code in codes]
