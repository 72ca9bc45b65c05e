"""What the morning brings to followed searches: their new sessions, or their end.

A search is one transaction: its mail is written in the outbox with the mark of what has been told. Stopped
half-way, the next pass goes on with the others.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from operator import itemgetter

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from catalogue.adresses import adresse, session_url
from catalogue.avis.resumes import DEBUT, FIN, this_morning
from catalogue.models import Diffusion, RechercheSuivie
from catalogue.recherche.filtres import OffreFilter
from catalogue.recherche.suites import rows_of
from sofi.courriels import envoyer, lien
from sofi.typographie import apostrophes

from .liens import sign
from .requete import criteria, read, title
from .vie import close

logger = logging.getLogger(__name__)

#: Sessions in a mail; the others are counted.
MAX_SESSIONS = 20
LOT = 500
CHAMPS = {
    "raison_sociale": KT("contenu__organisme__raison_sociale"),
    "nom_usage": KT("contenu__organisme__nom_usage"),
}
COLONNES = ("numero", "intitule", "ville", "departement", "date_debut", "date_fin")


def morning(now: datetime) -> dict[str, int]:
    """Close the searches whose year is over, and mail the news of the others up to this morning.

    To be called every hour: outside of the hours of the digests it does nothing, and what was told today is
    not told again. What goes online between the morning and the call is for tomorrow: a validation that was
    not yet committed at the moment of reading is never left out.
    """
    if not DEBUT <= timezone.localtime(now).hour < FIN:
        return {}
    matin, suivies = this_morning(now), RechercheSuivie.objects.suivies()
    return {
        "fermees": _each(suivies.filter(finit_le__lte=now), lambda pk: _close(pk, now)),
        "envoyees": _each(suivies.filter(vue_jusqu_a__lt=matin), lambda pk: _send(pk, matin, now)),
    }


def _each(rows: QuerySet, act: Callable[[int], bool]) -> int:
    """Do `act` on each of `rows`, in constant memory; on how many it did something.

    One that fails is logged, stops no other, and waits for the next pass.
    """
    nombre, dernier = 0, 0
    while pks := list(rows.filter(pk__gt=dernier).order_by("pk").values_list("pk", flat=True)[:LOT]):
        for pk in pks:
            try:
                nombre += act(pk)
            except Exception:
                logger.exception("Recherche suivie %s : erreur inattendue", pk)
        dernier = pks[-1]
    return nombre


def _take(pk: int) -> RechercheSuivie | None:
    """The search, locked; none when it is followed no more, or another worker has it."""
    return RechercheSuivie.objects.suivies().filter(pk=pk).select_for_update(skip_locked=True).first()


@transaction.atomic
def _send(pk: int, matin: datetime, now: datetime) -> bool:
    """Mail what is new of one search; whether there was something.

    Six queries at most, besides those of the mail and of `rows_of`.
    """
    suivi = _take(pk)
    if suivi is None or not _is_due(suivi, matin):
        return False
    filtre = read(suivi.requete, jour=timezone.localdate(now))
    if not filtre.form.is_valid():
        _lose(suivi, filtre, now)
        return True
    lignes, nombre = _news(filtre, suivi.vue_jusqu_a, matin)
    if nombre:
        contexte = _contexte(suivi, filtre) | {
            "titre": title(filtre),
            "sessions": lignes,
            "nombre": nombre,
            "autres": nombre - len(lignes),
            "confirmee_le": suivi.confirmee_le,
            "finit_le": suivi.finit_le,
        }
        envoyer("recherche_nouveautes", a=suivi.courriel, contexte=contexte)
    suivi.vue_jusqu_a = matin
    suivi.save(update_fields=["vue_jusqu_a"])
    return nombre > 0


def _is_due(suivi: RechercheSuivie, matin: datetime) -> bool:
    """Whether its news of the day are still to be told."""
    return suivi.vue_jusqu_a < matin


def _news(filtre: OffreFilter, depuis: datetime, jusqu_a: datetime) -> tuple[list[dict], int]:
    """The last sessions found that went online in between, soonest first, and how many there are.

    Read by the moment they went online: whatever the search, no more than what is new is looked at.
    """
    neuves = Diffusion.objects.filter(
        recherche__in=rows_of(filtre), publiee_le__gt=depuis, publiee_le__lte=jusqu_a
    )
    lues = neuves.annotate(**CHAMPS).order_by("-publiee_le", "-numero").values(*COLONNES, *CHAMPS)
    lues = list(lues[: MAX_SESSIONS + 1])
    nombre = len(lues) if len(lues) <= MAX_SESSIONS else max(len(lues), neuves.count())
    montrees = sorted(lues[:MAX_SESSIONS], key=itemgetter("date_debut", "numero"))
    return [_line(row) for row in montrees], nombre


def _line(row: dict) -> dict:
    """A session, as the mail shows it."""
    lieu = f"{row['ville']} ({row['departement']})" if row["departement"] else row["ville"]
    dates = f"du {row['date_debut']:%d/%m/%Y} au {row['date_fin']:%d/%m/%Y}"
    return {
        "titre": apostrophes(row["intitule"]),
        "detail": f"{row['nom_usage'] or row['raison_sociale']}, {lieu}, {dates}",
        "url": session_url(row["numero"]),
    }


def _contexte(suivi: RechercheSuivie, filtre: OffreFilter) -> dict:
    """What every mail of the morning says of a search that is understood."""
    return {
        "criteres": criteria(filtre),
        "url": _page(suivi),
        "url_arret": lien("suivis:arreter", jeton=sign(suivi.pk)),
    }


def _page(suivi: RechercheSuivie) -> str:
    """The whole address of the results of the search."""
    return (
        f"{adresse('diffusion:recherche')}?{suivi.requete}"
        if suivi.requete
        else adresse("diffusion:recherche")
    )


@transaction.atomic
def _close(pk: int, now: datetime) -> bool:
    """Follow no longer a search whose year is over, and offer to go on."""
    suivi = _take(pk)
    if suivi is None or suivi.finit_le > now:
        return False
    filtre = read(suivi.requete, jour=timezone.localdate(now))
    if not filtre.form.is_valid():
        _lose(suivi, filtre, now)
        return True
    close(suivi, now)
    contexte = _contexte(suivi, filtre) | {
        "confirmee_le": suivi.confirmee_le,
        "finit_le": suivi.finit_le,
        "url_continuer": lien("suivis:continuer", jeton=sign(suivi.pk)),
    }
    envoyer("recherche_fermee", a=suivi.courriel, contexte=contexte)
    return True


def _lose(suivi: RechercheSuivie, filtre: OffreFilter, now: datetime) -> None:
    """Close a search that can be read no more (its commune was merged…), and say why."""
    close(suivi, now)
    fautes = [str(faute) for fautes in filtre.form.errors.values() for faute in fautes]
    contexte = {
        "fautes": fautes,
        "confirmee_le": suivi.confirmee_le,
        "finit_le": suivi.finit_le,
        "url": adresse("diffusion:recherche"),
    }
    envoyer("recherche_perdue", a=suivi.courriel, contexte=contexte)
