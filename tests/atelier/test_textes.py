"""Prepared texts: the words between braces become the action's, or are said to mean nothing."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from catalogue import textes
from catalogue.enums import UsageTexte
from catalogue.models import TexteType
from sofi.typographie import date_longue
from tests.factories import ActionFactory

pytestmark = pytest.mark.django_db


def test_every_word_that_is_announced_is_filled_in():
    action = ActionFactory(complement_intitule="en un an")
    limite = date_longue(timezone.localdate() + timedelta(days=15))

    filled = {mot: textes.fill(f"{{{mot}}}", action) for mot in textes.PLACEHOLDERS}

    assert filled == {
        "organisme": action.organisme.nom,
        "intitule": action.intitule,
        "numero_action": str(action.pk),
        "certifinfo": action.formation.certification.code,
        "date_limite": limite,
        "carif": settings.CARIF.nom,
        "telephone": settings.CARIF.telephone,
        "courriel": settings.CARIF.courriel,
        "horaires": settings.CARIF.horaires,
        "site_regional": settings.CARIF.site_regional,
    }


def test_a_word_without_meaning_stays_and_is_said():
    texte = "Bonjour {organisme}, {prenom} {Intitule} {} {prenom}"

    assert textes.unknown(texte) == ["prenom", "Intitule", ""]
    action = ActionFactory(formation__organisme__raison_sociale="Estuaire")
    assert textes.fill(texte, action) == "Bonjour Estuaire, {prenom} {Intitule} {} {prenom}"


def test_what_an_organisme_typed_between_braces_replaces_nothing():
    action = ActionFactory(complement_intitule="{courriel}")

    assert textes.fill("« {intitule} »", action).endswith("{courriel} »")


def test_only_the_texts_kept_for_this_use_are_proposed():
    action = ActionFactory()

    def prepared(libelle, **options):
        return TexteType.objects.create(libelle=libelle, texte="Action {numero_action}", **options)

    second = prepared("B", usage=UsageTexte.REFUS, ordre=2)
    first = prepared("A", usage=UsageTexte.REFUS, ordre=1)
    prepared("C", usage=UsageTexte.REFUS, est_actif=False)
    prepared("D", usage=UsageTexte.QUESTION)

    assert textes.offered(UsageTexte.REFUS) == [first, second]
    filled = f"Action {action.pk}"
    assert textes.proposed([UsageTexte.REFUS, UsageTexte.ARCHIVAGE], action) == {
        UsageTexte.REFUS: [(first, filled), (second, filled)],
        UsageTexte.ARCHIVAGE: [],
    }
