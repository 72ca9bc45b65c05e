"""What is stored, one file per family (see README, « Plan de la maison »)."""

from .aif import DemandeAIF, EvenementAIF
from .atelier import (
    Consultation,
    DecisionAnnulable,
    Derogation,
    FiltreEnregistre,
    Lot,
    LotLigne,
    Mesure,
    NoteInterne,
)
from .avis import AvisEnAttente, PreferenceAvis
from .diffusion import Diffusion
from .etablissement import Contact, EvenementEtablissement
from .offre import Action, Formation
from .organisme import Organisme, Site
from .public import CleApi, RechercheSuivie, Signalement
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
from .reglages import Delais, EvenementReglage, JourFerme, TexteType
from .session import Dispositif, Session
from .sorties import ExportFlux, FicheRecherche, FragmentLheo, MotRecherche, Retrait
from .suivi import Demande, Evenement, LectureFil, PointDemande

__all__ = [
    "Action",
    "AvisEnAttente",
    "Certification",
    "CleApi",
    "Commune",
    "Consultation",
    "Contact",
    "DecisionAnnulable",
    "Delais",
    "Demande",
    "DemandeAIF",
    "Derogation",
    "Diffusion",
    "Dispositif",
    "Evenement",
    "EvenementAIF",
    "EvenementEtablissement",
    "EvenementReglage",
    "ExportFlux",
    "FicheRecherche",
    "FicheRepertoire",
    "FiltreEnregistre",
    "Formacode",
    "Formation",
    "FragmentLheo",
    "JourFerme",
    "LectureFil",
    "Lot",
    "LotLigne",
    "Mesure",
    "MotRecherche",
    "NoteInterne",
    "Organisme",
    "PointDemande",
    "PreferenceAvis",
    "RechercheSuivie",
    "Remplacement",
    "RemplacementFiche",
    "Retrait",
    "Session",
    "Signalement",
    "Site",
    "TexteType",
    "TypeDiplome",
    "TypeDispositif",
]
