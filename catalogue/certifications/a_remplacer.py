"""The codes that are no longer to be used and that actions still carry."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalogue.enums import StatutAction
from catalogue.models import Action, Certification, Remplacement


def conditions(annee: int) -> dict[str, Q]:
    """What makes a code one to replace in the year `annee`; each code is in one situation only."""
    retiree, terminee = Q(retiree_le__isnull=False), Q(annee_derniere_session__lt=annee)
    remplacee = Q(Exists(Remplacement.objects.filter(ancien_code=OuterRef("pk"))))
    # `NOT (NULL < 2027)` would be unknown: a code without last year is not ended.
    en_vigueur = Q(retiree_le__isnull=True) & (
        Q(annee_derniere_session__isnull=True) | Q(annee_derniere_session__gte=annee)
    )
    return {"retiree": retiree, "terminee": ~retiree & terminee, "remplacee": en_vigueur & remplacee}


def codes_to_replace(annee: int) -> QuerySet[Certification]:
    """The codes that left Certif Info, ended or were replaced, and that actions still carry."""
    actions = Action.objects.filter(formation__certification=OuterRef("pk"))
    situations = conditions(annee)
    return Certification.objects.filter(
        situations["retiree"] | situations["terminee"] | situations["remplacee"],
        Exists(actions.exclude(statut=StatutAction.ARCHIVEE)),
    )
