"""What the morning writes: reminders, sessions that end, digests; once, on the right day, and never twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from catalogue import avis, demandes_aif, workflow
from catalogue.enums import ModeAvis, TypeAvis
from catalogue.models import Action, AvisEnAttente, Delais, Demande, JourFerme, PreferenceAvis, Session
from sofi.models import Courriel
from tests.courriels.outils import boite
from tests.factories import (
    ActionFactory,
    CourrielFactory,
    DemandeAIFFactory,
    SessionFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db

#: A Monday in winter, 06:20 in Paris.
LUNDI = datetime(2027, 1, 11, 5, 20, tzinfo=UTC)


def sent(nom):
    return sorted(message.a for message in boite() if message.nom == nom)


def a_question(posee_le, organisme=None):
    """An action whose question was asked at `posee_le`."""
    action = ActionFactory(question=True, complete=True)
    Demande.objects.create(
        action=action, question="Quelle\ndurée ?", posee_par=UserFactory(valideur=True), posee_le=posee_le
    )
    UserFactory(organisme=action.organisme, email=f"of{action.pk}@exemple.fr")
    return action


def session_ending(jour, **fields):
    action = ActionFactory(validee=True)
    return SessionFactory(
        action=action,
        numero=f"52_{action.pk:06d}",
        date_debut=jour - timedelta(days=60),
        date_fin=jour,
        **fields,
    )


class TestReminders:
    @pytest.mark.parametrize(("age", "relances"), [(4, 0), (5, 1), (6, 1), (14, 1), (15, 2), (40, 2)])
    def test_a_question_is_reminded_at_5_and_15_days_once_a_morning(self, age, relances):
        action = a_question(LUNDI - timedelta(days=age))

        for _ in range(2):
            avis.morning(LUNDI)

        assert action.demandes.get().relances == relances
        assert sent("question_relance") == [f"of{action.pk}@exemple.fr"] * bool(relances)

    def test_two_reminders_then_no_more(self):
        action = a_question(LUNDI)
        for jour in range(60):
            avis.morning(LUNDI + timedelta(days=jour))

        messages = boite(f"of{action.pk}@exemple.fr")
        assert [message.nom for message in messages] == ["question_relance"] * 2
        assert "> Quelle\n> durée ?" in messages[0].texte
        assert ["dernier rappel" in message.texte for message in messages] == [False, True]
        assert messages[0].lien(f"/actions/{action.pk}/recapitulatif/")

    def test_the_delays_are_those_the_administrators_set(self):
        Delais.objects.update(premiere_relance=2, seconde_relance=3)
        action = a_question(LUNDI - timedelta(days=2))
        avis.morning(LUNDI)
        avis.morning(LUNDI + timedelta(days=1))
        assert sent("question_relance") == [f"of{action.pk}@exemple.fr"] * 2

    def test_an_answered_question_is_never_reminded(self):
        action = a_question(LUNDI - timedelta(days=9))
        action.demandes.update(close_le=LUNDI)
        avis.morning(LUNDI)
        assert sent("question_relance") == []

    @pytest.mark.parametrize("jours", [-2, -1])
    def test_nothing_leaves_at_the_week_end(self, jours):
        a_question(LUNDI - timedelta(days=9))
        avis.morning(LUNDI + timedelta(days=jours))
        assert boite() == []

    def test_nothing_leaves_on_a_closed_day(self):
        JourFerme.objects.update_or_create(jour=LUNDI.date(), defaults={"libelle": "Pont"})
        a_question(LUNDI - timedelta(days=9))
        avis.morning(LUNDI)
        assert boite() == []

    @pytest.mark.parametrize(
        ("instant", "part"),
        [
            (datetime(2027, 1, 11, 4, 59, tzinfo=UTC), False),  # 05:59 in winter
            (datetime(2027, 1, 11, 5, 0, tzinfo=UTC), True),
            (datetime(2027, 7, 12, 3, 59, tzinfo=UTC), False),  # 05:59 in summer
            (datetime(2027, 7, 12, 4, 0, tzinfo=UTC), True),
            (datetime(2027, 3, 29, 4, 0, tzinfo=UTC), True),  # the Monday after the clocks changed
            (datetime(2027, 1, 11, 18, 59, tzinfo=UTC), True),
            (datetime(2027, 1, 11, 19, 0, tzinfo=UTC), False),  # 20:00: tomorrow
        ],
    )
    def test_mail_of_the_morning_leaves_from_6_to_20_local_time(self, instant, part):
        a_question(instant - timedelta(days=9))
        avis.morning(instant)
        assert len(boite()) == part


class TestEndsOfSessions:
    def test_the_sessions_of_an_organisme_make_one_mail(self):
        jour = timezone.localdate(LUNDI)
        session = session_ending(jour + timedelta(days=30))
        autre = SessionFactory(action=session.action, numero="52_9", date_debut=jour, date_fin=jour)
        UserFactory(organisme=session.organisme, email="of@exemple.fr")
        ailleurs = session_ending(jour)
        UserFactory(organisme=ailleurs.organisme, email="ailleurs@exemple.fr")

        for _ in range(2):
            avis.morning(LUNDI)

        assert sent("sessions_finissent") == ["ailleurs@exemple.fr", "of@exemple.fr"]
        [message] = boite("of@exemple.fr")
        assert session.numero in message.texte
        assert autre.numero in message.texte
        assert ailleurs.numero not in message.texte
        assert "se termine le 10\u00a0février 2027" in message.texte
        assert message.lien("etat=sans_suite")

    @pytest.mark.parametrize("jours", [-1, 31])
    def test_neither_a_session_that_ended_nor_one_that_ends_later(self, jours):
        session = session_ending(timezone.localdate(LUNDI) + timedelta(days=jours))
        UserFactory(organisme=session.organisme)
        avis.morning(LUNDI)
        assert boite() == []

    def test_an_archived_session_is_not_announced(self):
        session = session_ending(timezone.localdate(LUNDI), est_archivee=True)
        UserFactory(organisme=session.organisme)
        avis.morning(LUNDI)
        assert boite() == []

    def test_a_session_that_another_follows_is_announced_once_nothing_does(self):
        session = session_ending(timezone.localdate(LUNDI) + timedelta(days=10))
        UserFactory(organisme=session.organisme)
        suite = SessionFactory(action=session.action, date_fin=session.date_fin + timedelta(days=21))
        avis.morning(LUNDI)
        assert boite() == []

        suite.delete()
        avis.morning(LUNDI + timedelta(days=1))

        [message] = boite()
        assert "Aucune autre ne la suit" in message.texte

    def test_an_end_put_off_is_announced_again(self):
        session = session_ending(timezone.localdate(LUNDI))
        UserFactory(organisme=session.organisme)
        avis.morning(LUNDI)
        Session.objects.filter(pk=session.pk).update(date_fin=session.date_fin + timedelta(days=10))

        avis.morning(LUNDI + timedelta(days=1))

        assert len(sent("sessions_finissent")) == 2


class TestDigests:
    @pytest.fixture
    def person(self):
        person = UserFactory(email="of@exemple.fr")
        person.rattachements.create(organisme=ActionFactory().organisme)
        return person

    def wait(self, person, texte, cree_le=LUNDI - timedelta(hours=12), action=None):
        return AvisEnAttente.objects.create(
            user=person,
            type=TypeAvis.VALIDATION,
            texte=texte,
            url="http://127.0.0.1:8000/actions/1/recapitulatif/",
            action=action,
            cree_le=cree_le,
        )

    def test_what_was_kept_makes_one_mail_and_is_forgotten(self, person):
        self.wait(person, "Action validée\u00a0: CAP Cuisine")
        self.wait(person, "Site validé\u00a0: Antenne")

        for _ in range(2):
            avis.morning(LUNDI)

        [message] = boite()
        assert (message.a, message.nom) == ("of@exemple.fr", "resume")
        assert message.objet == "Votre résumé SOFI\u00a0: 2 nouvelles"
        assert message.texte.index("CAP Cuisine") < message.texte.index("Antenne")
        assert message.lien("/compte/avis/")
        assert not AvisEnAttente.objects.exists()

    def test_what_comes_during_the_day_is_for_tomorrow(self, person):
        self.wait(person, "Trop tard", cree_le=LUNDI)
        avis.morning(LUNDI + timedelta(hours=3))
        assert boite() == []
        avis.morning(LUNDI + timedelta(days=1))
        assert [message.nom for message in boite()] == ["resume"]

    def test_one_digest_that_fails_does_not_lose_the_others(self, person, monkeypatch):
        """Stopped between two people: the first has their mail, the second their lines, then their mail."""
        autre = UserFactory(email="autre@exemple.fr")
        self.wait(person, "Un")
        self.wait(autre, "Deux")
        from catalogue.avis import resumes

        envoyer = resumes.envoyer

        def stopped(nom, *, a, contexte):
            envoyer(nom, a=a, contexte=contexte)
            if a == "autre@exemple.fr":
                raise KeyboardInterrupt

        monkeypatch.setattr(resumes, "envoyer", stopped)
        with pytest.raises(KeyboardInterrupt):
            avis.morning(LUNDI)
        monkeypatch.undo()
        avis.morning(LUNDI + timedelta(hours=1))

        assert sent("resume") == ["autre@exemple.fr", "of@exemple.fr"]

    def test_who_left_the_organisme_does_not_read_what_happens_there(self, person):
        PreferenceAvis.objects.create(user=person, type=TypeAvis.AIF, mode=ModeAvis.QUOTIDIEN)
        PreferenceAvis.objects.create(user=person, type=TypeAvis.REFUS, mode=ModeAvis.QUOTIDIEN)
        organisme = person.rattachements.get().organisme
        action = ActionFactory(attente=True, formation__organisme=organisme)
        demande = DemandeAIFFactory(organisme=organisme, auteur=person)
        agent = UserFactory(valideur=True)
        workflow.apply(action.pk, "refuse", by=agent, texte="Motif de l’action.")
        demandes_aif.refuse(demande.pk, "Motif de la demande.", by=agent, version=demande.version)
        assert AvisEnAttente.objects.update(cree_le=LUNDI - timedelta(hours=12)) == 2

        person.rattachements.all().delete()
        avis.morning(LUNDI)

        assert "resume" not in [message.nom for message in boite()]
        assert not AvisEnAttente.objects.exists()

    def test_the_digest_leaves_every_day_even_on_sunday(self, person):
        self.wait(person, "Dimanche", cree_le=LUNDI - timedelta(days=2))
        avis.morning(LUNDI - timedelta(days=1))
        assert sent("resume") == ["of@exemple.fr"]


class TestTeam:
    def test_the_staff_learn_what_waits_once_a_day(self):
        agent = UserFactory(agent=True, email="agent@exemple.fr")
        UserFactory(valideur=True, email="parti@exemple.fr", is_active=False)
        UserFactory(email="of@exemple.fr")
        jour = timezone.localdate(LUNDI)
        ActionFactory(
            attente=True,
            soumise_le=LUNDI - timedelta(days=6),
            premier_debut=jour + timedelta(days=3),
            examinateur=agent,
            prise_le=LUNDI,
        )
        ActionFactory(attente=True, soumise_le=LUNDI, premier_debut=jour + timedelta(days=60))

        for heure in range(3):
            avis.morning(LUNDI + timedelta(hours=heure))
            Courriel.objects.update(cree_le=LUNDI)  # written that morning, in the real world

        [message] = boite()
        assert (message.a, message.nom) == ("agent@exemple.fr", "resume_equipe")
        lignes = [ligne[2:] for ligne in message.texte.splitlines() if ligne.startswith("- ")]
        assert lignes == [
            "1 dossier que vous avez pris en charge",
            "2 actions à valider",
            "1 action en retard",
            "1 action urgente",
            "1 action que personne n’a prise",
        ]

    def test_nothing_waits_nothing_is_written(self):
        UserFactory(agent=True)
        avis.morning(LUNDI)
        assert boite() == []

    def test_who_gave_it_up_gets_none(self):
        agent = UserFactory(agent=True)
        PreferenceAvis.objects.create(user=agent, type=TypeAvis.RESUME_EQUIPE, mode=ModeAvis.JAMAIS)
        ActionFactory(attente=True)
        avis.morning(LUNDI)
        assert boite() == []

    def test_an_administrator_learns_of_mail_that_could_not_leave(self):
        UserFactory(administrateur=True, email="admin@exemple.fr")
        CourrielFactory(abandonne=True)
        avis.morning(LUNDI)
        [message] = boite("admin@exemple.fr")
        assert "- 1 courriel n’a pas pu partir" in message.texte

    def test_what_they_chose_to_read_daily_comes_with_it(self):
        agent = UserFactory(agent=True, email="agent@exemple.fr")
        PreferenceAvis.objects.create(user=agent, type=TypeAvis.REPONSE, mode=ModeAvis.QUOTIDIEN)
        action = publier()
        workflow.apply(action.pk, "reopen", by=UserFactory(organisme=action.organisme))
        AvisEnAttente.objects.create(
            user=agent, type=TypeAvis.REPONSE, texte="Réponse", url="http://x/", cree_le=LUNDI - timedelta(1)
        )
        Courriel.objects.all().delete()

        avis.morning(LUNDI)

        assert [message.nom for message in boite()] == ["resume_equipe"]
        assert Action.objects.count() == 1
