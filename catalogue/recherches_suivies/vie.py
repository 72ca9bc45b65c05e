"""The life of a followed search: asked for, confirmed, carried on, stopped, forgotten.

The only module that assigns `RechercheSuivie.statut`. Whoever asks learns nothing about an address: what
happened is said by mail, to that address.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from catalogue.enums import StatutSuivi
from catalogue.models import RechercheSuivie
from catalogue.recherche.filtres import OffreFilter
from sofi.courriels import envoyer, lien
from sofi.courriels.envoi import ADRESSE_REFUSEE
from sofi.models import Courriel

from .liens import LienPerime, draw, empreinte, sign, unsign
from .requete import canonical, criteria

#: How long a link to confirm serves, and a search nobody confirmed is kept.
CONFIRMATION = timedelta(hours=48)
DUREE = timedelta(days=365)
#: Between two mails about the same search to whoever asks again.
PAUSE = timedelta(minutes=10)
#: How long a closed search may be taken up again.
REPRISE = timedelta(days=30)
MAX_SUIVIES = 10
#: Every mail about a followed search (templates/courriels).
MODELES = (
    "recherche_confirmer",
    "recherche_deja_suivie",
    "recherche_nouveautes",
    "recherche_fermee",
    "recherche_perdue",
)


class TropDeRecherches(Exception):
    """The address follows `MAX_SUIVIES` searches already."""


@transaction.atomic
def ask(courriel: str, filtre: OffreFilter, now: datetime) -> None:
    """Have `courriel` (in lower case) asked whether it wants the news of the valid search `filtre`.

    One mail, whatever is known of the address: a link to confirm, or to stop what is followed already;
    none when the last one is too recent. Raises `RechercheTropLongue`.
    """
    suivi = _lock_or_create(courriel, canonical(filtre), now)
    if _is_recent(suivi, now):
        return
    suivi.ecrit_le = now
    contexte = {"criteres": criteria(filtre)}
    if suivi.statut == StatutSuivi.SUIVIE:
        contexte |= {"finit_le": suivi.finit_le, "url_arret": lien("suivis:arreter", jeton=sign(suivi.pk))}
        envoyer("recherche_deja_suivie", a=courriel, contexte=contexte)
    else:
        jeton = draw()
        suivi.statut, suivi.empreinte = StatutSuivi.A_CONFIRMER, empreinte(jeton)
        suivi.finit_le = now + CONFIRMATION
        contexte["url"] = lien("suivis:confirmer", jeton=jeton)
        envoyer("recherche_confirmer", a=courriel, contexte=contexte)
    suivi.save()


def _lock_or_create(courriel: str, requete: str, now: datetime) -> RechercheSuivie:
    """The row of that search and address, locked; new when there was none. Two who ask at once share it."""
    neuve = RechercheSuivie(courriel=courriel, requete=requete, cree_le=now, finit_le=now + CONFIRMATION)
    unique = ["courriel", "requete"]
    RechercheSuivie.objects.bulk_create(
        [neuve], update_conflicts=True, unique_fields=unique, update_fields=unique[:1]
    )
    return RechercheSuivie.objects.get(courriel=courriel, requete=requete)


def _is_recent(suivi: RechercheSuivie, now: datetime) -> bool:
    return suivi.ecrit_le is not None and suivi.ecrit_le > now - PAUSE


def find(jeton: str, now: datetime) -> RechercheSuivie:
    """The search whose link to confirm holds `jeton`: to be confirmed, or followed. Raises `LienPerime`."""
    trouvees = RechercheSuivie.objects.filter(empreinte=empreinte(jeton), ecrit_le__gt=now - CONFIRMATION)
    suivi = trouvees.first()
    if suivi is None:
        raise LienPerime
    return suivi


@transaction.atomic
def confirm(jeton: str, now: datetime) -> None:
    """Follow the search whose link holds `jeton`; done already, it changes nothing.

    News count from the request, when its results were on the screen. Raises `LienPerime`,
    `TropDeRecherches`.
    """
    _lock_address(find(jeton, now).courriel)
    suivi = find(jeton, now)  # as it is now that nobody else can touch it
    if suivi.statut != StatutSuivi.SUIVIE:
        suivi.confirmee_le, suivi.vue_jusqu_a = now, suivi.ecrit_le
        _follow(suivi, now)


def find_open(jeton: str) -> RechercheSuivie:
    """The search, followed or closed, whose signed link holds `jeton`.

    Raises `LienPerime` when it is there no more, `LienForge` when there never was such a link.
    """
    connues = RechercheSuivie.objects.exclude(statut=StatutSuivi.A_CONFIRMER)
    suivi = connues.filter(pk=unsign(jeton)).first()
    if suivi is None:
        raise LienPerime
    return suivi


@transaction.atomic
def carry_on(jeton: str, now: datetime) -> None:
    """Follow for a year more the search whose signed link holds `jeton`.

    What came online since it was closed will be told. Raises `LienPerime`, `TropDeRecherches`.
    """
    _lock_address(find_open(jeton).courriel)
    _follow(find_open(jeton), now)


def _lock_address(courriel: str) -> None:
    """Let nobody else change what this address follows."""
    list(RechercheSuivie.objects.filter(courriel=courriel).order_by("pk").select_for_update())


def _follow(suivi: RechercheSuivie, now: datetime) -> None:
    if _count_others(suivi) >= MAX_SUIVIES:
        raise TropDeRecherches
    suivi.statut, suivi.finit_le = StatutSuivi.SUIVIE, now + DUREE
    suivi.save()


def _count_others(suivi: RechercheSuivie) -> int:
    """How many other searches the address follows."""
    return RechercheSuivie.objects.suivies().filter(courriel=suivi.courriel).exclude(pk=suivi.pk).count()


def close(suivi: RechercheSuivie, now: datetime) -> None:
    """Follow `suivi` no longer, but keep it for who wants to carry on. The caller holds its lock."""
    suivi.statut, suivi.empreinte, suivi.finit_le = StatutSuivi.FERMEE, "", now + REPRISE
    suivi.save(update_fields=["statut", "empreinte", "finit_le"])


@transaction.atomic
def stop(jeton: str) -> None:
    """Delete the search whose signed link holds `jeton`, and what the outbox knows of an address gone.

    Done already, it changes nothing. Raises `LienForge`.
    """
    suivi = RechercheSuivie.objects.filter(pk=unsign(jeton)).select_for_update().first()
    if suivi:
        suivi.delete()
        _forget_mail(Courriel.objects.filter(destinataire=suivi.courriel))


@transaction.atomic
def forget(now: datetime) -> int:
    """Delete the searches that nobody confirmed or took up again in time, those of addresses that the mail
    server refuses for good, and what the outbox keeps of addresses gone; how many searches."""
    refusees = Courriel.objects.filter(
        nom__in=MODELES, abandonne_le__isnull=False, derniere_erreur__startswith=ADRESSE_REFUSEE
    )
    nombre = RechercheSuivie.objects.filter(courriel__in=refusees.values("destinataire")).delete()[0]
    finies = RechercheSuivie.objects.exclude(statut=StatutSuivi.SUIVIE).filter(finit_le__lte=now)
    nombre += finies.delete()[0]
    _forget_mail(Courriel.objects.all())
    return nombre


def _forget_mail(courriels) -> None:
    """Delete, of `courriels`, those about followed searches to addresses that follow nothing any more.

    What still waits does not leave. One that is leaving at this very moment is for the next `forget`.
    """
    siennes = RechercheSuivie.objects.filter(courriel=OuterRef("destinataire"))
    restes = courriels.filter(~Exists(siennes), nom__in=MODELES).select_for_update(skip_locked=True)
    Courriel.objects.filter(pk__in=list(restes.values_list("pk", flat=True))).delete()
