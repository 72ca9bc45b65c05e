"""The columns of the certifications found as a file."""

from catalogue.certifications.recherche import Trouvee
from sofi.export import Colonnes


def _successeurs(trouvee: Trouvee) -> list[str]:
    return [f"{suivante.code} {suivante.intitule}" for suivante in trouvee.successeurs]


CERTIFICATIONS: Colonnes = [
    ("Code Certifinfo", lambda trouvee: trouvee.certification.code),
    ("Certification", lambda trouvee: trouvee.certification.intitule),
    ("Type", lambda trouvee: trouvee.certification.type_diplome.libelle),
    ("Niveau", lambda trouvee: trouvee.certification.niveau_libelle),
    ("Code RNCP", lambda trouvee: trouvee.certification.code_rncp),
    ("Codes RS", lambda trouvee: trouvee.certification.codes_rs),
    ("Situation", lambda trouvee: trouvee.situation.etiquette),
    ("Remplacée par", _successeurs),
]
