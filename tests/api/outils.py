"""Reading the API as a program does."""

from django.urls import reverse

from catalogue.models import Diffusion, Session
from catalogue.numeros import numero_action, numero_formation, numero_organisme
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, publier

FAMILLES = ("organismes", "formations", "actions", "sessions", "certifications")


def online(sessions: int = 1, **action) -> list[Diffusion]:
    """An action put online, with as many sessions; its published rows."""
    neuve = ActionFactory(**action)
    for _ in range(sessions):
        DispositifFactory(session=SessionFactory(action=neuve))
    return list(publier(neuve).diffusions.order_by("numero"))


def numeros(row: Diffusion) -> dict[str, str]:
    """The number of each object that a published session tells of, by family."""
    return {
        "organismes": numero_organisme(row.organisme_id),
        "formations": numero_formation(row.formation_id),
        "actions": numero_action(row.action_id),
        "sessions": row.numero,
        "certifications": row.certification_code,
    }


def url_of(famille: str, numero: str) -> str:
    """The address of an object."""
    return reverse(f"api:{famille.removesuffix('s')}", args=[numero])


def cle_of(famille: str) -> str:
    """The field that names an object of this family."""
    return "code" if famille == "certifications" else "numero"


def read_all(client, famille: str, meanwhile=lambda page: None, **params) -> list[dict]:
    """Every object of a list, page after page; `meanwhile(rank)` happens between two pages."""
    url, objets, page = reverse(f"api:{famille}", query=params or None), [], 0
    while url:
        body = client.get(url).json()
        objets += body["resultats"]
        url = body["suivant"]
        meanwhile(page)
        page += 1
    return objets


def numbers(client, famille: str, **params) -> list[str]:
    """The numbers of a list, in its order."""
    return [objet[cle_of(famille)] for objet in read_all(client, famille, **params)]


def end(row: Diffusion, jour) -> None:
    """Have a published session end on `jour`, as time would."""
    for model in (Diffusion, type(row.recherche)):
        model.objects.filter(pk=row.numero).update(date_debut=jour, date_fin=jour)
    Session.objects.filter(pk=row.session_id).update(date_debut=jour, date_fin=jour)
