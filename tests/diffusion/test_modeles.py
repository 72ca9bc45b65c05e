"""What PostgreSQL refuses of what follows from the offer online, and of what the public leaves."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalogue.models import (
    CleApi,
    Commune,
    ExportFlux,
    FicheRecherche,
    FragmentLheo,
    Retrait,
    Signalement,
)
from tests.factories import (
    CleApiFactory,
    CommuneFactory,
    SignalementFactory,
    publier,
)

pytestmark = pytest.mark.django_db

CHECKS = {
    "recherche_dates_ordonnees": (
        FicheRecherche,
        {"date_debut": date(2027, 2, 1), "date_fin": date(2027, 1, 31)},
    ),
    "recherche_niveau_connu": (FicheRecherche, {"niveau": 9}),
    "fragment_vide_a_une_raison": (FragmentLheo, {"xml": "", "fautes": []}),
    "retrait_motif_connu": (Retrait, {"motif": "perdue"}),
    "export_profil_connu": (ExportFlux, {"profil": "radio"}),
    "export_statut_connu": (ExportFlux, {"statut": "parti"}),
    "export_motive": (ExportFlux, {"statut": "retenu"}),
    "export_laisse_s_il_est_retenu": (ExportFlux, {"laisse_le": "2027-01-01T00:00Z"}),
    "signalement_objet_connu": (Signalement, {"objet": "meteo"}),
    "signalement_statut_connu": (Signalement, {"statut": "perdu"}),
    "signalement_texte_rempli": (Signalement, {"texte": ""}),
    "signalement_traite_repondu": (Signalement, {"statut": "corrige"}),
    "cle_api_nommee": (CleApi, {"nom": ""}),
    "cle_api_empreinte": (CleApi, {"empreinte": "en clair"}),
    "cle_api_quota": (CleApi, {"quota_horaire": 0}),
    "commune_position_entiere": (Commune, {"latitude": 47.2, "longitude": None}),
}


@pytest.fixture
def everything():
    """One row of each."""
    action = publier()
    now = timezone.now()
    SignalementFactory(action=action)
    CleApiFactory()
    CommuneFactory()
    Retrait.objects.create(
        numero="52_999999", action_id=action.pk, organisme=action.organisme, motif="archivee", le=now
    )
    ExportFlux.objects.create(profil="complet", statut="ecrit", commence_le=now, fini_le=now)


@pytest.mark.parametrize("constraint", CHECKS)
def test_the_incoherent_is_refused(everything, constraint):
    model, values = CHECKS[constraint]

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        assert model.objects.update(**values)
