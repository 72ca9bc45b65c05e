"""The Carif-Oref's question on the récapitulatif: its points, their ticks, the way to each field."""

from django.contrib import messages
from django.http import HttpRequest

from catalogue import points
from catalogue.models import Action, Formation, PointDemande
from catalogue.tunnel import steps

#: Key of the browser's session: answers begun and not sent, by question. A question has no place for them.
REPONSES = "reponses_gardees"


def build_question(action: Action) -> dict | None:
    """The open question of a fetched tree whose `ouvertes` holds it with its points; None without one."""
    if not action.ouvertes:
        return None
    demande = action.ouvertes[0]
    lignes = [_point(action, point) for point in demande.points.all()]
    return {
        "demande": demande,
        "points": lignes,
        "reste": sum(not ligne["est_coche"] for ligne in lignes),
    }


def _point(action: Action, point: PointDemande) -> dict:
    return {
        "pk": point.pk,
        "libelle": points.libelle(action, point),
        "cause": point.get_cause_display(),
        "texte": point.texte,
        "url": _url(action, point),
        "est_coche": point.corrige_le is not None,
    }


def _url(action: Action, point: PointDemande) -> str:
    """The very field of the very row, with the way back here; empty when the row was deleted."""
    row = points.row_of(action, point)
    if row is None:
        return ""
    if isinstance(row, Formation):
        return steps.url_of(row)
    champ = point.champ.partition(".")[2]
    return f"{steps.url_of(row)}?retour={steps.RECAPITULATIF}#id_{champ}"


def keep_ticks(request: HttpRequest, action: Action) -> bool:
    """Keep the ticks posted with an answer, sent or not; say why not when they cannot be."""
    coches, etaient = _keys(request, "coches"), _keys(request, "etaient")
    try:
        points.tick(action.pk, coches=coches, decoches=etaient - coches, by=request.user)
    except points.CocheRefusee as refus:
        messages.warning(request, str(refus))
        return False
    return True


def keep_text(request: HttpRequest, action: Action, texte: str) -> None:
    """Keep the answer begun to the open question of `action` until the person signs out."""
    if demande := action.demandes.ouvertes().first():
        request.session[REPONSES] = request.session.get(REPONSES, {}) | {str(demande.pk): texte}


def kept_text(request: HttpRequest, action: Action) -> str:
    """The answer begun to the question of a fetched tree whose `ouvertes` holds it; '' without one."""
    kept = request.session.get(REPONSES, {})
    return next((kept.get(str(demande.pk), "") for demande in action.ouvertes), "")


def _keys(request: HttpRequest, nom: str) -> set[int]:
    """The keys posted as `nom`; what is no key is ignored."""
    posted = request.POST.getlist(nom)
    return {int(texte) for texte in posted if texte.isascii() and texte.isdigit() and len(texte) < 19}
