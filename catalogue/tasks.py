"""What the worker does for the catalogue: its upkeep, and what no page waits for (README)."""

from contextlib import suppress

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from catalogue import annulation, avis, lots, recherches_suivies, signalement
from catalogue.donnees import fichiers
from catalogue.lheo import flux
from catalogue.pilotage import mesures
from catalogue.recherche import lexique
from catalogue.validation import presence


@app.task(name=lots.TACHE, queue="lots")
def executer_lot(lot: int) -> None:
    """Carry out a batch of decisions."""
    lots.execute(lot)


@app.periodic(cron="*/5 * * * *")
@app.task(name="entretien.relancer_lots", queue="entretien")
def relancer_lots(timestamp: int) -> None:
    """Order again the batches whose job was lost."""
    lots.restart_forgotten(timezone.now())


@app.periodic(cron="7 * * * *")
@app.task(name="entretien.purger_consultations", queue="entretien")
def purger_consultations(timestamp: int) -> None:
    """Forget who looked at a dossier a while ago."""
    presence.forget(timezone.now())


@app.periodic(cron="20 * * * *")
@app.task(name="avis.matin", queue="entretien")
def ecrire_le_matin(timestamp: int) -> None:
    """Write the reminders, the ends of sessions and the digests of the day, if it is time and not done."""
    avis.morning(timezone.now())


@app.periodic(cron="25 * * * *")
@app.task(name="recherches_suivies.matin", queue="entretien")
def envoyer_nouveautes(timestamp: int) -> None:
    """Write the day's news of the searches followed by e-mail, if it is time and not done."""
    recherches_suivies.morning(timezone.now())


@app.periodic(cron="41 * * * *")
@app.task(name="recherches_suivies.oublier", queue="entretien")
def oublier_recherches(timestamp: int) -> None:
    """Forget the searches that nobody confirmed or took up again, and their addresses."""
    recherches_suivies.forget(timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name=mesures.TACHE, queue="pilotage")
def calculer_mesures(timestamp: int) -> None:
    """Compute the figures of the board, every quarter of an hour or when somebody asks."""
    mesures.compute(timezone.now())


@app.periodic(cron="23 0 * * *")
@app.task(name="entretien.purger_annulables", queue="entretien")
def purger_annulables(timestamp: int) -> None:
    """Forget what was kept to undo the decisions of the day before."""
    annulation.purge(timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name=flux.TACHE, queue="flux", lock="flux")
def ecrire_flux(timestamp: int) -> None:
    """Write the partners' feeds if something changed: at most a quarter of an hour after a validation."""
    with suppress(flux.FluxOccupe):  # somebody's command, which writes the same
        flux.refresh(settings.FLUX_DIR, timezone.now())


@app.periodic(cron="13 2 * * *")
@app.task(name="recherche.compter_mots", queue="entretien")
def compter_mots(timestamp: int) -> None:
    """Count again in how many sessions each word of the search is; forget those of none."""
    lexique.count_words(timezone.localdate())


@app.periodic(cron="41 2 * * *")
@app.task(name="entretien.purger_diffusion", queue="entretien")
def purger_diffusion(timestamp: int) -> None:
    """Forget what search and feeds keep of sessions and runs of more than a year ago."""
    lexique.forget_ended(timezone.localdate())
    flux.forget_old(timezone.now())


@app.periodic(cron="31 2 * * *")
@app.task(name="entretien.oublier_adresses", queue="entretien")
def oublier_adresses(timestamp: int) -> None:
    """Forget the addresses that visitors left with what they reported more than a year ago."""
    signalement.forget_addresses(timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="donnees.ecrire", queue="donnees", lock="donnees")
def ecrire_donnees(timestamp: int) -> None:
    """Write the open data when the offer changed, and each night, as sessions end with the day."""
    with suppress(fichiers.ExportOccupe):
        fichiers.write_if_changed(fichiers.dossier(), timezone.now())
