"""Attempts at sending, to a real mail server that works, is down, hangs, refuses, or drops the line."""

import smtplib
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sofi.courriels import envoi, envoyer
from sofi.courriels.envoi import DELAIS, diagnostiquer, purger, relancer_oublies, renvoyer, tenter
from sofi.models import Courriel
from tests.concurrence import race, without_locks
from tests.courriels.outils import envoyer_tout

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("file_vide")]


def essayer(courriel: Courriel) -> Courriel:
    """One attempt, as its job makes it; the row as it is then."""
    courriel.refresh_from_db()
    tenter(courriel.uuid, courriel.job)
    courriel.refresh_from_db()
    return courriel


def test_the_message_arrives_whole(puits, courriel, settings):
    essayer(courriel)

    [recu] = puits.recus
    assert recu["Subject"] == "Reçu à l’été : « clé »"
    assert recu["To"] == "zoe@exemple.fr"
    assert recu["From"] == "SOFI – Carif-Oref <sofi@localhost.localdomain>"
    assert recu["Reply-To"] == settings.CARIF.courriel
    assert recu["Message-ID"] == f"<{courriel.uuid}@127.0.0.1>"
    assert recu["Auto-Submitted"] == "auto-generated"
    texte, html = recu.iter_parts()
    assert (texte.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    debut = ["Votre clé est arrivée.", "", "-- ", "Carif-Oref des Pays de la Loire"]
    assert texte.get_content().splitlines()[:4] == debut
    assert "<p>Votre clé est arrivée.</p>" in html.get_content()
    assert (courriel.tentatives, courriel.corps, courriel.derniere_erreur) == (1, None, "")
    assert courriel.envoye_le is not None


def test_a_message_sent_is_not_sent_again_by_its_job(puits, courriel):
    essayer(courriel)
    essayer(courriel)

    assert len(puits.recus) == courriel.tentatives == 1


def test_each_failure_waits_longer_until_the_message_is_given_up(prise, courriel):
    """The server is down (connection refused)."""
    for rang, delai in enumerate(DELAIS, 1):
        avant = timezone.now()
        essayer(courriel)
        attente = courriel.prochain_essai_le - avant
        assert timedelta() <= attente - delai < timedelta(seconds=5)
        prevu = ProcrastinateJob.objects.get(pk=courriel.job).scheduled_at
        assert abs(prevu - courriel.prochain_essai_le) < timedelta(seconds=5)
        assert (courriel.tentatives, courriel.derniere_erreur) == (
            rang,
            "Le serveur de messagerie est injoignable.",
        )

    essayer(courriel)

    assert courriel.abandonne_le is not None
    assert (courriel.tentatives, courriel.prochain_essai_le) == (6, None)
    assert courriel.corps is not None
    assert ProcrastinateJob.objects.count() == 6


def test_a_server_that_hangs_is_left_after_the_time_limit(prise, courriel):
    prise.listen()

    essayer(courriel)

    assert courriel.derniere_erreur == "Le serveur de messagerie n’a pas répondu à temps."
    assert courriel.abandonne_le is None


def test_refused_for_now_then_accepted(puits, courriel):
    puits.rcpt = ["450 4.2.1 Boîte occupée"]

    essayer(courriel)
    assert courriel.derniere_erreur == "Le serveur refuse cette adresse pour l’instant (code\u00a0450)."
    essayer(courriel)

    assert len(puits.recus) == 1
    assert (courriel.tentatives, courriel.derniere_erreur) == (2, "")


@pytest.mark.parametrize(
    ("reponses", "erreur"),
    [
        (
            {"rcpt": ["550 5.1.1 zoe@exemple.fr inconnue"]},
            "L’adresse du destinataire est refusée par le serveur (code\u00a0550).",
        ),
        ({"data": ["554 5.7.1 Indésirable"]}, "Le serveur refuse ce message (code\u00a0554)."),
    ],
)
def test_refused_for_good_is_given_up_at_once_and_can_be_sent_again(puits, courriel, reponses, erreur):
    vars(puits).update(reponses)

    essayer(courriel)
    assert (courriel.derniere_erreur, courriel.tentatives) == (erreur, 1)
    assert courriel.abandonne_le is not None
    essayer(courriel)
    assert courriel.envoye_le is None

    assert renvoyer(courriel.uuid)
    essayer(courriel)
    assert (len(puits.recus), courriel.abandonne_le) == (1, None)


def test_the_line_dropped_after_the_message_gives_it_twice_under_one_name(puits, courriel):
    puits.coupures = 1

    essayer(courriel)
    assert courriel.derniere_erreur == "Le serveur de messagerie a coupé la connexion."
    essayer(courriel)

    assert [recu["Message-ID"] for recu in puits.recus] == [f"<{courriel.uuid}@127.0.0.1>"] * 2
    assert courriel.envoye_le is not None


def test_a_server_that_ends_badly_after_taking_the_message_has_taken_it(puits, courriel, monkeypatch):
    def coupe(self):
        self.close()
        raise smtplib.SMTPResponseException(421, b"")

    monkeypatch.setattr(smtplib.SMTP, "quit", coupe)

    essayer(courriel)

    assert courriel.envoye_le is not None


def test_two_workers_on_one_message_send_it_once(puits, courriel):
    race(*[lambda: tenter(courriel.uuid, courriel.job)] * 2)

    courriel.refresh_from_db()
    assert len(puits.recus) == courriel.tentatives == 1


def test_without_the_lock_two_workers_would_send_it_twice(puits, courriel):
    with without_locks((envoi, "composer")):
        race(*[lambda: tenter(courriel.uuid, courriel.job)] * 2)

    assert len(puits.recus) == 2


def test_writing_a_message_calls_nobody(prise, gabarit):
    prise.listen()
    prise.setblocking(False)

    envoyer(gabarit("Objet\nCorps"), a="zoe@exemple.fr")

    with pytest.raises(BlockingIOError):
        prise.accept()


def test_an_unreadable_body_is_given_up_and_a_fault_of_ours_tried_again(courriel, settings, monkeypatch):
    cles, settings.SOFI_ENCRYPTION_KEYS = settings.SOFI_ENCRYPTION_KEYS, ("a" * 43 + "=",)
    essayer(courriel)
    assert "ne peut plus être déchiffré" in courriel.derniere_erreur
    assert courriel.abandonne_le is not None

    settings.SOFI_ENCRYPTION_KEYS = cles
    renvoyer(courriel.uuid)
    with monkeypatch.context() as patch:
        patch.setattr(envoi, "composer", lambda courriel: 1 / 0)
        essayer(courriel)
    assert courriel.derniere_erreur == "Erreur inattendue de SOFI (ZeroDivisionError)."
    assert courriel.abandonne_le is None

    essayer(courriel)
    assert courriel.envoye_le is not None


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (smtplib.SMTPAuthenticationError(535, b"secret"), "refuse l’identifiant ou le mot de passe de SOFI"),
        (smtplib.SMTPSenderRefused(553, b"secret", "a@b.fr"), "refuse l’adresse d’expédition de SOFI"),
        (smtplib.SMTPDataError(451, b"secret"), "refuse ce message pour l’instant (code\u00a0451)"),
        (smtplib.SMTPHeloError(500, b"secret"), "a répondu par une erreur (code\u00a0500)"),
        (smtplib.SMTPNotSupportedError("secret"), "ne sait pas faire ce que SOFI lui demande"),
        (envoi.ssl.SSLError("secret"), "La connexion chiffrée"),
    ],
)  # fmt: skip
def test_what_may_be_repaired_is_tried_again_and_said_in_french(error, cause):
    echec = diagnostiquer(error)

    assert cause in echec.cause
    assert "secret" not in echec.cause
    assert not echec.est_definitif


