"""The life of a place, à valider → actif → fermé: no other module assigns `Site.statut`.

`SITE_TRANSITIONS` is data, as `workflow.TRANSITIONS` is for an action; `apply_to_site` does one decision.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from catalogue import avis, journal
from catalogue.enums import StatutSite, TypeEvenement, TypeEvenementEtablissement
from catalogue.models import Action, Site
from catalogue.permissions import ROLES_CARIF, Role, role_on
from catalogue.workflow import TransitionRefusee


@dataclass(frozen=True)
class SiteTransition:
    """One row of the life of a place: à valider → actif → fermé."""

    name: str
    label: str
    sources: tuple[StatutSite, ...]
    target: StatutSite
    roles: tuple[Role, ...]
    #: Whether a reason is compulsory, and what it is called on screen.
    texte: str = ""


SITE_TRANSITIONS = {
    t.name: t
    for t in (
        SiteTransition(
            "approve",
            "Valider le site",
            (StatutSite.A_VALIDER,),
            StatutSite.ACTIF,
            (Role.VALIDEUR,),
        ),
        SiteTransition(
            "refuse",
            "Refuser le site",
            (StatutSite.A_VALIDER,),
            StatutSite.FERME,
            (Role.VALIDEUR,),
            "Motif du refus",
        ),
        SiteTransition(
            "close",
            "Fermer le site",
            (StatutSite.ACTIF,),
            StatutSite.FERME,
            (Role.OF, Role.VALIDEUR),
            "Motif de la fermeture",
        ),
        SiteTransition(
            "reopen",
            "Rouvrir le site",
            (StatutSite.FERME,),
            StatutSite.A_VALIDER,
            (Role.OF, *ROLES_CARIF),
        ),
    )
}


def available_on_site(site: Site, role: Role | None) -> list[SiteTransition]:
    """The decisions `role` may take on the place in its present state, in the table's order."""
    return [t for t in SITE_TRANSITIONS.values() if site.statut in t.sources and role in t.roles]


@transaction.atomic
def apply_to_site(site_pk: int, name: str, *, by, version: int, texte: str = "") -> Site:
    """Carry out the decision `name` on a place, in the name of `by`, and return the place.

    `version` is the `Site.version` that was read; `texte` is the reason. The organisme's managers are told
    by mail what the Carif-Oref decides. Raises `TransitionRefusee` (codes of `apply`), nothing being changed.
    """
    transition = SITE_TRANSITIONS[name]
    site = Site.objects.select_for_update(of=("self",)).select_related("organisme").get(pk=site_pk)
    texte = texte.strip()
    if role_on(by, site) not in transition.roles:
        raise TransitionRefusee("role", "Vous n’avez pas le droit de faire cela sur ce site.")
    if site.statut not in transition.sources:
        raise _site_too_late(site, transition, by, texte)
    if version != site.version:
        raise TransitionRefusee(
            "perimee",
            "Ce site a été modifié depuis que vous l’avez ouvert : relisez-le avant de continuer.",
        )
    if transition.texte and not texte:
        message = f"{transition.texte} : écrivez quelques mots, ce texte sera transmis."
        raise TransitionRefusee("texte", message)
    _move_site(site, transition, by, texte)
    return site


def _move_site(site: Site, transition: SiteTransition, by, texte: str) -> None:
    """Give a locked place its new state, log it and tell the organisme."""
    site.statut = transition.target
    site.motif, site.decide_le, site.decide_par = texte, timezone.now(), by
    if site.statut == StatutSite.A_VALIDER:
        site.soumis_le = site.decide_le
    site.version += 1
    site.save(update_fields=["statut", "motif", "decide_le", "decide_par", "soumis_le", "version"])
    journal.record_etablissement(site, transition.name, by=by, texte=texte)
    avis.on_site(site, transition.name, by)


def _site_too_late(site: Site, transition: SiteTransition, by, texte: str) -> TransitionRefusee:
    """The refusal of a state, in the words of somebody who was a moment too late."""
    evenements = site.organisme.evenements.filter(objet="site", objet_pk=site.pk, type__in=SITE_TRANSITIONS)
    dernier = evenements.select_related("auteur").first()
    if dernier and dernier.type == transition.name:
        rejoue = dernier.auteur_id == by.pk and dernier.texte == texte
        return TransitionRefusee(
            "deja_fait" if rejoue else "statut",
            f"C’est déjà fait : « {transition.label} » a été enregistré par {dernier.auteur}.",
        )
    etat = StatutSite(site.statut).label
    return TransitionRefusee("statut", f"« {transition.label} » n’est pas possible : le site est « {etat} ».")


def recheck_site(site: Site, *, by) -> None:
    """Put a locked, active place back « à valider »: what the Carif-Oref had checked has changed.

    Part of a save: the caller holds the lock, and writes `version` and the journal's line of the change.
    """
    site.statut = StatutSite.A_VALIDER
    site.motif, site.decide_le, site.decide_par = "", None, None
    site.soumis_le = timezone.now()
    site.save(update_fields=["statut", "motif", "decide_le", "decide_par", "soumis_le"])
    journal.record_etablissement(site, TypeEvenementEtablissement.RECHECK, by=by)


@transaction.atomic
def approve_site(site_pk: int, action_pk: int, *, by) -> Site:
    """Declare a place of an action active, so that the action may go online from there.

    Journalled on the action whose dossier was being read (`Evenement.details` names the place) and on the
    place; a place already active is left alone. Only a valideur of the Carif-Oref may; raises
    `TransitionRefusee` otherwise, and `Site.DoesNotExist` for a place of another organisme.
    """
    action = Action.objects.select_for_update(of=("self",)).get(pk=action_pk)
    sites = Site.objects.select_for_update(of=("self",)).select_related("organisme")
    site = sites.get(pk=site_pk, organisme=action.organisme_id)
    transition = SITE_TRANSITIONS["approve"]
    if role_on(by, action) not in transition.roles:
        raise TransitionRefusee("role", "Seul un valideur du Carif-Oref valide un site.")
    if site.statut == StatutSite.FERME:
        raise TransitionRefusee("statut", f"Le site « {site.nom} » est fermé : il ne peut plus être validé.")
    if site.statut == StatutSite.A_VALIDER:
        _move_site(site, transition, by, "")
        journal.record(
            action,
            TypeEvenement.APPROVE_SITE,
            by=by,
            texte=str(site),
            details={"objet": "site", "pk": site.pk},
        )
    return site
