"""Using a key: one account, once, and an answer that says nothing to whoever does not hold it."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now

from accounts import journal
from accounts.cles.ecriture import empreinte
from accounts.models import CleActivation, Rattachement, RoleCarif, TypeEvenementSecurite, User
from accounts.sessions import SessionStore, close_sessions
from catalogue.enums import RoleOrganisme
from catalogue.models import Organisme
from sofi import limites
from sofi.courriels import envoyer, lien
from sofi.origine import Origine

#: Tries allowed to a network and to an e-mail address, in a period.
ESSAIS = 5
PERIODE = timedelta(minutes=15)

#: Roles from the lowest to the highest: whoever holds the higher keeps it.
RANGS = (RoleOrganisme.LECTURE, RoleOrganisme.SAISIE, RoleOrganisme.GESTIONNAIRE)
RANGS_CARIF = ("", RoleCarif.AGENT, RoleCarif.VALIDEUR, RoleCarif.ADMINISTRATEUR)


@dataclass(frozen=True)
class Acces:
    """What a key gave: to whom, for which organisme (None: the Carif-Oref), and if the account is new."""

    user: User
    organisme: Organisme | None
    est_nouveau: bool


class CleRefusee(Exception):
    """The key, the e-mail and the password do not go together: nobody is told which is wrong, nor why."""


class TropDEssais(Exception):
    """Too many tries from this network or for this e-mail: nothing was looked at."""


def utiliser(
    *, cle: str, email: str, mot_de_passe: str, origine: Origine, session: SessionStore | None = None
) -> Acces:
    """Use the key typed by a person: create their account, or attach the one they have.

    `mot_de_passe` is the new account's, or the one the person already has. Raises `CleRefusee` for a key
    that is unknown, expired, used, revoked or of another e-mail, and for the wrong password of an account:
    always after one statement on the keys, one reading of the account and one hashing. Raises `TropDEssais`
    beyond `ESSAIS`, and ValidationError when the key is good and the new password is not: the key may be
    used again. Whoever joins the staff is signed out everywhere but in `session`, where they use the key.
    """
    email = email.strip().lower()
    permis = [
        limites.essayer("cle:reseau", limites.reseau_of(origine), ESSAIS, PERIODE),
        limites.essayer("cle:email", email, ESSAIS, PERIODE),
    ]
    if not all(permis):
        raise TropDEssais
    existant = None
    try:
        with transaction.atomic():
            # Locked: a role lowered or an account closed at the same moment is not given back.
            existant = User.objects.select_for_update(no_key=True).filter(email=email).first()
            return _use(empreinte(cle), email, mot_de_passe, existant, origine, session)
    except CleRefusee:
        journal.record(TypeEvenementSecurite.CLE_REFUSEE, user=existant, origine=origine)
        raise
    except ValidationError:
        # Whoever holds the good key guesses nothing: looking for a password that suits is no attack.
        limites.oublier("cle:reseau", limites.reseau_of(origine))
        limites.oublier("cle:email", email)
        raise


def _use(
    empreinte_: str, email: str, mot_de_passe: str, existant: User | None, origine: Origine, session
) -> Acces:
    """Consume the key and give what it gives, in the caller's transaction."""
    cle = _consume(empreinte_, email)
    if cle is None:
        make_password(mot_de_passe)  # the work of a good key
        raise CleRefusee
    if existant:
        _check(existant, mot_de_passe)
        user, est_nouveau = existant, False
    else:
        user, est_nouveau = _create(cle, mot_de_passe)
    _give_role(cle, user, session)
    if est_nouveau:  # only now do the names of its organisme count
        validate_password(mot_de_passe, user=user)
    CleActivation.objects.filter(pk=cle.pk).update(utilisee_par=user)
    journal.record(
        TypeEvenementSecurite.CLE_UTILISEE,
        user=user,
        organisme=cle.organisme,
        origine=origine,
        cle=cle.pk,
        role=cle.role or cle.role_carif,
        compte_cree=est_nouveau,
    )
    organisme = cle.organisme.nom if cle.organisme else ""
    envoyer(
        "cle_utilisee",
        a=email,
        contexte={"prenom": user.prenom, "organisme": organisme, "url": lien("accounts:login")},
    )
    return Acces(user, cle.organisme, est_nouveau)


def _consume(empreinte_: str, email: str) -> CleActivation | None:
    """Mark the key as used, by one statement: of those who try at the same moment, one succeeds."""
    bonne = CleActivation.objects.filter(
        empreinte=empreinte_, email=email, utilisee_le=None, revoquee_le=None, expire_le__gt=Now()
    )
    if not bonne.update(utilisee_le=Now()):
        return None
    return CleActivation.objects.select_related("organisme").get(empreinte=empreinte_)


def _create(cle: CleActivation, mot_de_passe: str) -> tuple[User, bool]:
    """The account, by the names of the key, and whether it is new: another key may just have made it."""
    champs = {"prenom": cle.prenom, "nom": cle.nom, "password": make_password(mot_de_passe)}
    user, created = User.objects.get_or_create(email=cle.email, defaults=champs)
    if not created:
        _check(user, mot_de_passe)
    return user, created


def _check(user: User, mot_de_passe: str) -> None:
    """Refuse whoever is not the account's owner; a closed account opens again by its administrator only."""
    if not (check_password(mot_de_passe, user.password) and user.is_active):
        raise CleRefusee


def _give_role(cle: CleActivation, user: User, session: SessionStore | None) -> None:
    """Give the key's role; a higher one already held stays."""
    if cle.organisme is None:
        if not user.est_personnel:
            # A session opened without second factor must not choose the one they now owe.
            close_sessions(user, sauf=session)
        user.role_carif = max(user.role_carif, cle.role_carif, key=RANGS_CARIF.index)
        user.save(update_fields=["role_carif"])
        return
    rattachement, created = Rattachement.objects.select_for_update().get_or_create(
        user=user, organisme=cle.organisme, defaults={"role": cle.role}
    )
    if not created:
        rattachement.role = max(rattachement.role, cle.role, key=RANGS.index)
        rattachement.save(update_fields=["role"])
