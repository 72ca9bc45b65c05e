"""Giving a key to somebody, giving another, taking it back."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.http import urlencode

from accounts import journal
from accounts.cles.ecriture import empreinte, en_groupes, tirer
from accounts.models import CleActivation, TypeEvenementSecurite, User
from catalogue.models import Organisme
from sofi.courriels import envoyer, lien
from sofi.origine import Origine

#: How long a key may be used.
DUREE = timedelta(days=14)


class CleClose(Exception):
    """The key was used, revoked or replaced meanwhile: nothing was done."""


@transaction.atomic
def emettre(
    *,
    email: str,
    prenom: str,
    nom: str,
    par: User,
    origine: Origine | None,
    organisme: Organisme | None = None,
    role: str = "",
    role_carif: str = "",
    par_lettre: bool = False,
    derniere: int | None = None,
) -> tuple[CleActivation, str]:
    """Give a person a key for one role (manual, « Au préalable »); return it with its text, in groups.

    Either `organisme` and `role` (RoleOrganisme), or `role_carif` (RoleCarif). The live key of the same
    person for the same organisme is revoked. The key leaves by mail, except `par_lettre`: the caller shows
    it, for nobody can read it again. `par` is whoever gives it, and `derniere` the number of the newest key
    they had seen: `CleClose` is raised when the person was given one since (a double click, a colleague).
    """
    email = email.strip().lower()
    _lock(organisme, email)
    siennes = CleActivation.objects.filter(organisme=organisme, email=email)
    if derniere is not None and siennes.filter(pk__gt=derniere).exists():
        raise CleClose
    remplacees = siennes.filter(utilisee_le=None, revoquee_le=None).update(revoquee_le=Now())
    texte = tirer()
    maintenant = timezone.now()
    cle = CleActivation.objects.create(
        empreinte=empreinte(texte),
        organisme=organisme,
        role=role,
        role_carif=role_carif,
        email=email,
        prenom=prenom,
        nom=nom,
        emise_par=par,
        emise_le=maintenant,
        expire_le=maintenant + DUREE,
    )
    journal.record(
        TypeEvenementSecurite.CLE_EMISE,
        auteur=par,
        organisme=organisme,
        origine=origine,
        cle=cle.pk,
        role=role or role_carif,
        par_lettre=par_lettre,
        remplace=bool(remplacees),
    )
    if not par_lettre:
        _send(cle, texte)
    return cle, en_groupes(texte)


def _lock(organisme, email: str) -> None:
    """Let one key at a time be given to a person: the second caller sees the first one's, and replaces it."""
    with connection.cursor() as cursor:
        nom = f"cle:{organisme.pk if organisme else ''}:{email}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [nom])


def _send(cle: CleActivation, texte: str) -> None:
    """Mail the key, and the address that types it for the person."""
    url = lien("accounts:cle_activation")
    envoyer(
        "cle_activation",
        a=cle.email,
        contexte={
            "prenom": cle.prenom,
            "organisme": cle.organisme.nom if cle.organisme else "",
            "role": cle.get_role_display().lower() or cle.get_role_carif_display().lower(),
            # A colleague of the organisme invites; the Carif-Oref answers.
            "invitant": "" if cle.emise_par.est_personnel else cle.emise_par.get_full_name(),
            "cle": en_groupes(texte),
            "expire_le": cle.expire_le,
            "url": url,
            "url_cle": f"{url}?{urlencode({'cle': en_groupes(texte)})}",
        },
    )


@transaction.atomic
def renvoyer(
    cle: CleActivation, *, par: User, origine: Origine | None, par_lettre: bool = False
) -> tuple[CleActivation, str]:
    """Give the person of `cle` a new key for the same role: the old one, which nobody knows, is revoked.

    Raises `CleClose` when `cle` was used, revoked or already replaced (a double click, a colleague).
    """
    cle = CleActivation.objects.select_for_update(of=["self"]).select_related("organisme").get(pk=cle.pk)
    if cle.utilisee_le or cle.revoquee_le:
        raise CleClose
    return emettre(
        organisme=cle.organisme,
        role=cle.role,
        role_carif=cle.role_carif,
        email=cle.email,
        prenom=cle.prenom,
        nom=cle.nom,
        par=par,
        origine=origine,
        par_lettre=par_lettre,
    )


@transaction.atomic
def revoquer(cle: CleActivation, *, par: User, origine: Origine | None) -> None:
    """Make `cle` useless. Raises `CleClose` when it was already used or revoked."""
    ouverte = CleActivation.objects.filter(pk=cle.pk, utilisee_le=None, revoquee_le=None)
    if not ouverte.update(revoquee_le=Now()):
        raise CleClose
    journal.record(
        TypeEvenementSecurite.CLE_REVOQUEE, auteur=par, organisme=cle.organisme, origine=origine, cle=cle.pk
    )
