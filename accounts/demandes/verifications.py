"""What a member of the Carif-Oref must see before answering a request."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.demandes.depot import nda_is_from_elsewhere
from accounts.models import DemandeCle, User
from catalogue.models import Organisme
from sofi.forms import NBSP
from sofi.typographie import date_longue


@dataclass(frozen=True)
class Constat:
    """One sentence about a request; `ton` is that of components/encart.html."""

    ton: str
    texte: str


def organisme_of(demande: DemandeCle) -> Organisme | None:
    """The organisme that has the SIRET of the request, to which its key will give access."""
    return Organisme.objects.filter(siret=demande.siret).first()


def verify(demande: DemandeCle, organisme: Organisme | None) -> list[Constat]:
    """What the request, the organisme, the account of this e-mail and the register say, gravest first."""
    constats = [*_on_account(demande, organisme), *_on_organisme(demande, organisme), *_on_register(demande)]
    if nda_is_from_elsewhere(demande.nda):
        constats.append(
            Constat(
                "avertissement",
                f"Le NDA ne commence pas par {settings.CARIF.code_region}{NBSP}: "
                "il a été délivré dans une autre région.",
            )
        )
    tons = ("erreur", "avertissement", "conseil", "succes")
    return sorted(constats, key=lambda constat: tons.index(constat.ton))


def _on_account(demande, organisme):
    user = User.objects.filter(email=demande.email).first()
    if user is None:
        return
    if not user.is_active:
        yield Constat(
            "erreur",
            f"Le compte de cette adresse e-mail est désactivé{NBSP}: "
            "la clé serait refusée tant qu’il n’est pas réactivé.",
        )
    elif organisme and organisme.rattachements.filter(user=user).exists():
        yield Constat(
            "avertissement",
            f"{user.get_full_name()} travaille déjà pour cet organisme avec cette adresse e-mail"
            f"{NBSP}: peut-être suffit-il de réinitialiser son mot de passe.",
        )
    else:
        yield Constat(
            "conseil",
            f"{user.get_full_name()} a déjà un compte à cette adresse e-mail{NBSP}: "
            "la clé lui ouvrira cet organisme en plus.",
        )


def _on_organisme(demande, organisme):
    if organisme is None:
        yield Constat("conseil", f"Ce SIRET n’est pas encore dans SOFI{NBSP}: accepter crée l’organisme.")
        return
    yield Constat(
        "conseil",
        f"Ce SIRET est déjà dans SOFI{NBSP}: accepter donne accès à «{NBSP}{organisme.nom}{NBSP}», "
        "dont la fiche ne change pas.",
    )
    if organisme.nda and organisme.nda != demande.nda:
        yield Constat(
            "avertissement",
            f"Le NDA de la demande ({demande.nda}) n’est pas celui de l’organisme ({organisme.nda}).",
        )


def _on_register(demande):
    reponse = demande.registre
    if reponse is None:
        if settings.SOFI_REGISTRE_URL:
            yield Constat(
                "conseil", f"SIRET non vérifié{NBSP}: le registre des entreprises n’a pas encore répondu."
            )
        return
    le = date_longue(timezone.localdate(parse_datetime(reponse["le"])))
    if not reponse["nom"]:
        yield Constat("erreur", f"Le registre des entreprises ne connaît pas ce SIRET ({le}).")
    elif not reponse["est_ouvert"]:
        yield Constat("erreur", f"Établissement fermé selon le registre des entreprises ({le}).")
    else:
        yield Constat("succes", f"Établissement ouvert selon le registre des entreprises ({le}).")
