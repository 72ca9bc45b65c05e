"""The morning's digests: what each person chose to read once a day, and what waits for the Carif-Oref.

A digest is written in one transaction a person: stopped half-way, the others get theirs at the next pass.
"""

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from catalogue.calendrier import Calendrier
from catalogue.enums import Camp, ModeAvis, StatutAction, TypeAvis
from catalogue.models import Action, AvisEnAttente, Delais, DemandeAIF, PreferenceAvis, Site
from sofi.courriels import envoyer, lien
from sofi.models import Courriel

from .relances import announce_ends, remind

#: Local hours between which the morning's mails are written; later than the first, when the worker was off.
DEBUT, FIN = 6, 20
MODELE_EQUIPE = "resume_equipe"


def morning(now: datetime) -> dict[str, int]:
    """Write all that the morning brings, and what a stopped worker left; how many of each.

    To be called every hour: outside of the hours of `DEBUT` and `FIN`, local time, it does nothing, and what
    was written today is not written again. Reminders and the staff's digest wait for a working day.
    """
    ici = timezone.localtime(now)
    if not DEBUT <= ici.hour < FIN:
        return {}
    nombres = {}
    calendrier, delais = Calendrier.load(), Delais.current()
    if calendrier.is_open(ici.date()):
        nombres["relances"] = remind(now, delais)
        nombres["fins"] = announce_ends(now, delais)
        nombres["equipe"] = send_to_team(now, calendrier, delais)
    nombres["resumes"] = send_digests(now)
    return nombres


def send_digests(now: datetime) -> int:
    """Write each person's digest of what was kept for them before this morning; how many digests."""
    attente = AvisEnAttente.objects.filter(cree_le__lt=this_morning(now))
    people = attente.order_by("user").values_list("user", flat=True).distinct()
    return sum(_send_digest(pk, now) for pk in list(people))


@transaction.atomic
def _send_digest(user_pk: int, now: datetime) -> bool:
    person = get_user_model().objects.get(pk=user_pk)
    lignes = _take(person, now)
    if lignes:
        contexte = {"prenom": person.prenom, "avis": lignes, "url": lien("accounts:avis")}
        envoyer("resume", a=person.email, contexte=contexte)
    return bool(lignes)


def _take(person, now: datetime) -> list[dict]:
    """Remove what waits for the person's digest, and give the lines they may still read: texte, url."""
    attente = AvisEnAttente.objects.filter(user=person, cree_le__lt=this_morning(now))
    rows = list(attente.select_for_update(of=("self",), skip_locked=True).select_related("action"))
    AvisEnAttente.objects.filter(pk__in=[row.pk for row in rows]).delete()
    if not person.is_active:
        return []
    siens = set(person.rattachements.values_list("organisme", flat=True))
    return [
        {"texte": row.texte, "url": row.url}
        for row in rows
        if person.est_personnel or _organisme(row) in {None, *siens}
    ]


def _organisme(row: AvisEnAttente) -> int | None:
    """The key of the organisme a notice is about, if any."""
    return row.action.organisme_id if row.action else row.organisme_id


def this_morning(now: datetime) -> datetime:
    """The moment the day's digests stop at: what comes later is for tomorrow's."""
    return timezone.localtime(now).replace(hour=DEBUT, minute=0, second=0, microsecond=0)


def send_to_team(now: datetime, calendrier: Calendrier, delais: Delais) -> int:
    """Write the staff's digest to those who have not got today's and did not give it up; how many.

    Who has nothing waiting gets none.
    """
    sans = PreferenceAvis.objects.filter(type=TypeAvis.RESUME_EQUIPE, mode=ModeAvis.JAMAIS)
    staff = get_user_model().objects.filter(is_active=True).exclude(role_carif="")
    staff = list(staff.exclude(pk__in=sans.values("user")).order_by("pk"))
    if not staff:
        return 0
    communes = _waiting(now, calendrier, delais)
    miennes = _mine(staff)
    return sum(_send_to(person, now, communes, miennes.get(person.pk, (0, 0))) for person in staff)


