"""How many sessions each feed should hold, and why the others are not in it."""

from datetime import date

from django.db.models import Count, Q

from catalogue.lheo import profils
from catalogue.models import FragmentLheo

#: Code of the counts in `Mesure`, where the worker keeps them.
MESURE = "flux"


def count(on: date) -> dict[str, int]:
    """What is online on the day `on` and not over, what is put aside of it, what each profile takes, and for
    each of `profils.EXCLUSIONS` what it keeps from France Travail. One pass over all the fragments."""
    justes, actifs = Q(fautes=[]), Q(date_fin__gte=on)
    return FragmentLheo.objects.aggregate(
        en_ligne=Count("pk", filter=actifs),
        complet=Count("pk", filter=actifs & justes),
        ecartees=Count("pk", filter=actifs & ~justes),
        france_travail=Count("pk", filter=justes & Q(exclusions=[], date_fin__gte=profils.oldest_end(on))),
        **{
            code: Count("pk", filter=actifs & justes & Q(exclusions__contains=[code]))
            for code in profils.EXCLUSIONS
        },
    )
