"""What going online adds to a validation: the SQL that writes what is online, search rows and fragments.

Counters are read from what is online: keeping its indexes is all they cost. Each validation is undone; the
sequences alone go on.
"""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from random import Random
from statistics import median
from typing import NamedTuple
from unittest import mock

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import F

from catalogue import instantane, workflow
from catalogue.bench.requetes import queries, read_by_key, tell
from catalogue.models import Action, Diffusion
from sofi.typographie import NBSP

#: Validations that are timed, after some that are not.
APPELS, CHAUFFE, GRAINE = 300, 10, 1


class Cout(NamedTuple):
    """Milliseconds of the queries of a validation: what going online adds, all of them; how many it adds; a
    row read by its key just before."""

    ajoute: float
    total: float
    requetes: int
    plancher: float


def measure() -> Iterator[str]:
    """One line."""
    couts = list(islice(_validations(), CHAUFFE, CHAUFFE + APPELS))
    if not couts:
        yield f"Validation{NBSP}: aucune des actions qui attendent ne peut être validée."
        return
    part = 100 * median(cout.ajoute / cout.total for cout in couts)
    yield tell(
        "Validation, SQL de la mise en ligne",
        [cout.ajoute for cout in couts],
        [cout.plancher for cout in couts],
        f"{part:.0f}{NBSP}% du SQL de la validation, {max(cout.requetes for cout in couts)} requêtes au plus "
        f"({len(couts)} validations, défaites)",
    )


def _validations() -> Iterator[Cout]:
    """What validations cost, of the actions that wait, in turn; without end unless none can be validated."""
    valideur = get_user_model().objects.filter(role_carif="valideur").earliest("pk")
    cles = list(Action.objects.en_attente_validation().order_by("pk").values_list("pk", flat=True))
    Random(GRAINE).shuffle(cles)
    while cles:
        for cle in tuple(cles):
            try:
                yield _validate(cle, valideur)
            except workflow.TransitionRefusee:
                cles.remove(cle)


@transaction.atomic
def _validate(cle: int, valideur) -> Cout:
    """Validate an action, see that all is fresh, and undo it. RuntimeError when something is not.

    Raises `TransitionRefusee`.
    """
    plancher, ajoutees = read_by_key(), []
    publish = partial(_publish, instantane.publish, ajoutees)
    with queries() as toutes, mock.patch.object(instantane, "publish", publish):
        action = workflow.apply(cle, "approve", by=valideur)
        with queries() as controle:
            connection.check_constraints()  # COMMIT would
    ajoutees += controle
    if not _is_fresh(action):
        raise RuntimeError(f"L’action {cle}, validée, n’est pas partout en ligne.")
    transaction.set_rollback(True)
    return Cout(sum(ajoutees), sum(toutes), len(ajoutees), plancher)


def _publish(publish, ajoutees: list[float], *args) -> None:
    """`publish`, the milliseconds of its queries being put in `ajoutees`."""
    with queries() as durees:
        publish(*args)
    ajoutees += durees


def _is_fresh(action: Action) -> bool:
    """Whether each session of `action` is online as validated, with its search row and its fragment."""
    fraiches = Diffusion.objects.filter(
        action=action,
        revision=action.revision,
        recherche__date_debut=F("date_debut"),
        fragment__modifiee_le=F("modifiee_le"),
    )
    return fraiches.count() == action.sessions.count() > 0