@transaction.atomic
def _send_to(person, now: datetime, communes: list[str], miennes: tuple[int, int]) -> bool:
    # Two workers at once: the second waits here, then finds the first one's mail.
    get_user_model().objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    minuit = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if Courriel.objects.filter(destinataire=person.email, nom=MODELE_EQUIPE, cree_le__gte=minuit).exists():
        return False
    dossiers, messages = miennes
    lignes = [
        *_ligne(dossiers, "dossier que vous avez pris en charge", "dossiers que vous avez pris en charge"),
        *_ligne(messages, "message attend votre réponse", "messages attendent votre réponse"),
        *communes,
    ]
    if person.est_administrateur:
        abandonnes = Courriel.objects.filter(abandonne_le__isnull=False).count()
        lignes += _ligne(abandonnes, "courriel n’a pas pu partir", "courriels n’ont pas pu partir")
    recus = _take(person, now)
    if not lignes and not recus:
        return False
    contexte = {
        "prenom": person.prenom,
        "lignes": lignes,
        "avis": recus,
        "url_avis": lien("accounts:avis"),
        "url": lien("validation:file"),
    }
    envoyer(MODELE_EQUIPE, a=person.email, contexte=contexte)
    return True


def _waiting(now: datetime, calendrier: Calendrier, delais: Delais) -> list[str]:
    """What waits for the whole team, in words. Four queries, each on an index of what waits."""
    jour = timezone.localdate(now)
    limite = calendrier.latest_late(jour, delais.cible) + timedelta(days=1)
    retard = Q(soumise_le__lt=timezone.make_aware(datetime.combine(limite, datetime.min.time())))
    urgence = Q(premier_debut__lte=jour + timedelta(days=delais.urgence))
    file = Action.objects.filter(statut=StatutAction.EN_ATTENTE_VALIDATION)
    nombres = file.aggregate(
        total=Count("pk"),
        en_retard=Count("pk", filter=retard),
        urgentes=Count("pk", filter=urgence),
        libres=Count("pk", filter=Q(examinateur__isnull=True)),
    )
    sans_reponse = Action.objects.filter(reponse_due=Camp.CARIF).count()
    return [
        *_ligne(nombres["total"], "action à valider", "actions à valider"),
        *_ligne(nombres["en_retard"], "action en retard", "actions en retard"),
        *_ligne(nombres["urgentes"], "action urgente", "actions urgentes"),
        *_ligne(nombres["libres"], "action que personne n’a prise", "actions que personne n’a prises"),
        *_ligne(sans_reponse, "message d’organisme sans réponse", "messages d’organismes sans réponse"),
        *_ligne(Site.objects.a_valider().count(), "site à valider", "sites à valider"),
        *_ligne(
            DemandeAIF.objects.a_traiter().count(),
            "demande AIF hors Certifinfo à traiter",
            "demandes AIF hors Certifinfo à traiter",
        ),
    ]


def _mine(staff: list) -> dict[int, tuple[int, int]]:
    """By key of a member: how many dossiers they have taken that wait, and messages for them. One query."""
    prises = Action.objects.filter(examinateur__in=staff).filter(
        Q(statut=StatutAction.EN_ATTENTE_VALIDATION) | Q(reponse_due=Camp.CARIF)
    )
    rows = prises.values("examinateur").annotate(
        dossiers=Count("pk", filter=Q(statut=StatutAction.EN_ATTENTE_VALIDATION)),
        messages=Count("pk", filter=Q(reponse_due=Camp.CARIF)),
    )
    return {row["examinateur"]: (row["dossiers"], row["messages"]) for row in rows.order_by()}


def _ligne(nombre: int, singulier: str, pluriel: str) -> list[str]:
    """« 3 actions à valider », unless there is none."""
    return [f"{nombre} {singulier if nombre == 1 else pluriel}"] if nombre else []
