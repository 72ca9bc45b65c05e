"""The pages that are measured, and for whom."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from catalogue import workflow
from catalogue.bench import formulaire
from catalogue.bench.mesure import Resultat, get, measure, measure_calls, sign_in
from catalogue.bench.questions import build_questions
from catalogue.enums import RoleOrganisme, StatutAction
from catalogue.models import Action, Diffusion, Organisme
from catalogue.validation.views_file import PAR_PAGE
from sofi.paging import AFTER, SEPARATOR

#: `speed.md` G2: the queue's page by key far in the list; G3: how many questions are asked.
RANG, QUESTIONS = 50, 300


def measure_all() -> Iterator[Resultat]:
    """Every page, one after the other."""
    yield from _organisme("médian", *_member("median"))
    yield from _organisme("le plus gros", *_member("largest"))
    yield from _tunnel(*_member("median"))
    valideur = _valideur()
    yield from _atelier(valideur)
    yield from _public(Client(SERVER_NAME="localhost"), valideur)


def _valideur() -> Client:
    champs = {"prenom": "Mesure", "nom": "Bench", "role_carif": "valideur"}
    user, _ = get_user_model().objects.get_or_create(email="bench@exemple.fr", defaults=champs)
    return sign_in(user)


def _member(taille: str) -> tuple[Client, Organisme]:
    """Somebody who types for the organisme of median or largest offer, and that organisme."""
    par_taille = Organisme.objects.annotate(nombre=Count("actions")).order_by("nombre", "pk")
    organisme = par_taille.last() if taille == "largest" else par_taille[par_taille.count() // 2]
    champs = {"prenom": "Mesure", "nom": f"Organisme {taille}"}
    user, est_nouveau = get_user_model().objects.get_or_create(email=f"{taille}@exemple.fr", defaults=champs)
    if est_nouveau:
        user.organismes.add(organisme, through_defaults={"role": RoleOrganisme.GESTIONNAIRE})
    return sign_in(user), organisme


def _organisme(quel: str, client: Client, organisme: Organisme) -> Iterator[Resultat]:
    nom = f"Tableau de bord, organisme {quel}"
    yield measure(nom, client, reverse("tableau_de_bord:accueil"))


def _tunnel(client: Client, organisme: Organisme) -> Iterator[Resultat]:
    """The step « Action » read, and saved for real."""
    action = organisme.actions.filter(statut=StatutAction.EN_SAISIE).first()
    if action is None:
        validee = organisme.actions.filter(statut=StatutAction.VALIDEE).first()
        action = workflow.apply(validee.pk, "reopen", by=organisme.membres.first())
    url = reverse("tunnel:action", args=[action.pk])
    yield measure("Tunnel, étape Action lue", client, url)
    champs = formulaire.fields_of(get(client, url), "version")

    def save():
        version = Action.objects.values_list("version", flat=True).get(pk=action.pk)
        commentaire = f"Durée relue {version} fois"
        response = client.post(url, champs | {"version": [str(version)], "commentaire_duree": [commentaire]})
        if response.status_code != 302:
            raise RuntimeError(f"{url} : réponse {response.status_code} à l’enregistrement")

    yield measure_calls("Tunnel, étape Action enregistrée", client, save)


def _atelier(client: Client) -> Iterator[Resultat]:
    url = reverse("validation:file")
    file = Action.objects.en_attente_validation().order_by("soumise_le", "pk")
    yield measure("File, première page", client, url)
    rang = max(min(RANG, file.count() // PAR_PAGE), 1)
    derniere = file.values_list("soumise_le", "pk")[(rang - 1) * PAR_PAGE]
    loin = f"{url}?{urlencode({AFTER: SEPARATOR.join(map(str, derniere))})}"
    yield measure(f"File, page {rang} par clé", client, loin)
    yield measure("File, par début de session", client, f"{url}?tri=debut")
    dossier = reverse("validation:dossier", args=[file.first().pk])
    yield measure("Dossier de la première action", client, dossier)


def _public(client: Client, connecte: Client) -> Iterator[Resultat]:
    """The pages of anybody; `connecte` asks for the floor."""
    time = partial(measure, connecte=connecte)
    recherche = reverse("diffusion:recherche")
    questions = [f"{recherche}?{question}" for question in build_questions(QUESTIONS)]
    yield time("Recherche, sans critère", client, recherche)
    yield time(f"Recherche, {QUESTIONS} questions mêlées", client, questions)
    yield time("Recherche, mot très courant", client, f"{recherche}?q=professionnel")
    yield time("Recherche, mot inconnu", client, f"{recherche}?q=zzyzxq")
    lignes = Diffusion.objects.filter(date_fin__gt="2000-01-01").order_by("-date_fin")[:50]
    formations = {reverse("diffusion:formation", args=[ligne.certification_code]) for ligne in lignes}
    yield time("Page d’une formation", client, sorted(formations))
    sessions = [reverse("diffusion:session", args=[ligne.numero]) for ligne in lignes]
    yield time("Page d’une session", client, sessions)
