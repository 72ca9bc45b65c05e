"""What is stored, one file per family (see README, « Plan de la maison »)."""

from .diffusion import Diffusion
from .etablissement import Contact, EvenementEtablissement
from .offre import Action, Formation
from .organisme import Organisme, Site
from .reference import (
    Certification,
    Commune,
    FicheRepertoire,
    Formacode,
    Remplacement,
    RemplacementFiche,
    TypeDiplome,
    TypeDispositif,
)
from .session import Dispositif, Session
from .suivi import Demande, Evenement

__all__ = [
    "Action",
    "Certification",
    "Commune",
    "Contact",
    "Demande",
    "Diffusion",
    "Dispositif",
    "Evenement",
    "EvenementEtablissement",
    "FicheRepertoire",
    "Formacode",
    "Formation",
    "Organisme",
    "Remplacement",
    "RemplacementFiche",
    "Session",
    "Site",
    "TypeDiplome",
    "TypeDispositif",
]
