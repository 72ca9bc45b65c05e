"""Long random stories of one action: whatever people do, in whatever order, the invariants hold."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue import saisie, workflow
from catalogue.enums import STATUTS_MODIFIABLES, StatutAction
from catalogue.models import Action, Demande, Diffusion, Evenement, Session
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
STEPS = 40
TRANSITIONS = list(workflow.TRANSITIONS)


class Story:
    """One action, the people around it, and what has been seen of it so far."""

    def __init__(self, seed):
        self.dice = random.Random(seed)  # noqa: S311 - a story to tell again, not a secret
        self.pk = ActionFactory(complete=True).pk
        organisme = self.action.organisme
        self.people = [
            UserFactory(organisme=organisme),
            UserFactory(valideur=True),
            UserFactory(organisme=organisme, organisme__role="lecture"),
        ]
        self.given = {}
        self.online_before = {}
        self.gone = set()

    @property
    def action(self):
        return Action.objects.get(pk=self.pk)

    def step(self):
        """One act of somebody; whether it was accepted."""
        acts = [self.transition] * 9 + [self.edit, self.add_session, self.delete_session]
        try:
            return self.dice.choice(acts)(self.dice.choice(self.people)) is not None
        except (workflow.TransitionRefusee, saisie.SaisieRefusee):
            return False

    def transition(self, by):
        sensible = [t.name for t in workflow.available(self.action, workflow.role_on(by, self.action))]
        if "archive" in sensible and self.dice.random() < 0.8:
            sensible.remove("archive")
        name = self.dice.choice(sensible if sensible and self.dice.random() < 0.8 else TRANSITIONS)
        revision = self.action.revision - (self.dice.random() < 0.1)
        return workflow.apply(
            self.pk, name, by=by, revision=revision, texte=self.dice.choice(["", *["Un mot"] * 5])
        )

    def edit(self, by):
        row = self.dice.choice([self.action, *self.action.sessions.all()])
        champ = "duree_centre" if isinstance(row, Action) else "capacite"
        before = getattr(row, champ)
        setattr(row, champ, self.dice.randint(20, 25))
        changed = getattr(row, champ) != before
        saisie.update(row, [champ], row.version, by=by)
        return row if changed else None

    def add_session(self, by):
        debut = timezone.localdate() + timedelta(days=self.dice.randint(1, 300))
        session = SessionFactory.build(
            action=self.action,
            organisme=self.action.organisme,
            site_lieu=self.action.site_dispensateur,
            date_debut=debut,
            date_fin=debut + timedelta(days=180),
        )
        row, _ = saisie.create(session, session.jeton, by=by)
        if self.dice.random() < 0.95:
            DispositifFactory(session=row)
        return row

    def delete_session(self, by):
        session = self.dice.choice([None, *self.action.sessions.all()])
        if session is None:
            return None
        numero = session.numero
        saisie.delete(session, by=by)
        if numero:
            self.gone.add(numero)
        return session


def online(action):
    return {row["numero"]: row for row in Diffusion.objects.filter(action=action).values()}


def sheets(rows):
    """What the public reads: a deleted session stays online, without its row."""
    return {numero: row | {"session_id": None} for numero, row in rows.items()}


def check(story, before, accepted):
    """The invariants, after one act."""
    old, old_online, old_lines = before
    action = story.action
    new_lines = list(Evenement.objects.filter(action=action, pk__gt=old_lines).order_by("pk"))
    assert len(new_lines) == accepted
    assert action.revision == old.revision + accepted
    line = new_lines[0] if new_lines else None
    if line:
        assert (line.revision, line.statut_apres) == (action.revision, action.statut)

    now_online = online(action)
    if line and line.type in {"approve", "refuse"}:
        story.online_before = old_online
    if line is None or line.type not in {"approve", "archive"}:
        undone = line and line.type == "undo"
        assert sheets(now_online) == sheets(story.online_before if undone else old_online)
    if action.statut == StatutAction.VALIDEE:
        assert set(now_online) == set(action.sessions.values_list("numero", flat=True))
        assert {row["revision"] for row in now_online.values()} == {action.revision}
    if action.statut == StatutAction.ARCHIVEE:
        assert now_online == {}
    if line and line.type in {"creation", "modification", "suppression"}:
        corrected = line.type == "modification" and line.auteur.est_valideur
        waiting = {StatutAction.EN_ATTENTE_VALIDATION} if corrected else set()
        assert old.statut in {*STATUTS_MODIFIABLES, *waiting}

    open_questions = Demande.objects.filter(action=action).ouvertes().count()
    assert open_questions == (action.statut == StatutAction.EN_ATTENTE_REPONSE)

    for pk, numero in Session.objects.exclude(numero=None).values_list("pk", "numero"):
        assert story.given.setdefault(numero, pk) == pk
        assert numero not in story.gone


@pytest.mark.parametrize("seed", range(25))
def test_whatever_people_do(seed):
    story = Story(seed)

    for _ in range(STEPS):
        last = Evenement.objects.filter(action=story.pk).order_by("-pk").values_list("pk", flat=True).first()
        before = story.action, online(story.pk), last or 0
        check(story, before, story.step())
