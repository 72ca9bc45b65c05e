"""A published session, as the sheet the feed starts from."""

import pytest
from django.utils import timezone

from catalogue.lheo import flux
from catalogue.models import Diffusion
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    OrganismeFactory,
    SessionFactory,
    SiteFactory,
    publier,
)
from tests.lheo.outils import multiply


@pytest.fixture(autouse=True)
def partners_folder(settings, tmp_path):
    """What tests write in `tmp_path` is what partners are served."""
    settings.FLUX_DIR = tmp_path


@pytest.fixture
def diffusion():
    """A full sheet: every field that goes somewhere in LHÉO is filled."""
    organisme = OrganismeFactory(
        certifie=True,
        raison_sociale="Association Estuaire",
        nom_usage="Estuaire Formation",
        nda="52440123444",
        site_web="https://www.exemple.fr",
        ligne1="12 quai des Apprentis",
        code_postal="44200",
        ville="Nantes",
    )
    certification = CertificationFactory(
        code="114763",
        intitule="CAP boucher",
        niveau=3,
        formacodes=["21599", "21538"],
        nsfs=["221"],
        romes=["D1101"],
        code_rncp="37535",
        codes_rs=["5001", "5002"],
        objectif="Désosser et vendre.",
        programme="Travail des viandes.",
    )
    lieu = SiteFactory(
        organisme=organisme,
        nom="Campus de l’Île",
        siret=organisme.siret,
        uai="0440001M",
        ligne1="1 rue des Écoles",
        telephone="02 40 11 22 33",
        courriel="campus@exemple.fr",
    )
    action = ActionFactory(
        formation__organisme=organisme,
        formation__certification=certification,
        site_dispensateur=lieu,
        complement_intitule="parcours du soir",
        complement_descriptif="Atelier équipé & chambre froide.",
        niveau_entree="13",
        url="https://www.exemple.fr/boucher?a=1&b=2",
        modalites_pedagogiques="Petits groupes.",
        commentaire_duree="Un an.",
    )
    session = SessionFactory(action=action, site_lieu=lieu, rythmes=["temps_partiel", "alternance"])
    DispositifFactory(session=session, codes_externes="AF-12", publics=["80006", "82044"])
    return Diffusion.objects.get(action=publier(action))


@pytest.fixture
def offer():
    """Three published sessions, by their public numbers."""
    action = ActionFactory(complete=True)
    DispositifFactory(session=SessionFactory(action=action))
    publier(action)
    publier()
    return sorted(Diffusion.objects.values_list("pk", flat=True))


@pytest.fixture
def hundred(offer, tmp_path):
    """A hundred sessions, that the feeds in place hold."""
    numeros = multiply(97)
    flux.export(tmp_path, timezone.now())
    return numeros
