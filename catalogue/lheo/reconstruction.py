"""Writing anew what follows from `Diffusion`: the search rows and the LHÉO fragments, after an upgrade.

Batches of actions, each in its transaction, under the lock that a validation takes too: none is undone by
an older copy. Stopped, it begins again where it was, or from the start: it changes only what differs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from catalogue import recherche
from catalogue.lheo import fragments, profils
from catalogue.models import Action, Diffusion, FragmentLheo

LOT = 200


@dataclass
class Bilan:
    """What was done so far; `derniere` is the key of the last action done, to begin again after it."""

    derniere: int = 0
    sessions: int = 0
    changes: int = 0
    ecartes: int = 0


def rebuild(apres: int = 0) -> Iterator[Bilan]:
    """Write the rows of the actions of keys above `apres`; the balance after each batch."""
    bilan = Bilan(derniere=apres)
    apprentissage = profils.types_apprentissage()
    while _rebuild_batch(bilan, apprentissage):
        yield bilan


@transaction.atomic
def _rebuild_batch(bilan: Bilan, apprentissage: frozenset[str]) -> bool:
    en_ligne = Exists(Diffusion.objects.filter(action=OuterRef("pk")))
    actions = Action.objects.filter(en_ligne, pk__gt=bilan.derniere).order_by("pk")
    cles = list(actions.select_for_update(of=("self",)).values_list("pk", flat=True)[:LOT])
    if not cles:
        return False
    rows = list(Diffusion.objects.filter(action__in=cles).order_by("numero"))
    recherche.write(rows)
    bilan.changes += fragments.write(rows, apprentissage)
    bilan.ecartes += FragmentLheo.objects.filter(pk__in=[row.pk for row in rows]).exclude(fautes=[]).count()
    bilan.sessions += len(rows)
    bilan.derniere = cles[-1]
    return True
