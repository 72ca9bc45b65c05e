"""Telling people: each as they chose, at once, in the morning's digest, or not at all."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from catalogue.enums import ROLES_SAISIE, ModeAvis, TypeAvis
from catalogue.models import Action, AvisEnAttente, Organisme, PreferenceAvis
from sofi.courriels import envoyer
from sofi.courriels.redaction import rediger

LONGUEUR_AVIS = 700


def team(organisme: Organisme | int, roles: Iterable[str] = ROLES_SAISIE, *, but=None) -> QuerySet:
    """The active people who have one of `roles` in the organisme, except `but`; in a stable order."""
    people = get_user_model().objects.filter(
        rattachements__organisme=organisme, rattachements__role__in=roles, is_active=True
    )
    return (people.exclude(pk=but.pk) if but else people).order_by("pk")


def notify(
    people: Iterable,
    type_avis: TypeAvis,
    modele: str,
    contexte: dict,
    *,
    action: Action | None = None,
    organisme: int | None = None,
) -> None:
    """Tell each of `people` as they chose for `type_avis`, in the current transaction.

    `contexte` fills in `templates/courriels/<modele>.txt`; its `url` is the page spoken of, and its `texte`,
    if any, the reason. Whoever chose the digest gets the mail's subject, the reason and the page the next
    morning, if they are still of the organisme: that of `action`, or the one whose key is `organisme`. One
    query for the choices, then a few a person.
    """
    people = [person for person in people if person.is_active]
    choix = PreferenceAvis.objects.filter(type=type_avis, user__in=people)
    modes = dict(choix.values_list("user", "mode")) if people else {}
    for person in people:
        match modes.get(person.pk, ModeAvis.IMMEDIAT):
            case ModeAvis.IMMEDIAT:
                envoyer(modele, a=person.email, contexte=contexte)
            case ModeAvis.QUOTIDIEN:
                keep(person, type_avis, modele, contexte, action, organisme)


def keep(
    person, type_avis: TypeAvis, modele: str, contexte: dict, action: Action | None, organisme: int | None
) -> AvisEnAttente:
    """Leave a line for the person's next digest: the subject of the mail, and the reason on the same line."""
    objet, _ = rediger(modele, contexte)
    raison = " ".join(contexte.get("texte", "").split())
    ligne = f"{objet} – «\u00a0{raison}\u00a0»" if raison else objet
    if len(ligne) > LONGUEUR_AVIS:
        ligne = ligne[: LONGUEUR_AVIS - 1].rstrip() + "…"
    return AvisEnAttente.objects.create(
        user=person,
        type=type_avis,
        action=action,
        organisme_id=organisme,
        texte=ligne,
        url=contexte["url"],
    )
