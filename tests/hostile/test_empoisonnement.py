"""The attack itself: every column of text of the database holds one, or a constraint keeps it out."""

import pytest
from django.apps import apps

from tests.hostile.attaques import ATTAQUES, TOUTES, attaque
from tests.hostile.empoisonnement import APPLICATIONS, CODES, poison_all
from tests.hostile.monde import build_hostile

#: What the database itself refuses, and by which rule.
REFUS = {
    "accounts_demandecle.nda": "demandecle_nda_format",
    "accounts_demandecle.siret": "demandecle_siret_format",
    "catalogue_contact.telephone": "contact_telephone_format",
    "catalogue_demandeaif.siret": "aif_siret_format",
    "catalogue_organisme.nda": "organisme_nda_format",
    "catalogue_organisme.siret": "organisme_siret_format",
    "catalogue_organisme.telephone": "organisme_telephone_format",
    "catalogue_site.siret": "site_siret_format",
    "catalogue_site.telephone": "site_telephone_format",
    "sofi_courriel.nom": "courriel_nom_simple",
}


@pytest.mark.django_db
def test_every_column_holds_an_attack_or_a_constraint_keeps_it_out():
    build_hostile()

    bilan = poison_all()

    assert bilan.vides == set()
    assert bilan.refus == REFUS
    assert len(bilan.marques) > 100


def test_what_is_left_alone_exists():
    connues = {
        f"{modele._meta.db_table}.{champ.column}"
        for application in APPLICATIONS
        for modele in apps.get_app_config(application).get_models()
        for champ in modele._meta.local_concrete_fields
    }
    assert connues >= CODES


@pytest.mark.parametrize("place", [10, 19, 50, 200, len(TOUTES), None])
@pytest.mark.parametrize("rang", range(len(ATTAQUES)))
def test_attacks_are_whole_whatever_the_place(rang, place):
    texte = attaque(rang, place)

    assert place is None or len(texte) <= place
    assert any(un in texte for un in ATTAQUES)
    if place is None or place == len(TOUTES):
        assert all(un in texte for un in ATTAQUES)
        assert texte.startswith(ATTAQUES[rang])
