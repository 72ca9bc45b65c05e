"""Who asks for a transition, what each gets of it, and an action in each state."""

from django.utils import timezone

from accounts.models import RoleCarif
from catalogue import annulation, journal
from catalogue.enums import RoleOrganisme
from catalogue.models import Demande
from tests.factories import ActionFactory, OrganismeFactory, UserFactory

STATES = ["en_saisie", "en_attente_validation", "en_attente_reponse", "validee", "refusee", "archivee"]
#: What each side gets: the new state, or the code of the refusal. One column per state, in their order.
ORGANISME = {
    "submit": "en_attente_validation statut statut statut statut statut",
    "withdraw": "statut en_saisie statut statut statut statut",
    "request_changes": "role role role role role role",
    "answer": "statut statut en_attente_validation statut statut statut",
    "cancel_question": "role role role role role role",
    "approve": "role role role role role role",
    "refuse": "role role role role role role",
    "undo": "role role role role role role",
    "reopen": "statut statut statut en_saisie en_saisie statut",
    "archive": "archivee archivee archivee archivee archivee statut",
    "restore": "statut statut statut statut statut en_saisie",
}
CARIF = {
    "submit": "en_attente_validation statut statut statut statut statut",
    "withdraw": "role role role role role role",
    "request_changes": "statut en_attente_reponse statut statut statut statut",
    "answer": "role role role role role role",
    "cancel_question": "statut statut en_attente_validation statut statut statut",
    "approve": "statut validee statut statut statut statut",
    "refuse": "statut refusee statut statut statut statut",
    "undo": "statut statut statut en_attente_validation en_attente_validation statut",
    "reopen": "statut statut statut en_saisie en_saisie statut",
    "archive": "archivee archivee archivee archivee archivee statut",
    "restore": "statut statut statut statut statut en_saisie",
}
AGENT = CARIF | dict.fromkeys(("approve", "refuse", "undo"), "role role role role role role")
NOBODY = dict.fromkeys(ORGANISME, "role role role role role role")


def gestionnaire(organisme):
    return UserFactory(organisme=organisme)


def saisie(organisme):
    return UserFactory(organisme=organisme, organisme__role=RoleOrganisme.SAISIE)


def lecture(organisme):
    return UserFactory(organisme=organisme, organisme__role=RoleOrganisme.LECTURE)


def autre_organisme(_):
    return UserFactory(organisme=OrganismeFactory())


def sans_organisme(_):
    return UserFactory()


def organisme_desactive(organisme):
    return UserFactory(organisme=organisme, is_active=False)


def agent(_):
    return UserFactory(role_carif=RoleCarif.AGENT)


def agent_dans_l_espace(organisme):
    person = UserFactory(role_carif=RoleCarif.AGENT)
    person.work_for(organisme.pk)
    return person


def administrateur_dans_un_autre_espace(_):
    person = UserFactory(role_carif=RoleCarif.ADMINISTRATEUR)
    person.work_for(OrganismeFactory().pk)
    return person


def valideur(_):
    return UserFactory(role_carif=RoleCarif.VALIDEUR)


def administrateur(_):
    return UserFactory(role_carif=RoleCarif.ADMINISTRATEUR)


def agent_desactive(_):
    return UserFactory(valideur=True, is_active=False)


PERSONS = {
    gestionnaire: ORGANISME,
    saisie: ORGANISME,
    lecture: NOBODY,
    autre_organisme: NOBODY,
    sans_organisme: NOBODY,
    organisme_desactive: NOBODY,
    agent: AGENT,
    agent_dans_l_espace: ORGANISME,
    administrateur_dans_un_autre_espace: NOBODY,
    valideur: CARIF,
    administrateur: CARIF,
    agent_desactive: NOBODY,
}
TRAITS = {
    "en_attente_validation": "attente",
    "en_attente_reponse": "question",
    "validee": "validee",
    "refusee": "refusee",
    "archivee": "archivee",
}


def action_in(state):
    """A complete action in `state`, with the open question or the fresh decision that its state implies."""
    action = ActionFactory(complete=True, **({TRAITS[state]: True} if state in TRAITS else {}))
    if state == "en_attente_reponse":
        Demande.objects.create(action=action, question="Quelle durée ?", posee_par=UserFactory(valideur=True))
    if state in {"validee", "refusee"}:
        decide(action)
    return action


def decide(action, le=None):
    """The journal line of the last decision on `action`, which may be undone."""
    line = journal.record(action, "approve", by=UserFactory(valideur=True), delai_ouvre=0)
    before = annulation.photograph(action, "approve")
    annulation.keep(line, before, le or timezone.now())
