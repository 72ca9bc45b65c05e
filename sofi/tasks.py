"""What the worker does: `manage.py procrastinate worker` (README § Mail and jobs)."""

from uuid import UUID

from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app

from sofi.courriels.envoi import purger, relancer_oublies, tenter
from sofi.courriels.jobs import TACHE

#: Finished jobs are kept this long, in hours, to understand what happened.
CONSERVATION_JOBS = 72


@app.task(name=TACHE, queue="courriels", pass_context=True)
def envoyer_courriel(context: JobContext, uuid: str) -> None:
    """Make one attempt at sending a message of the outbox."""
    tenter(UUID(uuid), context.job.id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="entretien.reprendre_jobs", queue="entretien", pass_context=True)
async def reprendre_jobs(context: JobContext, timestamp: int) -> None:
    """Give back to the workers the jobs of a worker that was killed."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)


@app.periodic(cron="*/5 * * * *")
@app.task(name="entretien.relancer_courriels", queue="entretien")
def relancer_courriels(timestamp: int) -> None:
    """Order again the messages whose job was lost."""
    relancer_oublies()


@app.periodic(cron="7 * * * *")
@app.task(name="entretien.purger", queue="entretien")
def faire_le_menage(timestamp: int) -> None:
    """Delete old messages and the browser sessions that have expired."""
    purger()
    call_command("clearsessions")


@app.periodic(cron="7 * * * *")
@app.task(name="entretien.purger_jobs", queue="entretien", pass_context=True)
async def purger_jobs(context: JobContext, timestamp: int) -> None:
    """Delete the jobs finished days ago, however they ended."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=CONSERVATION_JOBS, include_failed=True, include_cancelled=True, include_aborted=True
    )
