"""The bugs that are sown, one at a time: where, under which name, and what stands there instead."""

from datetime import timedelta
from uuid import uuid4

from accounts.models import User
from catalogue import (
    annulation,
    attribution,
    avis,
    completude,
    fil,
    instantane,
    journal,
    points,
    recherche,
    remplacement,
    saisie,
    workflow,
)
from catalogue.avis import envoi, relances, resumes
from catalogue.lheo import fragments
from catalogue.models import Action, AvisEnAttente, Demande, Diffusion, Retrait, Session
from catalogue.models.diffusion import DiffusionQuerySet
from catalogue.models.scope import ScopedQuerySet
from catalogue.permissions import Role
from sofi.courriels import envoyer
from tests.etats import invariants

apply, record, assign, update = workflow.apply, journal.record, attribution.assign, saisie.update
publish, count, remind, take = instantane.publish, invariants.count, resumes.remind, resumes._take
build, notify, withdraw, team = fragments.build_all, envoi.notify, instantane._withdraw, envoi.team
stamp, on_codes, post = workflow._stamp, avis.on_code_replaced, fil.post


def nothing(*_, **__):
    """What a forgotten line does."""


def leak(row, champs, version, *, by):
    """An edit that shows at once."""
    saved = update(row, champs, version, by=by)
    for ligne in Diffusion.objects.filter(action=saisie.action_of(saved)):
        ligne.contenu["session"]["places_disponibles"] = 1
        ligne.save()
    return saved


def keep_holder(action, transition, now):
    """A decision that leaves the dossier on somebody's desk."""
    holder, since = action.examinateur, action.prise_le
    stamp(action, transition, now)
    action.examinateur, action.prise_le = holder, since


def half_online(action, now):
    """One session of the action does not go online."""
    publish(action, now)
    if action.diffusions.count() > 1:
        action.diffusions.first().delete()


def forget_the_acknowledgement(action_pk, code, *, by):
    return Action.objects.get(pk=action_pk)


def by_a_colleague(action, type_, *, by, **suite):
    """A line in the name of somebody else of the same side."""
    memes = User.objects.filter(role_carif=by.role_carif).exclude(pk=by.pk)
    if not by.role_carif:
        memes = memes.filter(rattachements__organisme=action.organisme_id)
    return record(action, type_, by=memes.first() or by, **suite)


def third_reminder(now, delais):
    """One more, a month after the question."""
    for demande in Demande.objects.ouvertes().filter(relances=2):
        if (now - demande.posee_le).days >= 30:
            for person in envoi.team(demande.action.organisme_id):
                contexte = {
                    "numero": demande.action_id,
                    "intitule": demande.action.intitule,
                    "organisme": demande.action.organisme.nom,
                    "posee_le": demande.posee_le,
                    "texte": demande.question,
                    "points": [],
                    "est_derniere": True,
                    "url": "https://exemple.fr/",
                }
                envoyer("question_relance", a=person.email, contexte=contexte)
    return remind(now, delais)


def at_once(person, type_avis, modele, contexte, action, organisme):
    """A digest was chosen: a mail leaves all the same."""
    envoyer(modele, a=person.email, contexte=contexte)


def kept_after_the_digest(person, now):
    """What a digest told is told again by the next one."""
    rows = list(AvisEnAttente.objects.filter(user=person))
    lignes = take(person, now)
    lus = rows[: len(lignes)]
    AvisEnAttente.objects.bulk_create(lus)
    return lignes


def without_its_reason(people, type_avis, modele, contexte, **suite):
    """The mail of a refusal that does not say why."""
    notify(people, type_avis, modele, contexte | {"texte": "Voir SOFI."}, **suite)


def broken_xml(fiches, **suite):
    """Fragments that the schema refuses, and that nobody put aside."""
    return [(xml.replace("objectif-formation>", "objectif>"), []) for xml, _ in build(fiches, **suite)]


def gone_without_a_trace(action, diffusions, motif, now):
    """Partners never learn that a session is withdrawn."""
    withdraw(action, diffusions, motif, now)
    Retrait.objects.filter(action_id=action.pk).delete()


def one_mail_an_action(actions, ancien, nouveau, by):
    """A batch that writes as many mails as it replaced codes."""
    for action in actions:
        on_codes([action], ancien, nouveau, by)


def managers_only(organisme, roles=("gestionnaire",), *, but=None):
    """Those who type without managing are forgotten."""
    return team(organisme, ("gestionnaire",), but=but)


def announced_again(jour, delais):
    """The sessions that end soon, told already or not."""
    bientot = jour + timedelta(days=delais.fin_session)
    return Session.objects.actives(jour).filter(date_fin__lte=bientot)


BOGUES = {
    "anybody decides": (workflow, "role_on", lambda *_: Role.VALIDEUR),
    "an old page decides": (workflow, "apply", lambda *a, revision=None, **k: apply(*a, **k)),
    "the incomplete is sent": (completude, "blocking", lambda *_: []),
    "nothing goes online": (instantane, "publish", nothing),
    "a session stays behind": (instantane, "publish", half_online),
    "the archived stays online": (instantane, "withdraw", nothing),
    "what was sent is typed over": (saisie, "_check_open", nothing),
    "an edit shows at once": (saisie, "update", leak),
    "an edit leaves the revision": (saisie, "_touch", nothing),
    "a line is written twice": (journal, "record", lambda *a, **k: record(*a, **k) and record(*a, **k)),
    "a line bears another name": (journal, "record", by_a_colleague),
    "nobody is told": (avis, "on_transition", nothing),
    "a mail is sent twice": (
        avis,
        "on_transition",
        lambda *a, **k: [avis.evenements.on_transition(*a, **k) for _ in "ab"],
    ),
    "the reason is not in the mail": (avis.evenements, "notify", without_its_reason),
    "only managers are told": (relances, "team", managers_only),
    "a third reminder": (resumes, "remind", third_reminder),
    "the preference is ignored": (envoi, "keep", at_once),
    "the digest is sent twice": (resumes, "_take", kept_after_the_digest),
    "a mail an action, not a person": (avis, "on_code_replaced", one_mail_an_action),
    "an end is announced each morning": (relances, "_ending", announced_again),
    "a message sent twice is two": (fil, "post", lambda *a, jeton, **k: post(*a, jeton=uuid4(), **k)),
    "undone the next day": (annulation, "obstacle", lambda *_: ""),
    "undone, still online": (instantane, "put", nothing),
    "anybody ticks": (points, "_check", nothing),
    "answered before the corrections": (workflow, "still_open", lambda *_: False),
    "taken from a colleague": (attribution, "claim", lambda pk, *, by: assign(pk, to=by.pk, by=by)),
    "decided, still on a desk": (workflow, "_stamp", keep_holder),
    "the old code stays online": (instantane, "replace_certification", nothing),
    "read, and still to read": (remplacement, "acknowledge", forget_the_acknowledgement),
    "an ended code is given": (remplacement, "is_live", lambda *_: True),
    "online, and not searched": (recherche, "write", nothing),
    "online, and invalid": (fragments, "build_all", broken_xml),
    "withdrawn without a trace": (instantane, "_withdraw", gone_without_a_trace),
    "published from a closed place": (workflow, "_check_sites", nothing),
    "everybody sees everything": (ScopedQuerySet, "visible_to", lambda self, _: self.all()),
    "gone a day too soon": (DiffusionQuerySet, "actives", lambda self, on: self.filter(date_fin__gt=on)),
    "a counter is wrong": (invariants, "count", lambda user: {k: v + 1 for k, v in count(user).items()}),
}