def test_sending_again_is_done_once_and_never_for_what_has_left(prise, puits, courriel):
    assert not renvoyer(courriel.uuid)  # it has not even been tried
    puits.rcpt = ["450 Non"]
    essayer(courriel)
    ancien_job = courriel.job

    assert race(*[lambda: renvoyer(courriel.uuid)] * 2).count(True) == 1

    tenter(courriel.uuid, ancien_job)
    assert puits.recus == []  # it was the turn of another job
    essayer(courriel)
    assert len(puits.recus) == 1
    assert not renvoyer(courriel.uuid)


def test_without_the_lock_sending_again_would_be_ordered_twice(puits, courriel):
    puits.rcpt = ["450 Non"]
    essayer(courriel)

    with without_locks((envoi, "programmer")):
        assert race(*[lambda: renvoyer(courriel.uuid)] * 2) == [True, True]


def test_sending_again_does_not_wait_for_an_attempt_in_progress(puits, courriel):
    puits.rcpt = ["450 Non"]
    essayer(courriel)
    reponses = []
    puits.en_recevant = lambda: reponses.extend(race(lambda: renvoyer(courriel.uuid)))

    essayer(courriel)

    assert reponses == [False]
    assert len(puits.recus) == 1


def test_a_message_whose_job_was_lost_is_ordered_again(puits, courriel):
    ProcrastinateJob.objects.all().using("default")._raw_delete("default")
    assert relancer_oublies() == 0  # it is not late yet

    Courriel.objects.update(prochain_essai_le=timezone.now() - envoi.OUBLI - timedelta(seconds=1))
    assert (relancer_oublies(), relancer_oublies()) == (1, 0)
    envoyer_tout()

    assert len(puits.recus) == 1


def test_old_messages_are_deleted_sent_or_not(courriel, gabarit):
    Courriel.objects.update(cree_le=timezone.now() - timedelta(days=91))
    recent = envoyer("essai", a="zoe@exemple.fr")

    assert purger() == 1
    assert Courriel.objects.get() == recent
