"""Writing anew what follows from `Diffusion`: the search rows and the LHÉO fragments, after an upgrade.

Batches of actions, each in its transaction, under the lock that a validation takes too: none is undone by
an older copy. Stopped, it begins again where it was, or from the start: it changes only what differs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Mod

from catalogue import recherche
from catalogue.lheo import fragments, profils
from catalogue.lheo.fragment import Redacteur
from catalogue.models import Action, Diffusion, FragmentLheo

LOT = 20
#: All actions.
ENTIER = (1, 1)


@dataclass
class Bilan:
    """What was done so far; `derniere` is the key of the last action done, to begin again after it."""

    derniere: int = 0
    sessions: int = 0
    changes: int = 0
    ecartes: int = 0


def rebuild(apres: int = 0, part: tuple[int, int] = ENTIER) -> Iterator[Bilan]:
    """Write the rows of the actions of keys above `apres`; the balance after each batch.

    `part` is which of how many: the parts, as large as one another, may be written side by side.
    """
    bilan = Bilan(derniere=apres)
    types, redacteur = profils.types_exclus(), Redacteur()
    while _rebuild_batch(bilan, part, redacteur, types):
        yield bilan


@transaction.atomic
def _rebuild_batch(bilan: Bilan, part: tuple[int, int], redacteur: Redacteur, types: profils.Types) -> bool:
    en_ligne = Exists(Diffusion.objects.filter(action=OuterRef("pk")))
    actions = Action.objects.filter(en_ligne, pk__gt=bilan.derniere).order_by("pk")
    if part != ENTIER:
        rang, nombre = part
        actions = actions.alias(reste=Mod(F("pk"), nombre)).filter(reste=rang - 1)
    cles = list(actions.select_for_update(of=("self",)).values_list("pk", flat=True)[:LOT])
    if not cles:
        return False
    recherche.write(list(Diffusion.objects.filter(action__in=cles).order_by("numero")))
    sessions, changes = fragments.rewrite(cles, redacteur, types)
    ecartes = FragmentLheo.objects.filter(diffusion__action__in=cles).exclude(fautes=[])
    bilan.ecartes += ecartes.count()
    bilan.sessions += sessions
    bilan.changes += changes
    bilan.derniere = cles[-1]
    return True
