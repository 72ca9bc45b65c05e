"""Making a request for a key: the same answer and the same work, whoever asks and whatever is known."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import journal
from accounts.models import DemandeCle, StatutDemande, TypeEvenementSecurite
from accounts.tasks import verifier_siret
from sofi import limites
from sofi.courriels import envoyer
from sofi.origine import Origine

#: Requests allowed to a network and to an e-mail address in a period: an office of several organisations
#: may ask for each of them.
MAX_RESEAU, MAX_EMAIL = 10, 5
PERIODE = timedelta(hours=1)


#: The constraints that say a request is not new.
REPETEES = ("demandecle_une_ouverte", "accounts_demandecle_jeton_key")


class TropDeDemandes(Exception):
    """Too many requests from this network or for this e-mail: nothing was written."""


def deposer(*, jeton: UUID, origine: Origine, **champs) -> None:
    """Write a request (fields of `DemandeCle`, already checked) and mail its receipt to the requester.

    The same `jeton` (a double click) does nothing more. While a request of the same SIRET and e-mail waits,
    another changes nothing: its owner is reminded of it by mail. Raises `TropDeDemandes`.
    """
    permis = [
        limites.essayer("demande_cle:reseau", limites.reseau_of(origine), MAX_RESEAU, PERIODE),
        limites.essayer("demande_cle:email", champs["email"], MAX_EMAIL, PERIODE),
    ]
    if not all(permis):
        raise TropDeDemandes
    with transaction.atomic():
        if demande := _create(jeton, champs):
            journal.record(TypeEvenementSecurite.CLE_DEMANDEE, origine=origine, demande=demande.pk)
            if settings.SOFI_REGISTRE_URL:
                verifier_siret.defer(demande=demande.pk)
            envoyer("demande_recue", a=demande.email, contexte={"siret": demande.siret})
        elif not DemandeCle.objects.filter(jeton=jeton).exists():
            envoyer("demande_deja", a=champs["email"], contexte={"siret": champs["siret"]})


def _create(jeton: UUID, champs: dict) -> DemandeCle | None:
    """The new request; None when the database already holds it, or one that waits for the same thing."""
    try:
        with transaction.atomic():
            return DemandeCle.objects.create(jeton=jeton, **champs)
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name not in REPETEES:
            raise
        return None


def nb_a_traiter() -> int:
    """How many requests wait for an answer, by an index that holds only those."""
    return DemandeCle.objects.filter(statut=StatutDemande.DEMANDEE).count()


def nda_is_from_elsewhere(nda: str) -> bool:
    """Whether the NDA was given in another region: a head office elsewhere, or a mistake worth a look."""
    return not nda.startswith(settings.CARIF.code_region)
