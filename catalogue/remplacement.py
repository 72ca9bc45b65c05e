"""Replacing the Certifinfo code of an action: what that touches, doing it, and « J’ai pris connaissance ».

The action moves, with its sessions, to its organisme's formation on the new code; the old code stays on it.
Locks are taken on the formations by key, then on the action: `saisie` creates an action in that order too.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from catalogue import avis, instantane, journal
from catalogue.certifications.remplacements import is_live
from catalogue.enums import StatutAction, TypeEvenement
from catalogue.models import Action, Certification, DecisionAnnulable, Formation, Lot
from catalogue.permissions import Role, role_on


class RemplacementRefuse(Exception):
    """A replacement that may not happen; `str()` is the French sentence for the user.

    `code` is one of ``role``, ``inconnu`` and ``ferme`` (the new code cannot be given), ``archivee``,
    ``hors_certifinfo``, ``deja_fait``, ``perimee`` (somebody changed the action, or its code, meanwhile).
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


#: What is said when a colleague was faster.
PERIMEE = "Cette action a été modifiée depuis que vous l’avez ouverte : relisez-la avant de continuer."


@dataclass(frozen=True)
class Apercu:
    """What replacing a code would touch: `actions` carry `nb_sessions`, `nb_en_ligne` and `est_reunie`.

    And `debut` and `fin`, the first and the last day of their sessions, when there are any.

    `est_reunie`: the organisme already has a formation on the new code, which the action joins.
    """

    actions: list[Action]
    #: Whether there are more than one batch may hold: the first ones only are shown.
    est_tronque: bool

    @property
    def nb_organismes(self) -> int:
        return len({action.organisme_id for action in self.actions})

    @property
    def nb_sessions(self) -> int:
        return sum(action.nb_sessions for action in self.actions)

    @property
    def nb_en_ligne(self) -> int:
        """Sessions whose public sheet changes at once."""
        return sum(action.nb_en_ligne for action in self.actions)


def carrying(actions: QuerySet[Action], code: str) -> QuerySet[Action]:
    """Those of `actions` that carry the certification `code` and may be given another."""
    return actions.filter(formation__certification=code).exclude(statut=StatutAction.ARCHIVEE)


def preview(actions: QuerySet[Action], nouveau: str = "") -> Apercu:
    """What giving the code `nouveau` to `actions` would touch, by organisme. One query.

    At most as many actions as a batch holds: the next ones come with the next batch.
    """
    cible = Formation.objects.filter(organisme=OuterRef("organisme"), certification=nouveau)
    rows = (
        actions.select_related("organisme", "formation__certification")
        .annotate(
            nb_sessions=Count("sessions", distinct=True),
            debut=Min("sessions__date_debut"),
            fin=Max("sessions__date_fin"),
            nb_en_ligne=Count("diffusions", distinct=True),
            est_reunie=Exists(cible),
        )
        .order_by("organisme__tri", "organisme", "pk")
    )
    rows = list(rows[: Lot.MAXIMUM + 1])
    return Apercu(rows[: Lot.MAXIMUM], len(rows) > Lot.MAXIMUM)


def eligible(nouveau: str, jour) -> Certification:
    """The certification `nouveau`, if an action may be given it on the date `jour`.

    Raises `RemplacementRefuse`: ``inconnu``, or ``ferme`` when it left Certif Info or has no session left.
    """
    certification = Certification.objects.select_related("type_diplome").filter(pk=nouveau).first()
    if certification is None:
        raise RemplacementRefuse("inconnu", f"Le code Certifinfo {nouveau} n’existe pas : vérifiez-le.")
    if not is_live(certification, jour):
        raise RemplacementRefuse(
            "ferme", f"Le code Certifinfo {nouveau} n’est plus en vigueur : choisissez-en un autre."
        )
    return certification


@transaction.atomic
def replace_one(
    action_pk: int,
    nouveau: str,
    *,
    by,
    revision: int | None = None,
    ancien: str | None = None,
    prevenir: bool = True,
) -> Action:
    """Give an action the Certifinfo code `nouveau`, in the name of `by`, and return it.

    `revision` is the `Action.revision`, and `ancien` the code, that the author has read; another one is
    refused. What is online takes the new code at once, and nothing else: a draft stays a draft. The last
    decision can no longer be undone, which would put the old code back online. The organisme is told, unless
    `prevenir` is false: a batch tells everybody once, at its end. Its counter
    « dont le code Certifinfo a été remplacé » rises until `acknowledge`. Raises `RemplacementRefuse`, having
    changed nothing.
    """
    now = timezone.now()
    nouvelle = eligible(nouveau, timezone.localdate(now))
    action, ancienne, cible = _lock(action_pk, nouvelle)
    _check(action, ancienne, cible, by, revision, ancien)
    # Its formation may go away: a form that was open on it still finds where the actions are.
    details = {"ancien": ancienne.certification_id, "nouveau": nouveau, "formation": ancienne.pk}
    _move(action, ancienne, cible, now)
    journal.record(action, TypeEvenement.REPLACE_CERTIFICATION, by=by, details=details)
    if prevenir:
        avis.on_code_replaced([action], ancienne.certification, nouvelle, by)
    return action


