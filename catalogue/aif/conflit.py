"""A save that was refused: say why, keep what was typed, and show what is stored beside it."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalogue.aif.forms import DemandeForm
from catalogue.demandes_aif import DemandeRefusee, lecture
from catalogue.enums import TypeEvenementAIF


@dataclass(frozen=True)
class Conflit:
    """What the page of a refused save says. `ecarts` are the fields whose stored value differs."""

    code: str
    message: str
    #: Where the form goes now: the request as it stands.
    envoi: str = ""
    ecarts: list[dict] = field(default_factory=list)


def explain(form: DemandeForm, refus: DemandeRefusee, by) -> Conflit:
    """Prepare a refused `form` to be shown again and sent again, and return what to say.

    After a stale save each differing field says the stored value, and the form carries the new version:
    sending it once more is the explicit « Enregistrer ma version ».
    """
    if refus.code != "perimee":
        return Conflit(refus.code, str(refus))
    actuelle = refus.actuelle
    ecarts = []
    for champ in form.champs:
        if getattr(form.instance, champ) == getattr(actuelle, champ):
            continue
        valeur = lecture.lire(actuelle, champ) or "rien"
        bound = form["ligne1" if champ == "lieu_lignes" else champ]
        bound.help_text = format_html(
            '{}<br><strong class="valeur-enregistree">Valeur enregistrée : {}</strong>',
            bound.help_text,
            valeur,
        )
        nom = lecture.nom(champ)
        ecarts.append({"libelle": nom[:1].upper() + nom[1:], "valeur": valeur, "ancre": bound.auto_id})
    form.data = form.data.copy()
    form.data["version"] = actuelle.version
    message = (
        f"Cette demande a été enregistrée ailleurs par {_last_author(actuelle, by)} le "
        f"{timezone.localtime(actuelle.modifie_le):%d/%m/%Y à %H:%M}, après que vous l’avez ouverte ici."
    )
    return Conflit(refus.code, message, reverse("aif:demande_edit", args=[actuelle.pk]), ecarts)


def _last_author(demande, by) -> str:
    """Who typed in the request last."""
    saisies = (TypeEvenementAIF.CREATION, TypeEvenementAIF.MODIFICATION)
    dernier = demande.evenements.select_related("auteur").filter(type__in=saisies).first()
    return "vous-même" if dernier.auteur == by else str(dernier.auteur)
