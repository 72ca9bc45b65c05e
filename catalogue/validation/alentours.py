"""What happened to an action, as its dossier tells it: journal, questions, reports, notes, sisters."""

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Value

from catalogue import historique, points
from catalogue.enums import Audience, StatutAction
from catalogue.models import Action, PointDemande, Session, Signalement
from sofi.typographie import date_longue

#: The dossier shows the latest lines of the journal; all of them are on the page of the history.
MAX_EVENEMENTS = 50
#: How many of the organisme's other actions on the same formation are shown.
MAX_SOEURS = 20
#: How many reports of visitors are shown.
MAX_SIGNALEMENTS = 5


def history(action: Action, user) -> list[dict]:
    """The journal as `user` may read it, the latest first. One query."""
    evenements = action.evenements.readable_by(user).select_related("auteur")
    return [historique.describe(evenement) for evenement in evenements[:MAX_EVENEMENTS]]


def questions(action: Action) -> list[dict]:
    """The questions, the latest first, with their points. Two queries."""
    demandes = action.demandes.select_related("posee_par", "repondue_par").prefetch_related("points")
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
    ouverts = Signalement.objects.ouverts().filter(action=action.pk).order_by("cree_le", "pk")
    return list(ouverts[: MAX_SIGNALEMENTS + 1])


def notes(action: Action) -> list:
    """The staff's notes, the latest first. One query."""
    return list(action.notes.select_related("auteur"))


def sisters(action: Action) -> list[dict]:
    """The organisme's other actions on the same formation, probable duplicates first. One query.

    Sessions are compared one by one: an action that runs all year crosses nothing between two of them.
    """
    croise = {"date_debut__lte": OuterRef("date_fin"), "date_fin__gte": OuterRef("date_debut")}
    memes = {"date_debut": OuterRef("date_debut"), "date_fin": OuterRef("date_fin")}
    ici = {"site_lieu": OuterRef("site_lieu")}
    soeurs = (
        Action.objects.filter(formation=action.formation_id)
        .exclude(pk=action.pk)
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
            meme_site=Q(site_dispensateur=action.site_dispensateur_id)
            if action.site_dispensateur_id
            else Value(False),
        )
        .annotate(est_double=Q(croise=True) & (Q(meme_site=True) | Q(croise_ici=True)))
        .order_by("-est_double", "-memes_ici", "-memes", "-croise_ici", "-pk")[:MAX_SOEURS]
    )
    return [_sister(soeur) for soeur in soeurs]


def _pair(action: Action, conditions: dict) -> Exists:
    """Whether a session of a sister and one of `action` meet `conditions`, which refer to the sister's."""
    miennes = Session.objects.filter(action=action.pk, **conditions)
    return Exists(Session.objects.filter(Exists(miennes), action=OuterRef("pk")))


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
