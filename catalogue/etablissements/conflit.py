"""A save that was refused: say why, keep what was typed, and show what is stored beside it."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.html import format_html

from catalogue.etablissements import lecture
from catalogue.etablissements.champs import FicheForm
from catalogue.etablissements.saisie import SaisieRefusee
from catalogue.models import EvenementEtablissement


@dataclass(frozen=True)
class Conflit:
    """What the page of a refused save says. `ecarts` are the fields whose stored value differs."""

    code: str
    message: str
    ecarts: list[dict] = field(default_factory=list)


def explain(form: FicheForm, refus: SaisieRefusee, by) -> Conflit:
    """Prepare a refused `form` to be shown again and sent again, and return what to say.

    After a stale save each differing field says the stored value and by whom, and the form carries the new
    version: sending it once more is the explicit « Enregistrer ma version ».
    """
    if refus.code != "perimee":
        return Conflit(refus.code, str(refus))
    actuelle = refus.actuelle
    qui = _last_author(actuelle, by)
    ecarts = []
    for champ in form.Meta.fields:
        if champ not in form.fields or getattr(form.instance, champ) == getattr(actuelle, champ):
            continue
        valeur = lecture.lire(actuelle, champ) or "rien"
        bound = form[champ]
        bound.help_text = format_html(
            '{}<br><strong class="valeur-enregistree">Valeur enregistrée par {} : {}</strong>',
            bound.help_text,
            qui,
            valeur,
        )
        ecarts.append(
            {"libelle": bound.label, "valeur": valeur, "ancre": bound.id_for_label or bound.auto_id}
        )
    form.data = form.data.copy()
    form.data["version"] = actuelle.version
    quand = f"le {timezone.localtime(actuelle.modifie_le):%d/%m/%Y à %H:%M}"
    message = f"Cette fiche a été enregistrée ailleurs par {qui} {quand}, après que vous l’avez ouverte ici."
    return Conflit(refus.code, message, ecarts)


def _last_author(row, by) -> str:
    """Who saved `row` last."""
    evenements = EvenementEtablissement.objects.filter(objet=row._meta.model_name, objet_pk=row.pk)
    dernier = evenements.select_related("auteur").first()
    if dernier is None:
        return "quelqu’un"
    return "vous-même" if dernier.auteur == by else str(dernier.auteur)
