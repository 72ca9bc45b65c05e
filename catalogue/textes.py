"""Prepared texts: what may be written between braces, and how it is filled in for an action."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.conf import settings
from django.db.models import Subquery
from django.utils import timezone

from catalogue.enums import UsageTexte
from catalogue.models import Action, Delais, TexteType
from sofi.typographie import date_longue

#: What a prepared text may hold between braces, with what it becomes.
PLACEHOLDERS = {
    "organisme": "nom de l’organisme",
    "intitule": "intitulé de l’action",
    "numero_action": "numéro de l’action",
    "certifinfo": "code Certifinfo de la formation",
    "date_limite": "date souhaitée pour la réponse (aujourd’hui et le délai de la seconde relance)",
    "carif": "nom du Carif-Oref",
    "telephone": "téléphone du Carif-Oref",
    "courriel": "adresse e-mail du Carif-Oref",
    "horaires": "horaires du Carif-Oref",
    "site_regional": "nom du site qui diffuse l’offre",
}
#: A word between braces; what is between may be wrong, it is then said.
_MOT = re.compile(r"\{([^{}\n]{0,60})\}")


def unknown(texte: str) -> list[str]:
    """The words between braces of `texte` that nothing replaces, each once, in their order."""
    return list(dict.fromkeys(mot for mot in _MOT.findall(texte) if mot not in PLACEHOLDERS))


def fill_with(texte: str, valeurs: Mapping[str, str]) -> str:
    """`texte` with each `{mot}` replaced by its value; a word without value is left as it is written.

    In one pass: braces in a value, as in the title an organisme typed, replace nothing.
    """
    return _MOT.sub(lambda trouve: valeurs.get(trouve[1], trouve[0]), texte)


def fill(texte: str, action: Action) -> str:
    """`texte` filled in for `action`, fetched with its organisme and its formation. One query."""
    return fill_with(texte, of_action(action))


def of_action(action: Action) -> dict[str, str]:
    """What each word becomes for `action`, fetched with its organisme and its formation. One query."""
    return _of_action(action, Delais.current().seconde_relance)


def _of_action(action: Action, jours: int) -> dict[str, str]:
    """The same, `jours` being the delay of the second reminder."""
    certification = action.formation.certification
    return _of_carif(jours) | {
        "organisme": action.organisme.nom,
        "intitule": action.intitule,
        "numero_action": str(action.pk),
        "certifinfo": certification.code if certification else "hors Certifinfo",
    }


def of_carif() -> dict[str, str]:
    """The words that hold whatever the text is about. One query, for the delay."""
    return _of_carif(Delais.current().seconde_relance)


def _of_carif(jours: int) -> dict[str, str]:
    carif = settings.CARIF
    limite = timezone.localdate() + timedelta(days=jours)
    return {
        "date_limite": date_longue(limite),
        "carif": carif.nom,
        "telephone": carif.telephone,
        "courriel": carif.courriel,
        "horaires": carif.horaires,
        "site_regional": carif.site_regional,
    }


def proposed(usages: Iterable[UsageTexte], action: Action) -> dict[UsageTexte, list[tuple[TexteType, str]]]:
    """The prepared texts offered for `usages`, in their order, each filled in for `action`. One query."""
    textes = {usage: [] for usage in usages}
    jours = Subquery(Delais.objects.values("seconde_relance"))
    for texte in TexteType.objects.filter(usage__in=list(textes), est_actif=True).annotate(jours=jours):
        rempli = fill_with(texte.texte, _of_action(action, texte.jours))
        textes[UsageTexte(texte.usage)].append((texte, rempli))
    return textes


def offered(usage: UsageTexte) -> list[TexteType]:
    """The prepared texts proposed for `usage`, in their order. One query."""
    return list(TexteType.objects.filter(usage=usage, est_actif=True))
