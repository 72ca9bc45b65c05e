"""Offers without Certifinfo code: typed by the Carif-Oref, owned by the organisme (manual, last part).

`create_offer` writes the whole F-A-S-D of one screen; `update_texts` changes what no certification says.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from catalogue import completude, journal, saisie, workflow, workflow_site
from catalogue.completude import Constat
from catalogue.enums import TypeEvenement, TypeEvenementEtablissement
from catalogue.models import Action, Dispositif, Formation, Session, Site

#: The type of dispositif of the manual's last part.
AIF = "aif"
TEXTES = ("intitule_libre", "objectif_libre", "programme_libre")


class OffreRefusee(Exception):
    """An offer, or its texts, that may not be saved; `str()` is the French sentence for the user.

    `code` is ``role``, ``incomplete`` (`constats` say what is missing) or ``perimee`` (`actuelle` is the
    formation as it now stands).
    """

    def __init__(
        self, code: str, message: str, constats: Sequence[Constat] = (), actuelle: Formation | None = None
    ):
        super().__init__(message)
        self.code = code
        self.constats = constats
        self.actuelle = actuelle


@dataclass(frozen=True)
class Offre:
    """The unsaved rows of one screen, of one organisme; `lieu` is a place to create for the session.

    `origine` says where the offer comes from, in the journal of its action.
    """

    formation: Formation
    action: Action
    session: Session
    dispositif: Dispositif
    lieu: Site | None = None
    origine: str = ""


@transaction.atomic
def create_offer(offre: Offre, jeton: UUID, *, by, envoyer: bool = True) -> Action:
    """Write `offre` in the name of `by`, a member of the Carif-Oref; return its action.

    `jeton` is the one-time token of the screen: a second click gives the action of the first, as it is.
    `envoyer` also sends the action to validation. Raises `OffreRefusee`, or `saisie.SaisieRefusee` (a place
    is gone); nothing is then written.
    """
    _check_staff(by)
    # Two clicks wait for each other: there is no row to lock before the formation exists.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [jeton.int >> 65])
    if faite := _made_by(offre, jeton):
        return faite
    if offre.lieu:
        _create_site(offre, by)
    offre.formation.save()
    offre.action.formation = offre.formation
    action, _ = saisie.create(offre.action, jeton, by=by, texte=offre.origine)
    offre.session.action = action
    session, _ = saisie.create(offre.session, offre.session.jeton, by=by)
    offre.dispositif.session = session
    saisie.create(offre.dispositif, offre.dispositif.jeton, by=by)
    return _send(action, by) if envoyer else Action.objects.get(pk=action.pk)


def _check_staff(by) -> None:
    """Only the Carif-Oref types what has no Certifinfo code; in an organisation's space, nobody does."""
    if not (by.est_carif and by.is_active):
        raise OffreRefusee("role", "Les formations hors Certifinfo sont saisies par le Carif-Oref seulement.")


def _made_by(offre: Offre, jeton: UUID) -> Action | None:
    """The action that the same screen made before, if any."""
    faites = Action.objects.filter(formation__certification=None, organisme=offre.formation.organisme_id)
    return faites.filter(jeton=jeton).first()


def _create_site(offre: Offre, by) -> None:
    """Create the place of the session; who may check places has checked this one."""
    lieu = offre.lieu
    lieu.save()
    journal.record_etablissement(lieu, TypeEvenementEtablissement.CREATION, by=by)
    if by.est_valideur:
        workflow_site.apply_to_site(lieu.pk, "approve", by=by, version=lieu.version)
    offre.session.site_lieu = lieu
    if offre.action.site_dispensateur_id is None:
        offre.action.site_dispensateur = lieu


def _send(action: Action, by) -> Action:
    """Send to validation, or say all that is missing."""
    if constats := completude.blocking(Action.objects.with_tree().get(pk=action.pk)):
        raise OffreRefusee(
            "incomplete", "Il manque encore des informations pour envoyer cette offre.", constats
        )
    return workflow.apply(action.pk, "submit", by=by)


def fingerprint(formation: Formation) -> str:
    """What tells one state of the three texts from another."""
    textes = "\0".join(getattr(formation, champ) for champ in TEXTES)
    return hashlib.sha256(textes.encode()).hexdigest()


@transaction.atomic
def update_texts(formation: Formation, empreinte: str, *, by) -> bool:
    """Write the changed texts of `formation`, typed over those of `empreinte`; return whether any changed.

    Each action of the formation gets its journal line and a new revision: whoever decides on one reads the
    new texts first. What is online stays until the next validation. Raises `OffreRefusee`.
    """
    _check_staff(by)
    formations = Formation.objects.select_for_update(of=("self",)).filter(certification=None)
    actuelle = formations.get(pk=formation.pk)
    changes = [champ for champ in TEXTES if getattr(actuelle, champ) != getattr(formation, champ)]
    if not changes:  # nothing typed, or the same thing twice
        return False
    if fingerprint(actuelle) != empreinte:
        message = "Ces textes ont été enregistrés entre-temps : rien n’a été écrasé."
        raise OffreRefusee("perimee", message, actuelle=actuelle)
    for champ in changes:
        setattr(actuelle, champ, getattr(formation, champ))
    actuelle.save(update_fields=changes)
    details = {"objet": "formation", "pk": actuelle.pk, "champs": changes}
    for action in actuelle.actions.select_for_update(of=("self",)).order_by("pk"):
        action.revision += 1
        action.save(update_fields=["revision"])
        journal.record(action, TypeEvenement.MODIFICATION, by=by, details=details)
    return True
