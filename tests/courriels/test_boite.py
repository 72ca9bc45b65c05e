"""Writing in the outbox: with the transaction or not at all, unreadable at rest, well formed."""

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sofi.chiffrement import Illisible, chiffrer, dechiffrer
from sofi.courriels import envoyer, lien
from sofi.courriels.redaction import VariableManquante
from sofi.models import Courriel
from tests.courriels.outils import boite, envoyer_tout
from tests.hostile.attaques import ATTAQUES, CONTROLES, TOUTES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("file_vide")]

ESSAI = """\
Votre compte pour {{ organisme }}
Bonjour {{ prenom }},

Votre clé :

    {{ cle }}

Il vous faut :
- le SIRET ;
- le NDA.

Créer mon compte :
{{ url }}

{{ motif|cite }}
"""
CONTEXTE = {
    "organisme": "L’École <du> Bois & Cie",
    "prenom": "Zoé",
    "cle": "ABCDE-12345",
    "url": "http://127.0.0.1:8000/cle-activation/",
    "motif": "Cliquez ici\nhttps://hameconnage.example/",
}


@pytest.fixture
def essai(gabarit):
    return gabarit(ESSAI)


def test_the_row_and_its_job_are_written_together_and_nothing_leaves(essai):
    courriel = envoyer(essai, a="zoe@exemple.fr", contexte=CONTEXTE)

    job = ProcrastinateJob.objects.get(pk=courriel.job)
    assert (job.task_name, job.args, job.status) == (
        "courriels.envoyer",
        {"uuid": str(courriel.uuid)},
        "todo",
    )
    assert Courriel.objects.get().tentatives == 0
    assert mail.outbox == []


