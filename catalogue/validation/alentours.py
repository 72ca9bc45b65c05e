"""What happened to an action, as its dossier tells it: journal, questions, reports, notes, sisters."""

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, prefetch_related_objects

from catalogue import historique, points
from catalogue.enums import Audience, StatutAction, TypeEvenement
from catalogue.models import (
    Action,
    Demande,
    Derogation,
    Diffusion,
    Evenement,
    NoteInterne,
    PointDemande,
    Session,
    Signalement,
)
from sofi.preparees import Lecture
from sofi.typographie import date_longue

#: The dossier shows the latest lines of the journal; all of them are on the page of the history.
MAX_EVENEMENTS = 50
#: How many of the organisme's other actions on the same formation are shown.
MAX_SOEURS = 20
#: How many reports of visitors are shown.
MAX_SIGNALEMENTS = 5

#: Of one action, its key. Each is longer to write and to plan than to answer, and a dossier reads them all.
JOURNAL = Lecture(lambda cle: Evenement.objects.filter(action=cle).select_related("auteur")[:MAX_EVENEMENTS])
DEMANDES = Lecture(lambda cle: Demande.objects.filter(action=cle).select_related("posee_par", "repondue_par"))
SIGNALEMENTS = Lecture(
    lambda cle: (
        Signalement.objects.ouverts().filter(action=cle).order_by("cree_le", "pk")[: MAX_SIGNALEMENTS + 1]
    )
)
NOTES = Lecture(lambda cle: NoteInterne.objects.filter(action=cle).select_related("auteur"))


def _presences(action: int) -> QuerySet[Action]:
    """An action with whether it has each of what few have."""
    siens = {"action": OuterRef("pk")}
    corrections = Evenement.objects.filter(**siens, type=TypeEvenement.MODIFICATION, par_carif=True)
    rares = {
        "derogations": Derogation.objects.filter(**siens),
        "diffusions": Diffusion.objects.filter(**siens),
        "corrections": corrections.filter(pour_organisme=False),
        "demandes": Demande.objects.filter(**siens),
        "signalements": Signalement.objects.ouverts().filter(**siens),
        "notes": NoteInterne.objects.filter(**siens),
    }
    existent = {f"a_{nom}": Exists(rows) for nom, rows in rares.items()}
    return Action.objects.filter(pk=action).only("pk").annotate(**existent)


PRESENCES = Lecture(_presences)


def presences(action: Action) -> Action:
    """Which of what few actions have is there to be read: `a_derogations`, `a_diffusions`, `a_corrections`,
    `a_demandes`, `a_signalements`, `a_notes`. One query, which spares the six of an action sent for the
    first time.
    """
    [row] = PRESENCES.rows(action.pk)
    return row


def history(action: Action) -> list[dict]:
    """The journal as the staff read it, the latest first. One query."""
    evenements = JOURNAL.rows(action.pk)
    for evenement in evenements:
        evenement.action = action  # whose organisme somebody acted for
    return [historique.describe(evenement) for evenement in evenements]


def questions(action: Action) -> list[dict]:
    """The questions, the latest first, with their points. Two queries."""
    demandes = DEMANDES.rows(action.pk)
    prefetch_related_objects(demandes, "points")
    return [
        {"demande": demande, "points": [_point(action, point) for point in demande.points.all()]}
        for demande in demandes
    ]


def _point(action: Action, point: PointDemande) -> dict:
    return {
        "libelle": points.libelle(action, point),
        "cause": point.get_cause_display(),
        "texte": point.texte,
        "est_corrige": point.corrige_le is not None,
    }


def reports(action: Action) -> list:
    """What visitors said is wrong on its public sheets, and nobody answered; the oldest first. One query.

    One more than `MAX_SIGNALEMENTS` when there are others.
    """
    return SIGNALEMENTS.rows(action.pk)


def notes(action: Action) -> list:
    """The staff's notes, the latest first. One query."""
    return NOTES.rows(action.pk)


def sisters(action: Action) -> list[dict]:
    """The organisme's other actions on the same formation, probable duplicates first. One query.

    Sessions are compared one by one: an action that runs all year crosses nothing between two of them.
    """
    return [_sister(soeur) for soeur in SOEURS.rows(action.pk, action.formation_id)]


def _sisters(action: int, formation: int) -> QuerySet[Action]:
    """The other actions of a formation, with what they share with one of them."""
    croise = {"date_debut__lte": OuterRef("date_fin"), "date_fin__gte": OuterRef("date_debut")}
    memes = {"date_debut": OuterRef("date_debut"), "date_fin": OuterRef("date_fin")}
    ici = {"site_lieu": OuterRef("site_lieu")}
    site = Action.objects.filter(pk=action, site_dispensateur=OuterRef("site_dispensateur"))
    return (
        Action.objects.filter(formation=formation)
        .exclude(pk=action)
        .exclude(statut=StatutAction.ARCHIVEE)
        .select_related("site_dispensateur")
        .annotate(
            debut=Min("sessions__date_debut"),
            fin=Max("sessions__date_fin"),
            nb_sessions=Count("sessions"),
            croise=_pair(action, croise),
            croise_ici=_pair(action, croise | ici),
            memes=_pair(action, memes),
            memes_ici=_pair(action, memes | ici),
            meme_site=Exists(site),
        )
        .annotate(est_double=Q(croise=True) & (Q(meme_site=True) | Q(croise_ici=True)))
        .order_by("-est_double", "-memes_ici", "-memes", "-croise_ici", "-pk")[:MAX_SOEURS]
    )


def _pair(action: int, conditions: dict) -> Exists:
    """Whether a session of a sister and one of `action` meet `conditions`, which refer to the sister's."""
    miennes = Session.objects.filter(action=action, **conditions)
    return Exists(Session.objects.filter(Exists(miennes), action=OuterRef("pk")))


SOEURS = Lecture(_sisters, 2)


def _sister(soeur) -> dict:
    periode = (
        f"du {date_longue(soeur.debut)} au {date_longue(soeur.fin)}" if soeur.debut and soeur.fin else ""
    )
    return {
        "pk": soeur.pk,
        "complement": soeur.complement_intitule,
        "statut": soeur.statut,
        "etat": StatutAction(soeur.statut).label_for(Audience.CARIF),
        "site": str(soeur.site_dispensateur or ""),
        "nb_sessions": soeur.nb_sessions,
        "periode": periode,
        "est_double": soeur.est_double,
        "remarque": _remark(soeur),
    }


def _remark(soeur) -> str:
    """What its sessions share with those of the action: the closest pair of them, in words; may be empty."""
    paires = (
        (soeur.memes_ici, "mêmes dates, même lieu"),
        (soeur.memes, "mêmes dates, autre lieu"),
        (soeur.croise_ici, "dates qui se croisent, même lieu"),
        (soeur.croise, "dates qui se croisent, autre lieu"),
    )
    paire = next((mots for vrai, mots in paires if vrai), "")
    mots = ", ".join(filter(None, ["même site dispensateur" if soeur.meme_site else "", paire]))
    return mots[:1].upper() + mots[1:]
