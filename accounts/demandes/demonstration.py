"""What the demo shows of the keys: a key that the README prints, and requests to answer. All invented."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from accounts.cles.ecriture import empreinte
from accounts.cles.emission import DUREE
from accounts.models import CleActivation, DemandeCle, User
from catalogue.enums import RoleOrganisme
from catalogue.models import Organisme

#: Everybody knows it: it opens an invented organisme, in a demo. Its O and its I are read as 0 and 1.
CLE = "DEMOS-OFICL-EDACT-IVATI-ONDEMO"
PERSONNE = {"email": "ines.garnier@exemple.fr", "prenom": "Inès", "nom": "Garnier"}
SIRET = "00000212100010"
EMISE_PAR = "agent@exemple.fr"

DEMANDES = (
    {
        "jeton": UUID(int=1),
        "raison_sociale": "Atelier des gestes SARL",
        "siret": "00000214700015",
        "nda": "11755999975",
        "prenom": "Karim",
        "nom": "Benali",
        "email": "karim.benali@exemple.fr",
        "telephone": "02 61 91 40 00",
        "message": "Notre siège est à Paris\u00a0; nous ouvrons un centre à Laval en septembre.",
        "jours": 3,
    },
    {
        "jeton": UUID(int=2),
        "raison_sociale": "Estuaire Formation",
        "siret": "00000210500013",
        "nda": "52440999144",
        "prenom": "Sophie",
        "nom": "Le Bihan",
        "email": "sophie.lebihan@exemple.fr",
        "telephone": "02 61 91 10 05",
        "message": "",
        "jours": 1,
    },
)


def load() -> None:
    """Put the key, good for 14 days from now, and the requests, in a base that has the demo's people."""
    organisme = Organisme.objects.filter(siret=SIRET).first()
    agent = User.objects.filter(email=EMISE_PAR).first()
    if organisme is None or agent is None:
        return
    maintenant = timezone.now()
    CleActivation.objects.get_or_create(
        empreinte=empreinte(CLE),
        defaults={
            "organisme": organisme,
            "role": RoleOrganisme.GESTIONNAIRE,
            "emise_par": agent,
            "expire_le": maintenant,
            **PERSONNE,
        },
    )
    CleActivation.objects.filter(empreinte=empreinte(CLE)).update(expire_le=maintenant + DUREE)
    for demande in DEMANDES:
        champs = {nom: valeur for nom, valeur in demande.items() if nom not in ("jeton", "jours")}
        champs["cree_le"] = maintenant - timedelta(days=demande["jours"])
        DemandeCle.objects.get_or_create(jeton=demande["jeton"], defaults=champs)
