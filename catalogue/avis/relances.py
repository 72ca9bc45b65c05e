"""What leaves because time has passed: reminders of a question, sessions that end soon.

Both are told on days the Carif-Oref works, so that somebody can be called. What was told is written in the
transaction of its mail: stopped half-way and started again, nothing is told twice.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from catalogue.enums import TypeAvis
from catalogue.models import Action, Delais, Demande, Organisme, Session
from catalogue.models.session import is_followed
from sofi.courriels import lien
from sofi.typographie import NBSP, date_longue

from .envoi import notify, team
from .points import points_of


def remind(now: datetime, delais: Delais) -> int:
    """Remind the organismes of the questions left without an answer; how many reminders were written.

    Twice at most, `delais.premiere_relance` then `delais.seconde_relance` days after the question. A first
    reminder that is as late as the second is the last one.
    """
    jour = timezone.localdate(now)
    dues = [
        (row.pk, row.action_id)
        for row in Demande.objects.ouvertes().filter(relances__lt=2).order_by("pk")
        if _rank(row, jour, delais) > row.relances
    ]
    return sum(_remind_one(pk, action_pk, jour, delais) for pk, action_pk in dues)


def _rank(demande: Demande, jour: date, delais: Delais) -> int:
    """How many reminders of `demande` are due on `jour`: 0, 1 or 2."""
    age = (jour - timezone.localdate(demande.posee_le)).days
    return (age >= delais.premiere_relance) + (age >= delais.seconde_relance)


@transaction.atomic
def _remind_one(pk: int, action_pk: int, jour: date, delais: Delais) -> bool:
    # The action first, as every transition does: an answer that comes now waits, or has closed the question.
    actions = Action.objects.select_for_update(of=("self",)).select_related(
        "organisme", "formation__certification"
    )
    action = actions.get(pk=action_pk)
    demande = Demande.objects.ouvertes().filter(pk=pk).first()
    if demande is None or (rank := _rank(demande, jour, delais)) <= demande.relances:
        return False
    demande.relances = rank
    demande.save(update_fields=["relances"])
    contexte = {
        "numero": action.pk,
        "intitule": action.intitule,
        "organisme": action.organisme.nom,
        "posee_le": demande.posee_le,
        "texte": demande.question,
        "points": points_of(action),
        "est_derniere": rank == 2,
        "url": lien("tunnel:recapitulatif", pk=action.pk),
    }
    notify(team(action.organisme_id), TypeAvis.QUESTION, "question_relance", contexte, action=action)
    return True


def announce_ends(now: datetime, delais: Delais) -> int:
    """Tell each organisme, in one mail, its sessions that end within `delais.fin_session` days; how many.

    Once for an end date: a session whose end is put off is told again when the new one comes. None that is
    followed by another: nothing is to be done.
    """
    jour = timezone.localdate(now)
    a_annoncer = _ending(jour, delais)
    organismes = a_annoncer.order_by("organisme").values_list("organisme", flat=True).distinct()
    return sum(_announce(organisme, jour, delais) for organisme in list(organismes))


def _ending(jour: date, delais: Delais) -> QuerySet[Session]:
    """The sessions to announce on `jour`: those that are not followed by another, which is to be typed."""
    limite = jour + timedelta(days=delais.fin_session + 1)
    bientot = Session.objects.actives(jour).filter(~is_followed(limite), date_fin__lt=limite)
    return bientot.filter(Q(fin_annoncee__isnull=True) | ~Q(fin_annoncee=F("date_fin")))


@transaction.atomic
def _announce(organisme: int, jour: date, delais: Delais) -> int:
    rows = _ending(jour, delais).filter(organisme=organisme).order_by("date_fin", "pk")
    rows = rows.select_related("action__formation__certification", "site_lieu")
    # A session somebody is saving is left for the next pass: whoever types waits for nobody.
    sessions = list(rows.select_for_update(of=("self",), skip_locked=True))
    if not sessions:
        return 0
    for session in sessions:
        session.fin_annoncee = session.date_fin
    Session.objects.bulk_update(sessions, ["fin_annoncee"])
    contexte = {
        "organisme": Organisme.objects.get(pk=organisme).nom,
        "lignes": [_ligne(session) for session in sessions],
        "url": f"{lien('tableau_de_bord:session_list')}?etat=sans_suite",
    }
    notify(team(organisme), TypeAvis.FIN_SESSION, "sessions_finissent", contexte, organisme=organisme)
    return len(sessions)


def _ligne(session: Session) -> str:
    """« 52_000123 : CAP Cuisine, à Nantes, se termine le 31 mars 2027 »."""
    lieu = f", à {session.site_lieu.ville}" if session.site_lieu else ""
    fin = date_longue(session.date_fin)
    return f"{session.numero}{NBSP}: {session.action.intitule}{lieu}, se termine le {fin}"
