"""A save that was refused: say why, keep what was typed, and show what is stored beside it."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalogue import lecture
from catalogue.models import Dispositif, Evenement, Session
from catalogue.saisie import SaisieRefusee, action_of
from catalogue.tunnel import steps
from catalogue.tunnel.etape_form import EtapeForm


@dataclass(frozen=True)
class Conflit:
    """What the page of a refused save says. `ecarts` are the fields whose stored value differs."""

    code: str
    message: str
    #: Where the form goes now: the row as it stands, or the making of a new one.
    envoi: str = ""
    ecarts: list[dict] = field(default_factory=list)


def explain(form: EtapeForm, refus: SaisieRefusee, by) -> Conflit:
    """Prepare a refused `form` to be shown again and sent again, and return what to say.

    After a stale save each differing field says the stored value and by whom, and the form carries the
    new version: sending it once more is the explicit « Enregistrer ma version ».
    """
    if refus.code == "supprimee":
        return Conflit(refus.code, str(refus), _create_url(form.instance))
    if refus.code != "perimee":
        return Conflit(refus.code, str(refus))
    actuelle = refus.actuelle
    qui, quand = _last_author(actuelle, by)
    ecarts = []
    for champ in form.Meta.fields:
        saisie = getattr(form.instance, champ)
        if saisie == getattr(actuelle, champ):
            continue
        valeur = lecture.lire(actuelle, champ) or "rien"
        bound = form[champ]
        bound.help_text = format_html(
            '{}<br><strong class="valeur-enregistree">Valeur enregistrée par {} : {}</strong>',
            bound.help_text,
            qui,
            valeur,
        )
        ancre = bound.id_for_label or bound.auto_id
        ecarts.append({"libelle": lecture.nom(type(actuelle), champ), "valeur": valeur, "ancre": ancre})
    form.data = form.data.copy()
    form.data["version"] = actuelle.version
    message = f"Cette fiche a été enregistrée ailleurs par {qui} {quand}, après que vous l’avez ouverte ici."
    return Conflit(refus.code, message, steps.url_of(actuelle), ecarts)


def _last_author(row, by) -> tuple[str, str]:
    """Who saved `row` last and when: « Camille Durand », « le 03/03/2027 à 14:05 »."""
    evenements = Evenement.objects.filter(action=action_of(row), details__objet=row._meta.model_name)
    dernier = evenements.filter(details__pk=row.pk).select_related("auteur").first()
    quand = f"le {timezone.localtime(row.modifie_le):%d/%m/%Y à %H:%M}"
    if dernier is None:
        return "quelqu’un", quand
    return ("vous-même" if dernier.auteur == by else str(dernier.auteur)), quand


def _create_url(row) -> str:
    """Where a row deleted meanwhile is made anew from what was typed."""
    match row:
        case Session():
            return reverse("tunnel:session_create", args=[row.action_id])
        case Dispositif():
            return reverse("tunnel:dispositif_create", args=[row.session_id])
    return ""
