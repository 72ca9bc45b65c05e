"""Warnings that the Carif-Oref lets pass, with the reason (`catalogue.completude`).

A waiver holds for one sentence: when what was typed changes, the sentence does, and the warning is back.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from catalogue import completude, journal
from catalogue.completude import Constat, Poids
from catalogue.enums import TypeEvenement
from catalogue.models import Action, Derogation


class DerogationRefusee(Exception):
    """A warning that may not be waived; `str()` is the French sentence for the user.

    `code` is ``role``, ``motif`` (none given, or too long a one) or ``constat`` (no such warning any more).
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@transaction.atomic
def waive(action_pk: int, cle: str, motif: str, *, by) -> Derogation:
    """Let the present warning `cle` (`Constat.cle`) of an action pass, for the reason `motif`.

    Asked twice, it is done and journalled once: the first reason stays. Raises `DerogationRefusee`.
    """
    motif = motif.replace("\0", "").strip()  # no keyboard types a NUL, PostgreSQL refuses it
    action = _lock(action_pk, by)
    if not motif:
        raise DerogationRefusee(
            "motif", "Écrivez pourquoi vous écartez cet avertissement\u00a0: vos collègues le liront."
        )
    maximum = Derogation._meta.get_field("motif").max_length
    if len(motif) > maximum:
        raise DerogationRefusee("motif", f"Le motif dépasse {maximum} caractères\u00a0: raccourcissez-le.")
    constat = _warning(action_pk, cle)
    quoi = {"code": constat.code, "etape": constat.etape, "objet_pk": constat.pk}
    ancienne = _standing(action, quoi)
    if ancienne and ancienne.message == constat.message:
        return ancienne
    derogation, _ = Derogation.objects.update_or_create(
        action=action,
        **quoi,
        defaults={"message": constat.message, "motif": motif, "par": by, "le": timezone.now()},
    )
    details = {"code": constat.code, "message": constat.message}
    journal.record(action, TypeEvenement.WAIVE, by=by, texte=motif, details=details)
    return derogation


@transaction.atomic
def unwaive(action_pk: int, cle: str, *, by) -> bool:
    """Bring the warning `cle` of an action back; return whether it was waived. Raises `DerogationRefusee`."""
    action = _lock(action_pk, by)
    code, etape, pk = _parse(cle)
    derogation = _standing(action, {"code": code, "etape": etape, "objet_pk": pk})
    if derogation is None:
        return False
    derogation.delete()
    details = {"code": code, "message": derogation.message}
    journal.record(action, TypeEvenement.UNWAIVE, by=by, details=details)
    return True


def split(
    constats: Iterable[Constat], derogations: Iterable[Derogation]
) -> tuple[list[Constat], list[tuple[Constat, Derogation]]]:
    """The findings that stand, and the warnings let pass, each with its waiver. No query."""
    par_message = {(d.code, d.etape, d.objet_pk, d.message): d for d in derogations}
    vifs, ecartes = [], []
    for constat in constats:
        derogation = par_message.get((constat.code, constat.etape, constat.pk, constat.message))
        if derogation and constat.poids is Poids.AVERTISSEMENT:
            ecartes.append((constat, derogation))
        else:
            vifs.append(constat)
    return vifs, ecartes


def _lock(pk: int, by) -> Action:
    """The action, locked until the end of the transaction, if `by` is of the Carif-Oref, acting as such."""
    action = Action.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=pk).first()
    if action is None or not (by.is_active and by.est_carif):
        raise DerogationRefusee("role", "Seul le Carif-Oref peut écarter un avertissement.")
    return action


def _standing(action: Action, quoi: dict) -> Derogation | None:
    """The waiver of the finding `quoi`, whatever its sentence was."""
    return Derogation.objects.filter(action=action, **quoi).first()


def _warning(action_pk: int, cle: str) -> Constat:
    """The warning `cle` among what is found now."""
    tree = Action.objects.with_tree().get(pk=action_pk)
    trouves = {c.cle: c for c in completude.findings(tree) if c.poids is Poids.AVERTISSEMENT}
    if cle not in trouves:
        raise DerogationRefusee(
            "constat",
            "Cet avertissement n’existe plus\u00a0: l’action a changé entre-temps, relisez-la.",
        )
    return trouves[cle]


def _parse(cle: str) -> tuple[str, str, int]:
    """The three parts of a `Constat.cle`."""
    code, _, reste = cle.partition(":")
    etape, _, pk = reste.partition(":")
    if "\0" in cle or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        raise DerogationRefusee("constat", "Cet avertissement n’existe pas\u00a0: relisez la page.")
    return code, etape, int(pk)
