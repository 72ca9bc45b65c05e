"""What is written beside what is online: the same sessions, in the same transaction, whatever happens."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from catalogue import remplacement, saisie, workflow
from catalogue.models import (
    Diffusion,
    FicheRecherche,
    FicheRepertoire,
    FragmentLheo,
    MotRecherche,
    Retrait,
    Session,
)
from catalogue.recherche import jetons
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    SessionFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db


def sets() -> list[set[str]]:
    """The public numbers of what is online, of what search finds, of what leaves in LHÉO."""
    return [
        set(model.objects.values_list("pk", flat=True)) for model in (Diffusion, FicheRecherche, FragmentLheo)
    ]


def lexemes(numero: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(document) FROM catalogue_ficherecherche WHERE numero = %s", [numero]
        )
        return set(cursor.fetchone()[0])


@pytest.fixture
def valideur():
    return UserFactory(valideur=True)


def test_validating_writes_the_three_for_each_session():
    action = ActionFactory(complete=True)
    DispositifFactory(session=SessionFactory(action=action))
    publier(action)

    en_ligne, cherchees, exportees = sets()
    assert len(en_ligne) == 2
    assert en_ligne == cherchees == exportees


def test_a_deleted_session_leaves_all_three_at_the_next_validation_and_is_kept_as_withdrawn(valideur):
    action = ActionFactory(complete=True)
    DispositifFactory(session=SessionFactory(action=action))
    publier(action)
    gone, kept = Session.objects.order_by("pk")
    workflow.apply(action.pk, "reopen", by=valideur)
    saisie.delete(Session.objects.get(pk=gone.pk), by=valideur)
    assert not Retrait.objects.exists()

    publier(action, by=valideur)

    assert sets() == [{kept.numero}] * 3
    assert list(Retrait.objects.values_list("numero", "action_id", "motif")) == [
        (gone.numero, action.pk, "supprimee")
    ]


def test_archiving_withdraws_and_coming_back_forgets_it(valideur):
    action = publier()
    numero = Session.objects.get().numero
    workflow.apply(action.pk, "archive", by=valideur, texte="Doublon")
    assert sets() == [set()] * 3
    assert Retrait.objects.get().motif == "archivee"

    workflow.apply(action.pk, "restore", by=valideur)
    publier(action, by=valideur)

    assert sets() == [{numero}] * 3
    assert not Retrait.objects.exists()


def test_undoing_the_first_validation_withdraws(valideur):
    action = publier(by=valideur)

    workflow.apply(action.pk, "undo", by=valideur)

    assert sets() == [set()] * 3
    assert Retrait.objects.get().motif == "annulee"


def test_undoing_a_second_validation_puts_back_what_was_searched(valideur):
    action = publier(by=valideur)
    numero = Session.objects.get().numero
    before = lexemes(numero)
    workflow.apply(action.pk, "reopen", by=valideur)
    type(action).objects.filter(pk=action.pk).update(complement_intitule="poterie")
    publier(action, by=valideur)
    assert lexemes(numero) > before

    workflow.apply(action.pk, "undo", by=valideur)

    assert lexemes(numero) == before


def test_a_replaced_code_is_searched_and_exported_at_once(valideur):
    action = publier()
    nouvelle = CertificationFactory(intitule="Titre professionnel chaudronnier", niveau=4)

    remplacement.replace_one(action.pk, nouvelle.pk, by=valideur)

    diffusion, fiche, fragment = (
        Diffusion.objects.get(),
        FicheRecherche.objects.get(),
        FragmentLheo.objects.get(),
    )
    action.refresh_from_db()
    assert diffusion.formation_id == action.formation_id
    assert fiche.niveau == 4
    assert {jetons.niveau(4), "chaudron"} <= lexemes(fiche.pk)
    assert "chaudronnier" in fragment.xml
    assert fragment.modifiee_le == diffusion.modifiee_le


def test_the_cpf_is_read_on_the_day_of_the_validation():
    today = timezone.localdate()
    CertificationFactory(code="77", code_rncp="37535")
    FicheRepertoire.objects.create(
        numero="RNCP37535", est_active=True, fin_enregistrement=today + timedelta(days=1)
    )
    action = publier(ActionFactory(complete=True, formation__certification_id="77"))

    assert Diffusion.objects.get(action=action).contenu["formation"]["cpf"] == "oui"
    assert FicheRecherche.objects.get().est_cpf


def test_the_words_of_what_is_online_are_kept_once(valideur):
    certification = CertificationFactory(intitule="Boulangerie – pâtisserie")
    publier(ActionFactory(complete=True, formation__certification=certification))
    publier(ActionFactory(complete=True, formation__certification=certification))

    assert {"boulangerie", "patisserie"} <= set(MotRecherche.objects.values_list("pk", flat=True))
