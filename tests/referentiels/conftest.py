"""Files in the shape of the official ones, made by the tests; and the real ones where they are."""

import pytest
from django.conf import settings

COLONNES = [
    "Code_Diplome",
    "Libelle_Diplome",
    "Libelle_Type_Diplome",
    "Code_Niveau_Europeen",
    "Date_MaJ",
    "Code_FormaCode",
    "Libelle_FormaCode",
    "Code_Rome_1",
    "Code_Rome_2",
    "Code_Rome_3",
    "Code_Rome_4",
    "Code_Rome_5",
    "Code_Nsf",
    "Code_RNCP",
    "Code_RS",
    "Code_Scolarité",
    "valideur",
    "certificateur",
    "Annee_Premiere_Session",
    "Annee_Derniere_Session",
    "Code_Ancien_Diplome",
    "Intitulé_Ancien_Diplome",
    "Code_Ancien_RNCP",
    "Code_Ancien_Scolarité",
    "`Options`",
    "Etat",
    "Etat_Libelle",
    "Etat_Ancien_Diplome",
    "Etat_Ancien_Diplome_Libelle",
    "accessibilite_fi",
    "accessibilite_ca",
    "accessibilite_fc",
    "accessibilite_cp",
    "accessibilite_vae",
    "accessibilite_ind",
    "code_type_diplome",
    "codeIdeo2",
]
ORDINAIRE = {
    "Code_Diplome": "31999",
    "Libelle_Diplome": "CAP boucher",
    "Libelle_Type_Diplome": "Certificat d'aptitude professionnelle",
    "Code_Niveau_Europeen": "3",
    "Date_MaJ": "20/11/2024",
    "Code_FormaCode": "21599",
    "Libelle_FormaCode": "Boucherie",
    "Code_Rome_1": "D1101",
    "Code_Nsf": "221",
    "Code_RNCP": "6993",
    "valideur": "Ministère de l'éducation nationale",
    "Etat": "0",
    "Etat_Libelle": "Publié",
    "code_type_diplome": "500",
}


def ligne(**valeurs) -> str:
    """A line of the open file: « CAP boucher » with `valeurs` in place of its own."""
    row = ORDINAIRE | valeurs
    return ";".join(row.get(colonne, "") for colonne in COLONNES)


@pytest.fixture
def export(tmp_path):
    """Write lines as the published file: Windows-1252, CRLF; return its path."""

    def write(*lignes: str, fin="\r\n", name="export.csv", raw: bytes = b""):
        path = tmp_path / name
        text = "\r\n".join([";".join(COLONNES), *lignes]) + fin
        path.write_bytes(text.encode("cp1252") + raw)
        return path

    return write


@pytest.fixture
def reference():
    """The folder of the real files; the test is skipped where they are absent."""
    if not settings.SOFI_REFERENCE.is_dir():
        pytest.skip(f"les fichiers réels ne sont pas là (SOFI_REFERENCE = {settings.SOFI_REFERENCE})")
    return settings.SOFI_REFERENCE
