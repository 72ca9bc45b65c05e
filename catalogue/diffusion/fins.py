"""Pages that are no longer there: why, and what is offered instead. Status 410, for robots to forget them."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import MotifRetrait
from catalogue.models import Action, Diffusion, Retrait
from catalogue.numeros import ORGANISME, cle_of, numero_action, numero_organisme
from sofi.typographie import date_longue

from .lecture import other_sessions
from .lignes import line

#: In the words of a visitor.
MOTIFS = {
    MotifRetrait.ARCHIVEE: "L’organisme de formation, ou le Carif-Oref, a retiré cette formation.",
    MotifRetrait.SUPPRIMEE: "L’organisme de formation a annulé cette session.",
    MotifRetrait.ANNULEE: "La publication de cette session a été annulée le temps d’une vérification.",
}


def gone(request: HttpRequest, titre: str, raison: str, **contexte) -> HttpResponse:
    """A 410 page: `objet` (what it was), `autres` sessions and `liens` ((label, address)) may help."""
    contexte = {"titre": titre, "raison": raison, "autres": [], "liens": []} | contexte
    return render(request, "diffusion/partie.html", contexte, status=410)


def session_ended(request: HttpRequest, row: Diffusion, jour: date) -> HttpResponse:
    """The page of a session that is over."""
    return gone(
        request,
        "Cette session est terminée",
        f"Elle a pris fin le {date_longue(row.date_fin)}.",
        objet=row.intitule,
        autres=[line(autre, jour) for autre in other_sessions(row.action_id, jour, row.numero)],
        liens=links_of(row, jour),
    )


def session_withdrawn(request: HttpRequest, numero: str, jour: date, perdu: str = "") -> HttpResponse:
    """The page of a session that left before its end; 404 when there never was one of that number.

    `perdu` is what a visitor was writing of it: shown, to be copied.
    """
    retrait = Retrait.objects.filter(pk=numero).first()
    if retrait is None:
        raise Http404
    autres = other_sessions(retrait.action_id, jour)
    # Traces of before they kept it have no title: another session of the action may say it.
    intitule = retrait.intitule or (autres[0].intitule if autres else f"Session {numero}")
    return gone(
        request,
        "Cette session n’est plus proposée",
        f"{MOTIFS[retrait.motif]} Elle n’est plus en ligne depuis le {_day(retrait)}.",
        objet=intitule,
        autres=[line(autre, jour) for autre in autres],
        liens=links_of(retrait, jour),
        perdu=perdu,
    )


def action_gone(request: HttpRequest, pk: int, jour: date) -> HttpResponse:
    """The page of an action none of whose sessions is active; 404 when it never was online."""
    derniere = Diffusion.objects.filter(action=pk).order_by("-date_fin", "-numero").first()
    if derniere:
        raison = f"Sa dernière session a pris fin le {date_longue(derniere.date_fin)}."
        liens, objet = links_of(derniere, jour), derniere.intitule
        return gone(request, "Cette formation est terminée", raison, objet=objet, liens=liens)
    retrait = Retrait.objects.filter(action_id=pk).order_by("-le").first()
    if retrait is None:
        raise Http404
    raison = f"{MOTIFS[retrait.motif]} Elle n’est plus en ligne depuis le {_day(retrait)}."
    objet, liens = retrait.intitule or f"Action {numero_action(pk)}", links_of(retrait, jour)
    return gone(request, "Cette formation n’est plus proposée", raison, objet=objet, liens=liens)


def formation_gone(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a certification that nobody prepares for any more; 404 when nobody ever did."""
    derniere = Diffusion.objects.filter(certification_code=code).order_by("-date_fin").first()
    laissees = Retrait.objects.of_certification(code), Action.objects.offered_as(code)
    if derniere is None and not any(rows.exists() for rows in laissees):
        raise Http404
    return gone(
        request,
        "Aucune session n’est prévue",
        "Les sessions qui préparaient à cette certification sont terminées, ou ne sont plus proposées.",
        objet=derniere.contenu["formation"]["intitule"] if derniere else f"Certifinfo {code}",
    )


def organisme_gone(request: HttpRequest, numero: str) -> HttpResponse:
    """The page of an organisme that offers nothing any more; 404 when it never did."""
    pk = cle_of(numero, ORGANISME)
    derniere = Diffusion.objects.filter(organisme=pk).order_by("-date_fin").first()
    if derniere is None and not Retrait.objects.filter(organisme=pk).exists():
        raise Http404
    contenu = derniere.contenu["organisme"] if derniere else {}
    nom = contenu.get("nom_usage") or contenu.get("raison_sociale") or f"Organisme {numero}"
    raison = "Il n’a plus de session en ligne aujourd’hui."
    return gone(request, "Cet organisme ne propose plus de formation", raison, objet=nom)


def links_of(row: Diffusion | Retrait, jour: date) -> list[tuple[str, str]]:
    """Where to look for the same thing: the certification with other organismes, the organisme's offer."""
    liens = []
    code = row.certification_code
    if code and Diffusion.objects.actives(jour).filter(certification_code=code).exists():
        url = reverse("diffusion:formation", args=[code])
        liens.append(("Voir tous les organismes qui préparent cette certification", url))
    return liens + _organisme_link(row.organisme_id, jour)


def _organisme_link(pk: int, jour: date) -> list[tuple[str, str]]:
    if not Diffusion.objects.actives(jour).filter(organisme=pk).exists():
        return []
    url = reverse("diffusion:organisme", args=[numero_organisme(pk)])
    return [("Voir les autres formations de l’organisme", url)]


def _day(retrait: Retrait) -> str:
    return date_longue(timezone.localdate(retrait.le))
