"""The worker itself, on the real queue: it sends, it does the upkeep, and being killed loses nothing."""

import os
import subprocess
import sys
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import SessionNavigateur
from accounts.tasks import purger_limites
from sofi import tasks
from sofi.configuration import BASE_DIR
from sofi.models import Courriel, Limite

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("file_vide")]


def travailler() -> None:
    """Let a worker do, in this process, all that is to be done now."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def test_the_worker_sends_what_waits(puits, courriel):
    travailler()

    courriel.refresh_from_db()
    assert [recu["To"] for recu in puits.recus] == ["zoe@exemple.fr"]
    assert courriel.envoye_le is not None
    assert ProcrastinateJob.objects.get(pk=courriel.job).status == "succeeded"


def test_a_message_that_must_wait_is_not_tried_before_its_time(puits, courriel):
    puits.rcpt = ["450 Non"]

    travailler()
    travailler()

    courriel.refresh_from_db()
    assert (courriel.tentatives, puits.recus) == (1, [])


def start_worker(puits) -> subprocess.Popen:
    """A worker in a process of its own, on the database of the tests."""
    base = connection.settings_dict
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOFI_")}
    hote = quote(base["HOST"], safe="")
    return subprocess.Popen(
        [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot"],
        cwd=BASE_DIR,
        env=environment
        | {
            "DJANGO_SETTINGS_MODULE": "sofi.settings",
            "DATABASE_URL": f"postgresql://{base['USER']}@{hote}:{base['PORT'] or 5432}/{base['NAME']}",
            "SOFI_EMAIL_HOST": "127.0.0.1",
            "SOFI_EMAIL_PORT": str(puits.port),
            "SOFI_EMAIL_SECURITY": "aucune",
        },
        stderr=subprocess.DEVNULL,
    )


def test_a_worker_killed_once_the_server_has_the_message_loses_nothing(puits, courriel):
    worker = start_worker(puits)
    puits.en_recevant = lambda: (worker.kill(), worker.wait(20))
    worker.wait(60)
    puits.en_recevant = None

    courriel.refresh_from_db()
    assert (len(puits.recus), courriel.tentatives, courriel.envoye_le) == (1, 0, None)
    assert ProcrastinateJob.objects.get(pk=courriel.job).status == "doing"

    # Nobody has heard of that worker for a while.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    tasks.reprendre_jobs.defer(timestamp=0)
    travailler()
    travailler()

    courriel.refresh_from_db()
    assert [recu["Message-ID"] for recu in puits.recus] == [f"<{courriel.uuid}@127.0.0.1>"] * 2
    assert courriel.envoye_le is not None


def test_the_upkeep_deletes_what_is_old(courriel):
    semaine = timezone.now() - timedelta(days=7)
    SessionNavigateur.objects.create(session_key="perimee", session_data="", expire_date=semaine)
    Courriel.objects.update(cree_le=timezone.now() - timedelta(days=91))
    tasks.faire_le_menage.defer(timestamp=0)
    tasks.purger_jobs.defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [courriel.job])
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '73 hours'")

    travailler()

    assert not SessionNavigateur.objects.exists()
    assert not Courriel.objects.exists()
    assert not ProcrastinateJob.objects.filter(pk=courriel.job).exists()


def test_the_upkeep_orders_again_what_was_forgotten(puits, courriel):
    Courriel.objects.update(job=None, prochain_essai_le=timezone.now() - timedelta(hours=1))
    tasks.relancer_courriels.defer(timestamp=0)

    travailler()
    travailler()

    assert len(puits.recus) == 1


def test_counts_of_tries_are_forgotten_once_their_period_is_over():
    maintenant = timezone.now()
    Limite.objects.create(cle="finie", nombre=9, finit_le=maintenant - timedelta(minutes=1))
    Limite.objects.create(cle="en cours", nombre=1, finit_le=maintenant + timedelta(minutes=5))
    purger_limites.defer(timestamp=0)

    travailler()

    assert [limite.cle for limite in Limite.objects.all()] == ["en cours"]


def test_every_upkeep_is_periodic():
    crons = {cle[0]: tache.cron for cle, tache in app.periodic_registry.periodic_tasks.items()}

    assert crons == {
        "entretien.reprendre_jobs": "*/5 * * * *",
        "entretien.relancer_courriels": "*/5 * * * *",
        "entretien.purger": "7 * * * *",
        "entretien.purger_jobs": "7 * * * *",
        "entretien.purger_limites": "7 * * * *",
        "entretien.purger_journal": "17 3 * * *",
        "avis.matin": "20 * * * *",
        "recherches_suivies.matin": "25 * * * *",
        "recherches_suivies.oublier": "41 * * * *",
        "entretien.relancer_lots": "*/5 * * * *",
        "entretien.purger_consultations": "7 * * * *",
        "pilotage.calculer": "*/15 * * * *",
        "flux.ecrire": "*/10 * * * *",
        "donnees.ecrire": "*/15 * * * *",
        "entretien.oublier_adresses": "31 2 * * *",
        "entretien.oublier_demandes": "37 2 * * *",
        "recherche.compter_mots": "13 2 * * *",
        "entretien.purger_diffusion": "41 2 * * *",
        "entretien.purger_annulables": "23 0 * * *",
    }
