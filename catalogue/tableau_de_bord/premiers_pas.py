"""First steps of a new organisme: a list that ticks itself, and goes when all that counts is done."""

from dataclasses import dataclass

from django.urls import reverse

from catalogue.models import Organisme

from .compteurs import ACTIONS, SITES


@dataclass(frozen=True)
class Pas:
    """One step: the act as a link, what it is for, and whether it is done."""

    geste: str
    raison: str
    url: str
    est_fait: bool
    est_facultatif: bool = False


def build_premiers_pas(organisme: Organisme, nombres: dict, *, gere: bool) -> list[Pas]:
    """The steps of `organisme`, or nothing once it has a full sheet, a place and an action.

    `nombres` are the dashboard's counters; `gere` says whether the reader manages the team, and so may
    invite somebody. At most two queries.
    """
    pas = [
        Pas(
            "Complétez la fiche de votre organisme",
            "Téléphone, e-mail, numéro de déclaration d’activité\u00a0: de quoi vous joindre.",
            reverse("etablissements:organisme_edit", args=[organisme.pk]),
            has_full_sheet(organisme),
        ),
        Pas(
            "Ajoutez un site",
            "C’est le lieu que vous choisirez pour vos actions et vos sessions.",
            reverse("etablissements:site_create", args=[organisme.pk]),
            bool(nombres[SITES.titre, ""]),
        ),
        Pas(
            "Créez une première formation",
            "Par son code Certifinfo ou son intitulé, puis l’action, la session et le dispositif. "
            "Chaque étape est enregistrée\u00a0: vous pouvez vous arrêter et reprendre.",
            reverse("tunnel:formation_create"),
            bool(nombres[ACTIONS.titre, ""]),
        ),
    ]
    if all(un.est_fait for un in pas):
        return []
    if gere:
        pas.append(
            Pas(
                "Invitez un collègue",
                "À deux, la saisie ne s’arrête pas pendant les congés.",
                reverse("accounts:equipe_inviter"),
                organisme.rattachements.count() > 1 or organisme.cles.filter(revoquee_le=None).exists(),
                est_facultatif=True,
            )
        )
    return pas


def has_full_sheet(organisme: Organisme) -> bool:
    """Whether the sheet says what the public and the Carif-Oref need to reach the organisme."""
    return all((organisme.telephone, organisme.courriel, organisme.nda))