def _lock(action_pk: int, nouvelle: Certification) -> tuple[Action, Formation | None, Formation | None]:
    """Lock the formation the action leaves, the one it joins (made when missing), then the action.

    Two people who make the same formation: the second waits, then finds it. A formation deleted while we
    waited is ``None``.
    """
    vue = Action.objects.only("formation_id", "organisme_id").get(pk=action_pk)
    Formation.objects.bulk_create(
        [Formation(organisme_id=vue.organisme_id, certification=nouvelle)], ignore_conflicts=True
    )
    formations = (
        Formation.objects.select_for_update(of=("self",))
        .select_related("certification")
        .filter(Q(pk=vue.formation_id) | Q(organisme=vue.organisme_id, certification=nouvelle))
        .order_by("pk")
    )
    formations = {formation.pk: formation for formation in formations}
    cible = next((f for f in formations.values() if f.certification_id == nouvelle.pk), None)
    action = Action.objects.select_for_update(of=("self",)).get(pk=action_pk)
    return action, formations.get(action.formation_id), cible


def _check(
    action: Action,
    ancienne: Formation | None,
    cible: Formation | None,
    by,
    revision: int | None,
    ancien: str | None,
) -> None:
    """Raise `RemplacementRefuse` unless the locked action may be given the code of `cible` now."""
    if role_on(by, action) is not Role.VALIDEUR:
        raise RemplacementRefuse("role", "Seul un valideur du Carif-Oref remplace un code Certifinfo.")
    if action.statut == StatutAction.ARCHIVEE:
        raise RemplacementRefuse("archivee", "Cette action est archivée : son code ne change plus.")
    if cible is not None and action.formation_id == cible.pk:
        raise RemplacementRefuse(
            "deja_fait", f"C’est déjà fait : cette action porte le code {cible.certification_id}."
        )
    if ancienne is None or cible is None:
        raise RemplacementRefuse("perimee", PERIMEE)
    if ancienne.certification_id is None:
        raise RemplacementRefuse("hors_certifinfo", "Cette action n’a pas de code Certifinfo à remplacer.")
    if ancien is not None and ancien != ancienne.certification_id:
        raise RemplacementRefuse(
            "perimee", f"Cette action porte maintenant le code {ancienne.certification_id} : relisez-la."
        )
    if revision is not None and revision != action.revision:
        raise RemplacementRefuse("perimee", PERIMEE)


def _move(action: Action, ancienne: Formation, cible: Formation, now: datetime) -> None:
    """Move a locked action, with what is online of it, from a locked formation to another."""
    action.formation = cible
    action.certification_precedente = ancienne.certification_id
    action.certification_remplacee_le = now
    action.revision += 1
    action.save(
        update_fields=["formation", "certification_precedente", "certification_remplacee_le", "revision"]
    )
    DecisionAnnulable.objects.filter(action=action).delete()
    instantane.replace_certification(action, now)
    if _is_empty(ancienne):
        ancienne.delete()


def _is_empty(formation: Formation) -> bool:
    return not formation.actions.exists()


@transaction.atomic
def acknowledge(action_pk: int, code: str, *, by) -> Action:
    """« J’ai pris connaissance »: the organisme has read that its action now carries `code`.

    The counter falls, the old code stays on the action. Doing it again changes nothing. Raises
    `RemplacementRefuse`, ``role``, or ``perimee`` when the code was replaced again meanwhile.
    """
    action = Action.objects.select_for_update(of=("self",)).select_related("formation").get(pk=action_pk)
    if role_on(by, action) is not Role.OF:
        raise RemplacementRefuse("role", "Seul l’organisme dit qu’il a pris connaissance du nouveau code.")
    actuel = action.formation.certification_id
    if code != actuel:
        raise RemplacementRefuse(
            "perimee", f"Le code de cette action est maintenant {actuel} : relisez-la avant de continuer."
        )
    if action.certification_remplacee_le is not None:
        action.certification_remplacee_le = None
        action.save(update_fields=["certification_remplacee_le"])
        details = {"ancien": action.certification_precedente, "nouveau": code}
        journal.record(action, TypeEvenement.ACKNOWLEDGE_CODE, by=by, details=details)
    return action
