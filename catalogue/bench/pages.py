"""The pages that are measured, and for whom."""

from collections.abc import Iterator
from itertools import count
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from catalogue import workflow
from catalogue.bench import formulaire
from catalogue.bench.mesure import Banc, Resultat, get, sign_in
from catalogue.bench.questions import build_questions
from catalogue.bench.serveur import HOTE, VISITEURS, message, served
from catalogue.enums import RoleOrganisme, StatutAction
from catalogue.models import Action, Diffusion, Organisme
from catalogue.validation.views_file import PAR_PAGE
from sofi.paging import AFTER, SEPARATOR
from sofi.typographie import NBSP

#: The queue's page by key far in the list; how many questions are asked.
RANG, QUESTIONS = 50, 300
#: The pages by which sizes are compared.
ACCUEIL, MELEES = "Tableau de bord, organisme {}", f"Recherche, {QUESTIONS} questions mêlées"


def measure_all() -> Iterator[Resultat]:
    """Every page, one after the other."""
    median, gros = _member("median"), _member("largest")
    with served() as port:
        banc = Banc(port, connecte=median[0])
        yield _accueil(banc, "médian", *median)
        yield _accueil(banc, "le plus gros", *gros)
        yield from _tunnel(banc, *median)
        yield from _atelier(banc, _valideur())
        yield from _public(banc, Client(SERVER_NAME=HOTE))


def compare(par_taille: dict[int, list[Resultat]]) -> Iterator[str]:
    """What each size costs beside the smallest: the search by its p95, the dashboard by its floors."""
    petite, *autres = sorted(par_taille)
    par_nom = {taille: {r.nom: r for r in resultats} for taille, resultats in par_taille.items()}
    accueil = ACCUEIL.format("médian")
    for taille in autres:
        avant, apres, contre = par_nom[petite], par_nom[taille], f"{taille} sessions contre {petite}{NBSP}:"
        yield f"{contre} {MELEES}, p95 × {apres[MELEES].p95 / avant[MELEES].p95:.2f}"
        yield f"{contre} {accueil}, part du plancher × {apres[accueil].ratio / avant[accueil].ratio:.2f}"


def is_enough() -> bool:
    """Whether each page has something to show: online, in the queue, and to type in."""
    saisies = _organisme("median").actions.filter(statut__in=(StatutAction.EN_SAISIE, StatutAction.VALIDEE))
    file = Action.objects.en_attente_validation()
    return saisies.count() > 1 and file.exists() and Diffusion.objects.exists()


def _valideur() -> Client:
    champs = {"prenom": "Mesure", "nom": "Bench", "role_carif": "valideur"}
    user, _ = get_user_model().objects.get_or_create(email="bench@exemple.fr", defaults=champs)
    return sign_in(user)


def _member(taille: str) -> tuple[Client, Organisme]:
    """Somebody who types for the organisme of median or largest offer, and that organisme."""
    organisme = _organisme(taille)
    champs = {"prenom": "Mesure", "nom": f"Organisme {taille}"}
    user, est_nouveau = get_user_model().objects.get_or_create(email=f"{taille}@exemple.fr", defaults=champs)
    if est_nouveau:
        user.organismes.add(organisme, through_defaults={"role": RoleOrganisme.GESTIONNAIRE})
    return sign_in(user), organisme


def _organisme(taille: str) -> Organisme:
    par_taille = Organisme.objects.annotate(nombre=Count("actions")).order_by("nombre", "pk")
    return par_taille.last() if taille == "largest" else par_taille[par_taille.count() // 2]


def _accueil(banc: Banc, quel: str, client: Client, organisme: Organisme) -> Resultat:
    return banc.measure(ACCUEIL.format(quel), client, reverse("tableau_de_bord:accueil"))


def _tunnel(banc: Banc, client: Client, organisme: Organisme) -> Iterator[Resultat]:
    """The step « Action » read, and saved for real: by visitors who each have their action."""
    urls = [reverse("tunnel:action", args=[pk]) for pk in _being_typed(organisme, VISITEURS + 1)]
    yield banc.measure("Tunnel, étape Action lue", client, urls[0])
    ici, *suites = (_saves(client, url) for url in urls)

    def save():
        url, champs = next(ici)
        response = client.post(url, champs)
        if response.status_code != 302:
            raise RuntimeError(f"{url} : réponse {response.status_code} à l’enregistrement")

    envois = [
        (message(client, url, urlencode(champs, doseq=True).encode()) for url, champs in suite)
        for suite in suites
    ]
    yield banc.measure_calls("Tunnel, étape Action enregistrée", envois, save, statut=302)


def _being_typed(organisme: Organisme, nombre: int) -> list[int]:
    """Keys of as many actions of `organisme` that may be typed in; validated ones are reopened at need."""
    saisies = organisme.actions.filter(statut=StatutAction.EN_SAISIE).order_by("pk")
    cles = list(saisies.values_list("pk", flat=True)[:nombre])
    validees = organisme.actions.filter(statut=StatutAction.VALIDEE)[: nombre - len(cles)]
    return cles + [workflow.apply(row.pk, "reopen", by=organisme.membres.first()).pk for row in validees]


def _saves(client: Client, url: str) -> Iterator[tuple[str, dict]]:
    """The address and the fields of one save after the other, each of which changes something."""
    champs = formulaire.fields_of(get(client, url), "version")
    return (
        (url, champs | {"version": [str(version)], "commentaire_duree": [f"Durée relue {version} fois"]})
        for version in count(int(champs["version"][0]))
    )


def _atelier(banc: Banc, client: Client) -> Iterator[Resultat]:
    url = reverse("validation:file")
    file = Action.objects.en_attente_validation().order_by("soumise_le", "pk")
    yield banc.measure("File, première page", client, url)
    rang = max(min(RANG, file.count() // PAR_PAGE), 1)
    derniere = file.values_list("soumise_le", "pk")[(rang - 1) * PAR_PAGE]
    loin = f"{url}?{urlencode({AFTER: SEPARATOR.join(map(str, derniere))})}"
    yield banc.measure(f"File, page {rang} par clé", client, loin)
    yield banc.measure("File, par début de session", client, f"{url}?tri=debut")
    dossier = reverse("validation:dossier", args=[file.first().pk])
    yield banc.measure("Dossier de la première action", client, dossier)


def _public(banc: Banc, client: Client) -> Iterator[Resultat]:
    """The pages of anybody."""
    recherche = reverse("diffusion:recherche")
    questions = [f"{recherche}?{question}" for question in build_questions(QUESTIONS)]
    yield banc.measure("Recherche, sans critère", client, recherche)
    yield banc.measure(MELEES, client, questions)
    yield banc.measure("Recherche, mot très courant", client, f"{recherche}?q=professionnel")
    yield banc.measure("Recherche, mot inconnu", client, f"{recherche}?q=zzyzxq")
    lignes = Diffusion.objects.filter(date_fin__gt="2000-01-01").order_by("-date_fin")[:50]
    formations = {reverse("diffusion:formation", args=[ligne.certification_code]) for ligne in lignes}
    yield banc.measure("Page d’une formation", client, sorted(formations))
    sessions = [reverse("diffusion:session", args=[ligne.numero]) for ligne in lignes]
    yield banc.measure("Page d’une session", client, sessions)
