"""What the API reads: what is online today, by the keys that the public numbers hold.

Each object of an offer is told by the last published of its sessions that have not ended: that is what the
Carif-Oref validated last.
"""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone

from catalogue.api.erreurs import ParametresRefuses, PlusEnLigne
from catalogue.enums import TypeEvenement
from catalogue.models import Action, Diffusion, Evenement, Retrait
from catalogue.recherche.filtres import OffreFilter
from catalogue.recherche.suites import rows_of

#: Columns that search rows hold too.
_EN_FICHE = ("action_id", "organisme_id")


def en_ligne() -> QuerySet:
    """The published sessions that have not ended."""
    return Diffusion.objects.actives(timezone.localdate())


def fiches(params: QueryDict, conditions: dict, apres: str | None) -> QuerySet:
    """Their search rows, narrowed by the parameters of the public search in `params`, and by `conditions`.

    `conditions` are those of `Diffusion`, by lookup; `apres`, the number after which rows are wanted.
    Raises `ParametresRefuses`.
    """
    filtre = OffreFilter(params)
    if not filtre.form.is_valid():
        raise ParametresRefuses({nom: list(fautes) for nom, fautes in filtre.form.errors.items()})
    rows = rows_of(filtre).filter(**{nom: valeur for nom, valeur in conditions.items() if nom in _EN_FICHE})
    ailleurs = {lookup: valeur for lookup, valeur in conditions.items() if lookup not in _EN_FICHE}
    if ailleurs:
        # Both tables are then walked from the same place.
        ailleurs |= {"numero__gt": apres} if apres is not None else {}
        rows = rows.filter(Exists(Diffusion.objects.filter(pk=OuterRef("pk"), **ailleurs)))
    return rows


def cles_de_page(rows: QuerySet, cle: str, apres, taille: int) -> list:
    """Up to `taille` + 1 distinct values of the column `cle` of `rows`, after `apres`, in their order.

    The order is that of a key that never changes: whatever is published meanwhile, nothing is read twice, and
    nothing that stays online is left out. PostgreSQL walks the index and stops at the end of the page.
    """
    if apres is not None:
        rows = rows.filter(**{f"{cle}__gt": apres})
    return list(rows.order_by(cle).values_list(cle, flat=True).distinct()[: taille + 1])


def representants(cle: str, cles: list) -> QuerySet:
    """For each of `cles`, its last published session, in the order of `cle`. One query."""
    dernieres = (
        en_ligne().filter(**{f"{cle}__in": cles}).order_by(cle, "-modifiee_le", "numero").distinct(cle)
    )
    return Diffusion.objects.filter(numero__in=dernieres.values("numero")).order_by(cle)


def find(cle: str, valeur) -> Diffusion:
    """The session that tells the object `valeur`; raises `Http404`, or `PlusEnLigne` if it was online.

    One query, four when there is none.
    """
    if (row := representants(cle, [valeur]).first()) is not None:
        return row
    if any(rows.exists() for rows in (Diffusion.objects.filter(**{cle: valeur}), *_left(cle, valeur))):
        raise PlusEnLigne
    raise Http404


def _left(cle: str, valeur) -> Iterator[QuerySet]:
    """What left of the object `valeur`: its withdrawn sessions; of a code, or a formation, the actions that
    have another."""
    if cle == "formation_id":  # the trace knows the action only
        yield Retrait.objects.filter(action_id__in=Action.objects.filter(formation=valeur).values("pk"))
        yield _moved_online(valeur)
    elif cle == "certification_code":
        yield Retrait.objects.of_certification(valeur)
        yield Action.objects.offered_as(valeur)
    else:
        yield Retrait.objects.filter(**{cle: valeur})


def _moved_online(formation: int) -> QuerySet:
    """What the journal says of the actions that left `formation` with their code, and were online before."""
    alors = Diffusion.objects.filter(action=OuterRef("action"), publiee_le__lt=OuterRef("le"))
    depuis = Retrait.objects.filter(action_id=OuterRef("action_id"))
    return Evenement.objects.filter(
        Exists(alors) | Exists(depuis),
        type=TypeEvenement.REPLACE_CERTIFICATION,
        details__contains={"formation": formation},
    )
