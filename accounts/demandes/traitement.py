"""Answering a request for a key: accepted or refused once, whoever clicks and however many times."""

from django.db import transaction
from django.utils import timezone

from accounts import cles, journal
from accounts.models import CleActivation, DemandeCle, StatutDemande, TypeEvenementSecurite, User
from catalogue.enums import ObjetEtablissement, RoleOrganisme, TypeEvenementEtablissement
from catalogue.models import EvenementEtablissement, Organisme
from sofi.courriels import envoyer, lien
from sofi.origine import Origine


class DemandeTraitee(Exception):
    """Somebody answered meanwhile: nothing was done. `demande` says who and how."""

    def __init__(self, demande: DemandeCle):
        self.demande = demande
        super().__init__()


@transaction.atomic
def accepter(
    demande: DemandeCle, *, par: User, origine: Origine | None, par_lettre: bool = False
) -> tuple[CleActivation, str]:
    """Give the requester the key of a gestionnaire; return it with its text (`cles.emettre`).

    The organisme is the one that has this SIRET, left as it is, else a new one. Raises `DemandeTraitee`.
    """
    demande = _lock(demande)
    organisme, est_nouveau = Organisme.objects.get_or_create(
        siret=demande.siret,
        defaults={
            "raison_sociale": demande.raison_sociale,
            "nda": demande.nda,
            "telephone": demande.telephone,
        },
    )
    if est_nouveau:
        _tell_creation(organisme, par)
    _decide(demande, StatutDemande.ACCEPTEE, par, organisme=organisme)
    return cles.emettre(
        organisme=organisme,
        role=RoleOrganisme.GESTIONNAIRE,
        email=demande.email,
        prenom=demande.prenom,
        nom=demande.nom,
        par=par,
        origine=origine,
        par_lettre=par_lettre,
    )


def _tell_creation(organisme: Organisme, par: User) -> None:
    """The first line of the organisme's own journal."""
    EvenementEtablissement.objects.create(
        organisme=organisme,
        objet=ObjetEtablissement.ORGANISME,
        objet_pk=organisme.pk,
        libelle=str(organisme)[:310],
        type=TypeEvenementEtablissement.CREATION,
        auteur=par,
        par_carif=True,
        texte="À la suite d’une demande de clé d’activation.",
    )


@transaction.atomic
def refuser(demande: DemandeCle, motif: str, *, par: User, origine: Origine | None) -> None:
    """Refuse the request, and mail the reason. Raises `DemandeTraitee`."""
    demande = _lock(demande)
    _decide(demande, StatutDemande.REFUSEE, par, motif=motif)
    journal.record(TypeEvenementSecurite.CLE_DEMANDE_REFUSEE, auteur=par, origine=origine, demande=demande.pk)
    envoyer(
        "demande_refusee",
        a=demande.email,
        contexte={
            "prenom": demande.prenom,
            "raison_sociale": demande.raison_sociale,
            "siret": demande.siret,
            "motif": motif,
            "url": lien("accounts:cle_demande"),
        },
    )


def _lock(demande: DemandeCle) -> DemandeCle:
    """The request, held until the end of the transaction: of two who answer, the second waits and is told."""
    demande = DemandeCle.objects.select_for_update().get(pk=demande.pk)
    require_open(demande)
    return demande


def require_open(demande: DemandeCle) -> None:
    """Raise `DemandeTraitee` unless the request waits for an answer."""
    if demande.statut != StatutDemande.DEMANDEE:
        raise DemandeTraitee(demande)


def _decide(demande: DemandeCle, statut: StatutDemande, par: User, **champs) -> None:
    champs |= {"statut": statut, "decidee_par": par, "decidee_le": timezone.now()}
    for nom, valeur in champs.items():
        setattr(demande, nom, valeur)
    demande.save(update_fields=champs)  # the register may be answering meanwhile