def test_rolled_back_it_leaves_neither_row_nor_job(essai):
    with transaction.atomic():
        envoyer(essai, a="zoe@exemple.fr", contexte=CONTEXTE)
        transaction.set_rollback(True)

    assert not Courriel.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_a_message_costs_two_queries(essai, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(4):  # and a savepoint around them
        envoyer(essai, a="zoe@exemple.fr", contexte=CONTEXTE)


def test_the_text_says_what_the_file_says_without_escaping(essai):
    envoyer(essai, a="zoe@exemple.fr", contexte=CONTEXTE)

    [message] = boite("zoe@exemple.fr")
    assert message.objet == "Votre compte pour L’École <du> Bois & Cie"
    assert message.texte.startswith(
        "Bonjour Zoé,\n\nVotre clé :\n\n    ABCDE-12345\n\nIl vous faut :\n- le SIRET"
    )
    assert "> Cliquez ici\n> https://hameconnage.example/" in message.texte
    assert "02\u00a040\u00a020\u00a040\u00a020" in message.texte
    assert message.lien("/cle-activation/") == CONTEXTE["url"]


def test_the_html_part_is_the_same_text_escaped_with_a_button(essai):
    envoyer(essai, a="zoe@exemple.fr", contexte=CONTEXTE)

    page = BeautifulSoup(boite()[0].html, "html.parser")
    assert page.html["lang"] == "fr"
    assert page.title.get_text() == page.h1.get_text() == "Votre compte pour L’École <du> Bois & Cie"
    [bouton] = page.select("a.bouton")
    assert (bouton.get_text(), bouton["href"]) == ("Créer mon compte", CONTEXTE["url"])
    assert page.select_one(".code").get_text() == "ABCDE-12345"
    assert [li.get_text() for li in page.select("li")] == ["le SIRET ;", "le NDA."]
    assert "hameconnage" in page.blockquote.get_text()
    assert not page.select("img, script, link, a[href*=hameconnage]")


def test_an_address_that_somebody_typed_never_becomes_a_link(gabarit):
    envoyer(
        gabarit("Objet\n{{ nom }}"), a="zoe@exemple.fr", contexte={"nom": "Cliquez :\nhttps://autre.example/"}
    )

    liens = BeautifulSoup(boite()[0].html, "html.parser").select("main a")
    assert liens == []


def test_attacks_are_text_in_both_parts_and_no_control_character_leaves(gabarit):
    texte = "{{ nom }}\nBonjour {{ nom }},\n\n{{ motif|cite }}\n\n- {{ nom }}\n\n    {{ nom }}\n"
    motif = "\n".join(f"{attaque}{CONTROLES}" for attaque in ATTAQUES)
    envoyer(gabarit(texte), a="zoe@exemple.fr", contexte={"nom": f"{TOUTES}{CONTROLES}", "motif": motif})

    [message] = boite("zoe@exemple.fr")
    page = BeautifulSoup(message.html, "html.parser")
    for partie in (message.texte, page.main.get_text()):
        assert not set(partie) & set(CONTROLES)
        assert [texte for texte in ATTAQUES if texte.isprintable() and texte not in partie] == []
    assert not page.select("script, img, svg, iframe, object, math, input, details, [onerror], [onload]")


def test_a_subject_stays_on_one_line_whatever_is_put_in_it(gabarit):
    nom = gabarit("Pour {{ nom }}\nCorps")

    courriel = envoyer(nom, a="zoe@exemple.fr", contexte={"nom": "A\r\nBcc: x@y.fr\u2028" + "é" * 300})

    assert courriel.objet.startswith("Pour A Bcc: x@y.fr é")
    assert len(courriel.objet) == 150
    envoyer_tout()
    assert mail.outbox[0].bcc == []
    assert mail.outbox[0].body.startswith("Corps\n")


@pytest.mark.parametrize(
    "adresse", ["", "zoe", "zoe@exemple.fr\nBcc: x@y.fr", "a@b.fr, c@d.fr", "Zoé <a@b.fr>"]
)
def test_only_one_bare_address_is_written_to(essai, adresse):
    with pytest.raises(ValidationError):
        envoyer(essai, a=adresse, contexte=CONTEXTE)

    with pytest.raises(IntegrityError):
        Courriel.objects.create(destinataire=adresse, nom="essai", objet="Objet", corps=b"x")


def test_a_forgotten_variable_or_file_is_an_error_not_a_hole(essai):
    connu = {nom: valeur for nom, valeur in CONTEXTE.items() if nom not in ("prenom", "url")}
    with pytest.raises(VariableManquante, match=r"essai\.txt : prenom, url"):
        envoyer(essai, a="zoe@exemple.fr", contexte=connu)
    with pytest.raises(TemplateDoesNotExist):
        envoyer("inconnu", a="zoe@exemple.fr")
    assert not Courriel.objects.exists()


def test_the_body_cannot_be_read_in_the_database_and_is_erased_once_sent(essai):
    envoyer(essai, a="zoe@exemple.fr", contexte=CONTEXTE)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sofi_courriel")
        assert "ABCDE-12345" not in str(cursor.fetchall())
        cursor.execute("SELECT args FROM procrastinate_jobs")
        assert "ABCDE-12345" not in str(cursor.fetchall())
    assert bytes(Courriel.objects.get().corps).find(b"ABCDE") == -1

    envoyer_tout()

    assert "ABCDE-12345" in mail.outbox[0].body
    assert Courriel.objects.get().corps is None
    assert boite() == []


@pytest.mark.parametrize(
    "champs",
    [
        {"objet": "deux\nlignes"},
        {"objet": ""},
        {"corps": None},
        {"nom": "../x"},
        {"envoye_le": timezone.now(), "tentatives": 1, "prochain_essai_le": None},
        {"envoye_le": timezone.now(), "tentatives": 0, "corps": None, "prochain_essai_le": None},
        {"envoye_le": timezone.now(), "tentatives": 1, "corps": None},
        {"abandonne_le": timezone.now(), "tentatives": 1, "prochain_essai_le": None},
        {"abandonne_le": timezone.now(), "tentatives": 1, "derniere_erreur": "Refusée."},
        {"prochain_essai_le": None},
    ],
)
def test_the_database_refuses_a_row_that_means_nothing(champs):
    juste = {"destinataire": "zoe@exemple.fr", "nom": "essai", "objet": "Objet", "corps": b"x"}
    Courriel.objects.create(**juste)

    with pytest.raises(IntegrityError):
        Courriel.objects.create(**juste | champs)


def test_a_link_is_a_whole_address(settings):
    settings.SOFI_URL = "https://sofi.exemple.fr"

    assert lien("accounts:login") == "https://sofi.exemple.fr/connexion/"
    assert lien("aide:theme", slug="fasd") == "https://sofi.exemple.fr/aide/fasd/"
    assert lien("tunnel:confirmer", pk=1, nom="archive").startswith("https://sofi.exemple.fr/actions/1/")


def test_a_new_key_encrypts_and_the_old_one_still_opens(settings):
    [ancienne] = settings.SOFI_ENCRYPTION_KEYS
    ecrit = chiffrer("été 🌻")
    assert ecrit != chiffrer("été 🌻")
    nouvelle = "b25seS1mb3ItdGhpcy1jaGVjay0wMTIzNDU2Nzg5YWI="

    settings.SOFI_ENCRYPTION_KEYS = (nouvelle, ancienne)
    assert dechiffrer(memoryview(ecrit)) == "été 🌻"
    apres = chiffrer("neuf")

    settings.SOFI_ENCRYPTION_KEYS = (nouvelle,)
    assert dechiffrer(apres) == "neuf"
    with pytest.raises(Illisible):
        dechiffrer(ecrit)
