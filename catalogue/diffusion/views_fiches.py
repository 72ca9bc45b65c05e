"""The public sheets: a certification, an action, a session, an organisme. They read `Diffusion` alone."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from catalogue.certifications.remplacements import prepared_successors
from catalogue.models import Diffusion, Retrait
from catalogue.numeros import (
    ACTION,
    FORMATION,
    ORGANISME,
    canonical_numero,
    cle_of,
    numero_action,
    numero_organisme,
)
from catalogue.recherche import suites
from sofi.courriels import lien
from sofi.paging import AFTER, BEFORE, Page, page_by_key
from sofi.typographie import apostrophes

from . import donnees_structurees, fiche, fins, mots
from .cache import public_page
from .lecture import next_session, next_sessions, other_sessions, with_parts
from .lignes import line

#: Actions on a page, and sessions on the page of an action.
TAILLE = 20


@login_not_required
@public_page
def formation(request: HttpRequest, code: str) -> HttpResponse:
    """A certification, and the actions that prepare for it: the next session of each."""
    jour = timezone.localdate()
    if cle := cle_of(code.upper(), FORMATION):
        return _of_organisme(cle, jour)
    rows = Diffusion.objects.filter(certification_code=code)
    modele = next_session(rows, jour)
    if modele is None:
        return _replaced(request, code, jour) or fins.formation_gone(request, code)
    contenu = modele.contenu["formation"]
    intitule = apostrophes(contenu["intitule"])
    contexte = _listed(request, next_sessions(rows, jour), jour) | {
        "intitule": intitule,
        "code": code,
        "objectif": contenu["objectif"],
        "programme": contenu["programme"],
        "certification": fiche.certification_section(modele),
        "suites": suites.links(QueryDict(f"certification={code}")),
        **_head(request, f"{intitule} : organismes, dates et lieux", contenu["objectif"]),
    }
    return render(request, "diffusion/formation.html", contexte)


def _of_organisme(pk: int, jour: date) -> HttpResponse:
    """The way to what an organisme offers, by the number of its formation: the page of the certification, or
    of its action when it has no code."""
    rows = Diffusion.objects.filter(formation=pk)
    row = next_session(rows, jour) or rows.order_by("-date_fin", "-numero").first()
    if row is None:
        raise Http404
    if row.certification_code:
        return redirect("diffusion:formation", row.certification_code)
    return redirect("diffusion:action", numero_action(row.action_id))


def _replaced(request: HttpRequest, code: str, jour) -> HttpResponse | None:
    """Of a code that was replaced: the way to the one that is prepared for today, or the choice of them."""
    choix = prepared_successors(code, jour)
    if not choix:
        return None
    if len(choix) == 1:
        return redirect("diffusion:formation", choix[0].code, permanent=True)
    return render(request, "diffusion/remplacee.html", {"code": code, "choix": choix})


@login_not_required
@public_page
def action(request: HttpRequest, numero: str) -> HttpResponse:
    """An action: its whole sheet, its active sessions, and those that are over."""
    pk, jour = cle_of(numero.upper(), ACTION), timezone.localdate()
    if pk is None:
        raise Http404
    if numero != numero_action(pk):
        return redirect("diffusion:action", numero_action(pk), permanent=True)
    rows = Diffusion.objects.filter(action=pk)
    modele = next_session(rows, jour)
    if modele is None:
        return fins.action_gone(request, pk, jour)
    page = _page(request, with_parts(rows.actives(jour)), jour)
    finies = rows.filter(date_fin__lt=jour).order_by("-date_fin", "numero").defer("contenu")
    contexte = _sheet(request, modele, page.rows) | {
        "numero": numero,
        "cles": fiche.action_facts(modele),
        "page": page,
        "sessions": [line(row, jour) for row in page.rows],
        "finies": [
            (row.numero, mots.periode(row.date_debut, row.date_fin), row.ville) for row in finies[:20]
        ],
    }
    response = render(request, "diffusion/action.html", contexte)
    response.modifiee_le = modele.modifiee_le
    return response


@login_not_required
@public_page
def session(request: HttpRequest, numero: str) -> HttpResponse:
    """One session: its dates, its place, its funding, and the sheet of its action."""
    jour = timezone.localdate()
    row = Diffusion.objects.filter(pk=numero).first()
    if row is None:
        return _known_otherwise(numero) or fins.session_withdrawn(request, numero, jour)
    if row.date_fin < jour:
        return fins.session_ended(request, row, jour)
    autres = other_sessions(row.action_id, jour, numero)
    precision = f", {row.ville}, {mots.periode(row.date_debut, row.date_fin).lower()}"
    contexte = _sheet(request, row, [row], precision) | {
        "row": row,
        "numero_action": numero_action(row.action_id),
        "cles": fiche.key_facts(row, jour),
        "section": fiche.session_section(row),
        "financements": fiche.funding_sections(row),
        "autres": [line(autre, jour) for autre in autres],
        "est_complete": row.contenu["session"]["places_disponibles"] == 0,
    }
    response = render(request, "diffusion/session.html", contexte)
    response.modifiee_le = row.modifiee_le
    return response


def _known_otherwise(numero: str) -> HttpResponse | None:
    """The way to the session that `numero` names in another form; None when it is written as we do."""
    canonique = canonical_numero(numero)
    if canonique in (None, numero):
        return None
    if not any(model.objects.filter(pk=canonique).exists() for model in (Diffusion, Retrait)):
        return None
    return redirect("diffusion:session", canonique, permanent=True)


@login_not_required
@public_page
def organisme(request: HttpRequest, numero: str) -> HttpResponse:
    """The public side of an organisme, and its actions that are online."""
    pk, jour = cle_of(numero.upper(), ORGANISME), timezone.localdate()
    if pk is None:
        raise Http404
    if numero != numero_organisme(pk):
        return redirect("diffusion:organisme", numero_organisme(pk), permanent=True)
    rows = Diffusion.objects.filter(organisme=pk)
    modele = next_session(rows, jour)
    if modele is None:
        return fins.organisme_gone(request, numero)
    contenu = modele.contenu["organisme"]
    nom = mots.nom(contenu)
    contexte = _listed(request, next_sessions(rows, jour), jour) | {
        "nom": nom,
        "coordonnees": fiche.organisme_section(contenu),
        "suites": suites.links(QueryDict(f"organisme={numero}")),
        **_head(request, f"{nom} : ses formations", f"Formations proposées par {nom}, {contenu['ville']}."),
    }
    return render(request, "diffusion/organisme.html", contexte)


def _sheet(request: HttpRequest, modele: Diffusion, rows: list[Diffusion], precision: str = "") -> dict:
    """What the pages of an action and of a session share; `rows` are the sessions told to robots.

    `precision` tells the title of a session from that of its action.
    """
    contenu, intitule = modele.contenu, apostrophes(modele.intitule)
    instances = [(row.numero, row.date_debut, row.date_fin, *_parts(row)) for row in rows]
    description = contenu["formation"]["objectif"] or contenu["action"]["complement_descriptif"]
    return {
        "intitule": intitule,
        "organisme": mots.nom(contenu["organisme"]),
        "url_organisme": reverse("diffusion:organisme", args=[numero_organisme(modele.organisme_id)]),
        "certification_code": modele.certification_code,
        "sections": fiche.action_sections(modele),
        "certification": fiche.certification_section(modele),
        "contact": fiche.contact_section(modele),
        "joindre": fiche.reach(modele),
        "modifiee_le": modele.modifiee_le,
        "donnees": donnees_structurees.script(donnees_structurees.course(modele, instances)),
        **_head(request, f"{intitule} – {mots.nom(contenu['organisme'])}{precision}", description),
    }


def _parts(row: Diffusion) -> tuple[dict, list[dict]]:
    """The session and its dispositifs, of a row read whole or `with_parts`."""
    if hasattr(row, "session_"):
        return row.session_, row.dispositifs_
    return row.contenu["session"], row.contenu["dispositifs"]


def _listed(request: HttpRequest, rows: QuerySet, jour: date) -> dict:
    """One page of actions, each by its next session. Two queries, four for a page before."""
    page = _page(request, rows, jour)
    return {"page": page, "lignes": [line(row, jour) for row in page.rows]}


def _page(request: HttpRequest, rows: QuerySet, jour: date) -> Page:
    """Sessions in the order of the search by date: those to come, then those that have begun."""
    return page_by_key(rows, request.GET, key="date_debut", pivot=jour, size=TAILLE)


def _head(request: HttpRequest, titre: str, description: str) -> dict:
    """What a page says of itself in `<head>`; a following page of a list is not to be indexed."""
    est_suite = bool(request.GET.keys() & {AFTER, BEFORE})
    return {
        "titre_page": Truncator(titre).chars(160),
        "description": Truncator(" ".join(description.split())).chars(155) or titre,
        "canonique": lien(request.resolver_match.view_name, **request.resolver_match.kwargs),
        "est_suite": est_suite,
    }
