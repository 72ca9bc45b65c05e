"""Batches: one decision on up to 500 actions, each in its own transaction, with what became of each.

A batch is written in one go, then carried out line by line by the worker. A line's decision and its result
are one transaction under the lock of the line: a worker that is killed leaves the line to be done, two
workers never do the same, and a refusal stops nothing. What a decision is for a line is a row of `DECISIONS`.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from catalogue import attribution, avis, textes, workflow
from catalogue.attribution import AttributionRefusee
from catalogue.enums import DecisionLot, ResultatLot
from catalogue.models import Action, Certification, Lot, LotLigne
from catalogue.remplacement import RemplacementRefuse, replace_one
from catalogue.workflow import TransitionRefusee

logger = logging.getLogger(__name__)

TACHE = "lots.executer"
#: A batch this old that is not finished has lost its worker.
OUBLI = timedelta(minutes=10)
INATTENDUE = "Erreur inattendue de SOFI\u00a0: rien n’est changé, ouvrez le dossier pour décider."


class LotRefuse(Exception):
    """A batch that may not be; `str()` is the French sentence for the user.

    `code` is one of ``role``, ``vide``, ``trop`` (more than `Lot.MAXIMUM`), ``parametre``, and ``deja``: the
    same page has already ordered another batch, `lot`.
    """

    def __init__(self, code: str, message: str, lot: Lot | None = None):
        super().__init__(message)
        self.code, self.lot = code, lot


def _approve(action_pk: int, revision: int, parametres: dict, by) -> str:
    workflow.apply(action_pk, "approve", by=by, revision=revision)
    return "Validée et en ligne."


def _refuse(action_pk: int, revision: int, parametres: dict, by) -> str:
    action = Action.objects.select_related("organisme", "formation__certification").get(pk=action_pk)
    texte = textes.fill(parametres["texte"], action)
    workflow.apply(action_pk, "refuse", by=by, revision=revision, texte=texte)
    return "Refusée\u00a0: l’organisme lira le motif."


def _assign(action_pk: int, revision: int, parametres: dict, by) -> str:
    action = attribution.assign(action_pk, to=parametres["examinateur"], by=by)
    return f"Attribuée à {action.examinateur}."


def _replace(action_pk: int, revision: int, parametres: dict, by) -> str:
    ancien, nouveau = parametres["ancien"], parametres["nouveau"]
    replace_one(action_pk, nouveau, by=by, revision=revision, ancien=ancien, prevenir=False)
    return f"Le code {ancien} est remplacé par {nouveau}."


def _tell_replaced(lot: Lot) -> None:
    """One mail a person for the whole batch, of the actions whose code was replaced."""
    codes = Certification.objects.in_bulk([lot.parametres["ancien"], lot.parametres["nouveau"]])
    faites = Action.objects.filter(
        pk__in=lot.lignes.filter(resultat=ResultatLot.FAIT).values("action"),
        formation__certification=lot.parametres["nouveau"],
    )
    avis.on_code_replaced(
        list(faites), codes[lot.parametres["ancien"]], codes[lot.parametres["nouveau"]], lot.auteur
    )


@dataclass(frozen=True)
class Decision:
    """What a batch does to one action: `(action_pk, revision, parametres, by)` → what was done, in French.

    It raises one of `refus`, whose `str()` says why not, having changed nothing.
    """

    execute: Callable[[int, int, dict, object], str]
    refus: tuple[type[Exception], ...]
    #: Whether it takes a valideur to ask for it; the decision itself checks again, action by action.
    valideur: bool = True
    #: What is done once, when the batch is closed, in that very transaction.
    conclude: Callable[[Lot], None] | None = None


DECISIONS: dict[str, Decision] = {
    DecisionLot.APPROVE: Decision(_approve, (TransitionRefusee,)),
    DecisionLot.REFUSE: Decision(_refuse, (TransitionRefusee,)),
    DecisionLot.ASSIGN: Decision(_assign, (AttributionRefusee,), valideur=False),
    DecisionLot.REPLACE: Decision(_replace, (RemplacementRefuse,), conclude=_tell_replaced),
}


def offered_to(user) -> list[str]:
    """The decisions `user` may take on many actions at once."""
    return [
        nom
        for nom, decision in DECISIONS.items()
        if user.est_carif and (user.est_valideur or not decision.valideur)
    ]


@transaction.atomic
def create(user, decision: str, lignes: Sequence[tuple[int, int]], parametres: dict, jeton: UUID) -> Lot:
    """Write the batch `decision` on `lignes` (key of the action, `revision` that was read) and order it.

    `parametres` goes with the decision: {"texte": …}, {"examinateur": pk}… `jeton` names the page it was
    asked from: asked twice, it is the same batch; asked again otherwise (the page was left by « Back », and
    edited), it is told, and nothing is ordered. Actions `user` may not see are left out.
    Raises `LotRefuse`.
    """
    if decision not in offered_to(user):
        raise LotRefuse("role", "Vous n’avez pas le droit de prendre cette décision.")
    voulues = dict(lignes)
    visibles = Action.objects.visible_to(user).filter(pk__in=voulues).values_list("pk", flat=True)
    gardees = sorted(visibles, key=list(voulues).index)
    if not gardees:
        raise LotRefuse("vide", "Cochez au moins une action.")
    if len(voulues) > Lot.MAXIMUM:
        raise LotRefuse(
            "trop",
            f"Un lot compte {Lot.MAXIMUM} actions au plus\u00a0: choisissez-en moins, puis recommencez.",
        )
    lot, nouveau = Lot.objects.get_or_create(
        jeton=jeton, defaults={"auteur": user, "decision": decision, "parametres": parametres}
    )
    if lot.auteur_id != user.pk:
        raise LotRefuse("role", "Ce lot est celui d’un collègue.")
    if nouveau:
        LotLigne.objects.bulk_create(LotLigne(lot=lot, action_id=pk, revision=voulues[pk]) for pk in gardees)
        order(lot.pk)
    else:
        check_same(lot, decision, [(pk, voulues[pk]) for pk in gardees], parametres)
    return lot


def check_same(lot: Lot, decision: str, lignes: Sequence[tuple[int, int]], parametres: dict) -> None:
    """Raise `LotRefuse`, ``deja``, unless `lot` is the very batch that is asked for. One query."""
    lues = dict(lot.lignes.values_list("action_id", "revision"))
    if (lot.decision, lot.parametres, lues) != (decision, parametres, dict(lignes)):
        raise LotRefuse(
            "deja",
            "Cette page a déjà demandé un lot, avec d’autres actions ou un autre contenu\u00a0: il n’est pas "
            "changé. Vérifiez ce que vous demandez maintenant, puis confirmez.",
            lot,
        )


def order(lot_pk: int) -> None:
    """Ask the worker, in the current transaction, to carry out what is left of a batch."""
    nom = f"lot-{lot_pk}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(TACHE, lock=nom, queueing_lock=nom).defer(lot=lot_pk)


def execute(lot_pk: int) -> None:
    """Carry out what is left of a batch, line by line, and close it."""
    while _execute_next(lot_pk):
        pass
    _close(lot_pk)


@transaction.atomic
def _close(lot_pk: int) -> None:
    """Close a batch of which nothing is left, once."""
    reste = LotLigne.objects.filter(lot=OuterRef("pk"), resultat=ResultatLot.A_FAIRE)
    ouverts = Lot.objects.filter(pk=lot_pk, termine_le__isnull=True).exclude(Exists(reste))
    lot = ouverts.select_for_update(of=("self",)).first()
    if lot is None:
        return
    lot.termine_le = timezone.now()
    lot.save(update_fields=["termine_le"])
    if conclude := DECISIONS[lot.decision].conclude:
        conclude(lot)


@transaction.atomic
def _execute_next(lot_pk: int) -> bool:
    """Do the first line that is left and that no other worker is doing; whether there was one."""
    restantes = LotLigne.objects.filter(lot=lot_pk, resultat=ResultatLot.A_FAIRE)
    ligne = restantes.select_for_update(skip_locked=True).order_by("pk").first()
    if ligne is None:
        return False
    lot = Lot.objects.select_related("auteur").get(pk=lot_pk)
    ligne.resultat, ligne.message = _decide(lot, ligne)
    ligne.fait_le = timezone.now()
    ligne.save(update_fields=["resultat", "message", "fait_le"])
    return True


def _decide(lot: Lot, ligne: LotLigne) -> tuple[ResultatLot, str]:
    """Do the batch's decision on the action of `ligne`, or nothing; what became of it, and in which words."""
    decision = DECISIONS[lot.decision]
    try:
        with transaction.atomic():
            fait = decision.execute(ligne.action_id, ligne.revision, lot.parametres, lot.auteur)
    except decision.refus as refus:
        return ResultatLot.REFUSE, str(refus)[:500]
    except Exception:  # one action must not stop the others
        logger.exception("Lot %s, action %s : erreur inattendue", lot.pk, ligne.action_id)
        return ResultatLot.REFUSE, INATTENDUE
    return ResultatLot.FAIT, fait


def restart_forgotten(now: datetime) -> int:
    """Order again the batches nobody carries out any more; how many."""
    oublies = Lot.objects.filter(termine_le__isnull=True, cree_le__lt=now - OUBLI).values_list(
        "pk", flat=True
    )
    for pk in list(oublies):
        order(pk)
    return len(oublies)
