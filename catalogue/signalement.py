"""« Signaler une erreur »: what a visitor says of a public sheet, and the answer of who keeps it.

The organisme and the Carif-Oref both see it; the first of them who answers closes it, and the visitor is
written to when they left an address. No other module assigns `Signalement.statut`.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from catalogue import avis
from catalogue.enums import ObjetSignalement, StatutSignalement, TypeAvis
from catalogue.models import Diffusion, Signalement
from sofi.courriels import envoyer, lien
from sofi.typographie import date_longue

#: How long an address left with a report is kept when nobody answers.
CONSERVATION = timedelta(days=365)
REPONSES = (StatutSignalement.CORRIGE, StatutSignalement.SANS_SUITE)


class SignalementRefuse(Exception):
    """An answer that may not be given now; `actuel` is the report as it stands."""

    def __init__(self, actuel: Signalement):
        super().__init__("Ce signalement a déjà reçu une réponse.")
        self.actuel = actuel


@transaction.atomic
def report(row: Diffusion, *, objet: str, texte: str, courriel: str, jeton: UUID) -> Signalement:
    """Keep what a visitor reports of the published session `row`, and tell its organisme's team.

    The same `jeton` with the same words (a double click) gives back the first report and tells nobody twice.
    Other words are another report: the browser's « back » brings a page whose `jeton` has served.
    """
    jeton = uuid5(jeton, "\n".join([objet, courriel, texte]))
    try:
        with transaction.atomic():
            signalement = Signalement.objects.create(
                numero=row.numero,
                action_id=row.action_id,
                organisme_id=row.organisme_id,
                objet=objet,
                texte=texte,
                courriel=courriel,
                jeton=jeton,
            )
    except IntegrityError:
        first = Signalement.objects.filter(jeton=jeton).first()
        if first is None:
            raise
        return first
    contexte = _contexte(signalement, row.intitule) | {
        "organisme": signalement.organisme.nom,
        "dates": f"du {date_longue(row.date_debut)} au {date_longue(row.date_fin)}",
        "url": lien("signalements:signalement", pk=signalement.pk),
    }
    people = avis.team(row.organisme_id)
    notify = {"action": signalement.action, "organisme": row.organisme_id}
    avis.notify(people, TypeAvis.SIGNALEMENT, "signalement_recu", contexte, **notify)
    return signalement


@transaction.atomic
def answer(pk: int, statut: str, reponse: str, *, version: int, by) -> Signalement:
    """Close the report `pk` as `statut`, in the name of `by`; its visitor reads `reponse`.

    Their address is erased at once. The same answer by the same person twice is one answer. Raises
    `SignalementRefuse` when it was answered meanwhile, `Signalement.DoesNotExist` when `by` may not.
    """
    signalement = Signalement.objects.editable_by(by).select_for_update().get(pk=pk)
    if not _is_open(signalement, version):
        deja = (signalement.traite_par_id, signalement.statut, signalement.reponse)
        if deja == (by.pk, statut, reponse):
            return signalement
        raise SignalementRefuse(signalement)
    signalement.statut, signalement.reponse = statut, reponse
    signalement.traite_par, signalement.traite_le = by, timezone.now()
    signalement.version += 1
    if signalement.courriel:
        contexte = _contexte(signalement, signalement.action.intitule) | {
            "est_corrige": statut == StatutSignalement.CORRIGE,
            "qui": "Le Carif-Oref" if by.est_carif else signalement.organisme.nom,
            "cree_le": signalement.cree_le,
            "reponse": reponse,
            "url": lien("diffusion:session", numero=signalement.numero),
        }
        envoyer("signalement_traite", a=signalement.courriel, contexte=contexte)
        signalement.courriel = ""
    signalement.save()
    return signalement


def _is_open(signalement: Signalement, version: int) -> bool:
    """Whether it still waits, as it did on the page `version` was read from."""
    return signalement.statut == StatutSignalement.OUVERT and signalement.version == version


def _contexte(signalement: Signalement, intitule: str) -> dict:
    return {
        "numero": signalement.numero,
        "intitule": intitule,
        "objet": ObjetSignalement(signalement.objet).label,
        "texte": signalement.texte,
    }


def forget_addresses(now: datetime) -> int:
    """Erase the addresses left with reports of more than a year; how many there were."""
    anciens = Signalement.objects.filter(cree_le__lt=now - CONSERVATION).exclude(courriel="")
    return anciens.update(courriel="")
