"""What happened to an action, a place or a request, told to whom it concerns, in the same transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from catalogue.calendrier import Calendrier
from catalogue.corrections import since_sending
from catalogue.enums import Audience, TypeAvis
from catalogue.models import Action, Certification, Delais, DemandeAIF, Evenement, Site
from sofi.courriels import lien
from sofi.typographie import NBSP, date_longue

from .envoi import notify, team
from .points import points_of
from .table import ROLES_SITE, TABLE, TABLE_AIF, TABLE_SITE, Avis, Destinataires


def on_transition(action: Action, name: str, *, by, evenement: Evenement, texte: str = "") -> None:
    """Write what the transition `name` of `TABLE` sends, as `by` has just carried it out on `action`.

    `evenement` is its line of the journal; `texte` the question, the answer or the reason. The caller
    holds the action's lock. No query for a transition that tells nobody.
    """
    camp = Audience.CARIF if by.est_carif else Audience.OF
    avis = [row for row in TABLE.get(name, ()) if row.si_par in (None, camp)]
    if not avis:
        return
    action = Action.objects.select_related("organisme", "formation__certification", "examinateur").get(
        pk=action.pk
    )
    contexte = _contexte(action, by, evenement, texte) | _details(action, name, evenement)
    for row in avis:
        people = _people(row, action, by, evenement)
        notify(people, row.type, row.modele, contexte | {"url": _page(row, name, action)}, action=action)


def on_message(evenement: Evenement, by) -> None:
    """Tell the other side that `by` has written `evenement`, a message of an action's thread."""
    on_transition(evenement.action, "message", by=by, evenement=evenement, texte=evenement.texte)


def on_code_replaced(actions: Sequence[Action], ancien: Certification, nouveau: Certification, by) -> None:
    """Tell each organisme that its `actions`, of one code or several, now carry the code `nouveau`.

    One mail a person, whatever the number of actions: a batch calls this once, at its end. `ancien` is the
    code they carried.
    """
    by_organisme = defaultdict(list)
    rows = Action.objects.filter(pk__in=[action.pk for action in actions]).order_by("pk")
    for action in rows.select_related("organisme", "formation__certification"):
        by_organisme[action.organisme].append(action)
    for organisme, touchees in by_organisme.items():
        seule = touchees[0] if len(touchees) == 1 else None
        url = (
            lien("tunnel:recapitulatif", pk=seule.pk)
            if seule
            else f"{lien('tableau_de_bord:action_list')}?etat=code_remplace"
        )
        contexte = {
            "organisme": organisme.nom,
            "ancien": f"{ancien.code} ({ancien.intitule})",
            "nouveau": f"{nouveau.code} ({nouveau.intitule})",
            "lignes": [f"Action n°{NBSP}{action.pk}{NBSP}: {action.intitule}" for action in touchees],
            "url": url,
        }
        people = team(organisme, but=by)
        notify(
            people,
            TypeAvis.CODE_REMPLACE,
            "code_remplace",
            contexte,
            action=seule,
            organisme=organisme.pk,
        )


def on_aif(demande: DemandeAIF, evenement: str, by) -> None:
    """Tell the organisme what happened to its request; `evenement` is a key of `TABLE_AIF`, else nothing.

    Its author gets the receipt; the team is told what the Carif-Oref does of it.
    """
    modele = TABLE_AIF.get(evenement)
    if modele is None:
        return
    is_receipt = evenement == "creation" and not by.est_personnel
    people = [by] if is_receipt else team(demande.organisme_id, but=by)
    contexte = {
        "numero": demande.numero,
        "intitule": demande.intitule,
        "organisme": demande.organisme.nom,
        "texte": demande.motif,
        "url": lien("aif:demande", pk=demande.pk),
    }
    notify(people, TypeAvis.AIF, modele, contexte, organisme=demande.organisme_id)


def on_site(site: Site, name: str, by) -> None:
    """Tell the organisme's managers what the Carif-Oref decided of a place; `name` is the decision's."""
    modele = TABLE_SITE.get(name)
    if modele is None or not by.est_carif:
        return
    contexte = {
        "site": site.nom,
        "organisme": str(site.organisme),
        "adresse": ", ".join([*site.lignes, f"{site.code_postal} {site.ville}"]),
        "texte": site.motif,
        "url": lien("etablissements:site", pk=site.pk),
    }
    people = team(site.organisme_id, ROLES_SITE, but=by)
    notify(people, TypeAvis.SITE, modele, contexte, organisme=site.organisme_id)


def _people(avis: Avis, action: Action, by, evenement: Evenement):
    """Whom a mail is for."""
    match avis.destinataires:
        case Destinataires.EXPEDITEUR if not evenement.par_carif:
            return [by]
        case Destinataires.EXAMINATEUR:
            return [action.examinateur] if action.examinateur and action.examinateur != by else []
    return team(action.organisme_id, but=by)


def _page(avis: Avis, name: str, action: Action) -> str:
    """The page a mail leads to: the dossier for the staff, else the thread or the récapitulatif."""
    if name == "message":
        return lien("echanges:fil", pk=action.pk)
    est_equipe = avis.destinataires is Destinataires.EXAMINATEUR
    return lien("validation:dossier" if est_equipe else "tunnel:recapitulatif", pk=action.pk)


def _contexte(action: Action, by, evenement: Evenement, texte: str) -> dict:
    """What every mail about an action may say."""
    return {
        "numero": action.pk,
        "intitule": action.intitule,
        "organisme": action.organisme.nom,
        "texte": texte,
        "qui": str(by),
        "par_carif": evenement.par_carif,
        "le": evenement.le,
        "est_en_ligne": False,
    }


def _details(action: Action, name: str, evenement: Evenement) -> dict:
    """What only some transitions say: the due date, the points, the sessions with their numbers."""
    match name:
        case "submit" | "answer":
            return {"echeance": _due_date(evenement)}
        case "request_changes":
            return {"points": points_of(action)}
        case "approve":
            return {
                "sessions": _sessions(action, evenement),
                "corrections": [str(correction) for correction in since_sending(action)],
            }
        case "refuse" | "reopen" | "undo" | "restore":
            return {"est_en_ligne": action.diffusions.exists()}
    return {}


def _due_date(evenement: Evenement) -> str:
    """The day the Carif-Oref aims to answer by. Two queries."""
    cible = Delais.current().cible
    return date_longue(Calendrier.load().add(timezone.localdate(evenement.le), cible))


def _sessions(action: Action, evenement: Evenement) -> list[str]:
    """Each session with its public number, its dates, its town, and by when the public finds it."""
    jour, lendemain = (date_longue(timezone.localdate(evenement.le + timedelta(days=n))) for n in (1, 2))
    lignes = []
    for row in action.diffusions.order_by("date_debut", "numero"):
        dates = f"du {date_longue(row.date_debut)} au {date_longue(row.date_fin)}, {row.ville}"
        quand = (
            f"le {jour} au plus tard sur «{NBSP}{settings.CARIF.site_regional}{NBSP}», le {lendemain} chez "
        )
        lignes.append(f"{row.numero}{NBSP}: {dates}{NBSP}; visible {quand}France Travail")
    return lignes
