"""The pages of mail: what did not leave, for administrators, and the demo's mailbox."""

import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sofi.configuration import BASE_DIR
from sofi.courriels import envoyer
from sofi.models import Courriel
from tests.courriels.outils import envoyer_tout
from tests.factories import CourrielFactory, UserFactory
from tests.socle.test_configuration import PRODUCTION

pytestmark = pytest.mark.django_db

URL = "/atelier/courriels/"


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(administrateur=True))
    return client


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def texte(element) -> str:
    return " ".join(element.get_text(" ").split())


def test_the_list_shows_the_envelope_and_the_reason_of_what_did_not_leave(admin):
    abandonne = CourrielFactory(abandonne=True)
    retarde = CourrielFactory(cree_le=timezone.now() - timedelta(hours=1))
    CourrielFactory(derniere_erreur="", tentatives=0)  # written just now
    CourrielFactory(
        envoye_le=timezone.now(), corps=None, prochain_essai_le=None, derniere_erreur="", tentatives=1
    )

    lignes = [texte(ligne) for ligne in page(admin.get(URL)).select("tbody tr")]

    assert len(lignes) == 2
    assert lignes[0].startswith(
        f"{abandonne.objet} {abandonne.destinataire} L’adresse du destinataire est refusée par le serveur"
    )
    assert "1 Abandonné le " in lignes[0]
    assert (
        f"{retarde.destinataire} Le serveur de messagerie est injoignable. 1 Prochain essai le" in lignes[1]
    )
    assert "Le contenu." not in str(lignes)


def test_a_worker_that_does_nothing_is_seen(admin):
    assert "semble arrêté" not in texte(page(admin.get(URL)).main)
    il_y_a_une_heure = timezone.now() - timedelta(hours=1)
    CourrielFactory(
        derniere_erreur="", tentatives=0, cree_le=il_y_a_une_heure, prochain_essai_le=il_y_a_une_heure
    )

    shown = page(admin.get(URL))

    assert "Le service d’envoi semble arrêté" in texte(shown.main)
    [ligne] = shown.select("tbody tr")
    assert "Pas encore essayé. 0 Attend le service d’envoi depuis le" in texte(ligne)
    assert ligne.form is None


@pytest.mark.parametrize("abandonne", [True, False])
def test_sending_again_orders_one_attempt_however_often_it_is_clicked(admin, abandonne):
    courriel = CourrielFactory(abandonne=abandonne)
    bouton = page(admin.get(URL)).select_one("tbody form")

    premiere = admin.post(bouton["action"], follow=True)
    seconde = admin.post(bouton["action"], follow=True)

    assert f"Le message à {courriel.destinataire} repart dans un instant." in texte(page(premiere))
    assert f"Le message à {courriel.destinataire} est déjà parti, ou en train de partir." in texte(
        page(seconde)
    )
    assert ProcrastinateJob.objects.filter(args={"uuid": str(courriel.uuid)}).count() == 1


def test_sending_again_what_does_not_exist_is_a_404(admin):
    assert admin.post(reverse("courriels:renvoyer", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(admin, nombre, django_assert_num_queries):
    CourrielFactory.create_batch(nombre, abandonne=True)

    with django_assert_num_queries(3):  # session and person, messages, late ones
        admin.get(URL)


def test_the_list_is_paged_by_key(admin):
    CourrielFactory.create_batch(51, abandonne=True)

    premiere = page(admin.get(URL))
    suite = premiere.select_one("a[rel=next]")["href"]
    seconde = page(admin.get(URL + suite))

    assert [len(shown.select("tbody tr")) for shown in (premiere, seconde)] == [50, 1]
    Courriel.objects.all().delete()
    assert "Il n’y a plus rien sur cette page" in texte(page(admin.get(URL + suite)))
    assert "Tous les courriels sont partis" in texte(page(admin.get(URL)))


@pytest.fixture
def boite_demo(settings, tmp_path):
    settings.EMAIL_BACKEND = "sofi.courriels.boite.BoiteDemo"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.mark.usefixtures("boite_demo")
def test_a_newcomer_reads_the_mail_of_the_demo_signed_out(client, gabarit):
    url = client.get("/connexion/").context["url_courriels_demo"]
    assert "Aucun courriel pour l’instant" in texte(page(client.get(url)).main)
    envoyer(gabarit("Votre clé <1>\nBonjour,\n\nCréer :\n{{ site }}/cle/"), a="zoe@exemple.fr")
    envoyer_tout()

    ligne = page(client.get(url)).select_one("tbody tr")
    assert texte(ligne).startswith("Votre clé <1> zoe@exemple.fr le ")
    message = page(client.get(ligne.a["href"]))

    assert texte(message.h1) == "Votre clé <1>"
    assert texte(message.select_one(".courriel")).startswith("Bonjour, Créer : http://127.0.0.1:8000/cle/ --")
    assert message.select_one(".courriel a")["href"] == "http://127.0.0.1:8000/cle/"


@pytest.mark.usefixtures("boite_demo")
def test_the_mailbox_lists_newest_first_and_a_message_once(client, gabarit, settings):
    for sujet in ("Premier", "Second"):
        envoyer(gabarit(f"{sujet}\nCorps", sujet.lower()), a="zoe@exemple.fr")
        envoyer_tout()
    Courriel.objects.update(envoye_le=None, corps=b"x", prochain_essai_le=timezone.now())

    titres = [texte(titre) for titre in page(client.get("/demonstration/courriels/")).select("tbody th")]

    assert titres == ["Second", "Premier"]


@pytest.mark.usefixtures("boite_demo")
def test_the_mailbox_takes_the_outbox_s_messages_only():
    with pytest.raises(ValueError, match="UUID"):
        get_connection().send_messages([EmailMessage("Objet", "Corps", to=["zoe@exemple.fr"])])


def test_production_has_no_mailbox_and_no_codes():
    code = (
        "import django; django.setup()\n"
        "from django.urls import NoReverseMatch, resolve, reverse\n"
        "from sofi.context import demonstration\n"
        "assert demonstration(None) == {'url_courriels_demo': '', 'url_codes_demo': ''}\n"
        "for nom in ('demonstration:boite', 'codes_demo'):\n"
        "    try: reverse(nom)\n"
        "    except NoReverseMatch: print('absente')\n"
    )
    environment = PRODUCTION | {"DJANGO_SETTINGS_MODULE": "sofi.settings"}

    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert result.stdout == "absente\n" * 2, result.stderr
