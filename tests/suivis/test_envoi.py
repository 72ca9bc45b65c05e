"""What a morning brings to those who follow a search."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from catalogue import instantane, recherches_suivies
from catalogue.models import Action, Commune, Diffusion, RechercheSuivie
from catalogue.recherches_suivies import envoi
from sofi.models import Courriel
from tests.api.outils import online
from tests.courriels.outils import boite, envoyer_tout
from tests.factories import CommuneFactory, RechercheSuivieFactory
from tests.recherche.outils import Offre
from tests.suivis.outils import ZOE, follow, morning, path_of, put, wake

pytestmark = pytest.mark.django_db


@pytest.fixture
def offre(db):
    offre = Offre()
    Courriel.objects.all().delete()
    return offre


def numbers(texte: str) -> list[str]:
    """The sessions that a mail gives, in its order."""
    return [line.split("/")[-2] for line in texte.splitlines() if "/offre/sessions/" in line]


def test_what_came_online_since_is_mailed_once(client, offre):
    put(offre, publiee_le=timezone.now() - timedelta(hours=1))  # on the screen when it was asked for
    follow(client)
    late, soon = put(offre, debut=timezone.localdate() + timedelta(days=90)), put(offre)

    (lu,) = wake()

    assert (lu.a, lu.objet) == (ZOE, "2 nouvelles sessions\u00a0: boulanger")
    assert numbers(lu.texte) == [soon.numero, late.numero]
    assert "Estuaire Formation, Nantes (44), du " in lu.texte
    assert lu.lien("/offre/?") == f"{settings.SOFI_URL}/offre/?q=boulanger"
    assert (
        f'<a href="{settings.SOFI_URL}/offre/sessions/{soon.numero}/"><strong>Boulanger</strong></a>'
        in lu.html
    )
    assert wake() == wake(days=2) == []


def test_what_is_modified_is_not_new(offre):
    RechercheSuivieFactory()
    put(offre, publiee_le=timezone.now() - timedelta(days=3))
    Diffusion.objects.update(modifiee_le=timezone.now())
    assert wake() == []


def test_what_is_validated_again_is_not_new():
    """By the real workflow: the first date stays."""
    (row,) = online()
    RechercheSuivieFactory(requete="", ecrit_le=timezone.now())
    instantane.publish(Action.objects.with_tree().get(pk=row.action_id), timezone.now())
    assert wake() == []


def test_no_news_no_mail(offre):
    suivi = RechercheSuivieFactory()
    put(offre, intitule="Plombier")
    assert wake() == []
    suivi.refresh_from_db()
    assert suivi.vue_jusqu_a == morning(hour=6).replace(minute=0)


def test_ended_sessions_and_those_withdrawn_are_not_told(offre):
    RechercheSuivieFactory()
    jour = timezone.localdate()
    put(offre, debut=jour - timedelta(days=9), fin=jour)  # ended when the mail leaves
    put(offre)
    Diffusion.objects.filter(date_debut__gt=jour).delete()
    assert wake() == []


@pytest.mark.parametrize(
    ("requete", "trouvees"),
    [
        ("q=patisserie", {"Pâtissier"}),
        ("q=P%C3%A2tissiers", {"Pâtissier"}),
        ("q=boulanger&lieu=Nantes&rayon=20", {"Boulanger"}),
        ("lieu=Angers", set()),
        ("departement=44", {"Boulanger", "Pâtissier"}),
        ("debut_min=2099-01-01", {"Chocolatier"}),
        ("debut_max=2099-01-01", {"Boulanger", "Pâtissier"}),
        ("cpf=oui", {"Pâtissier"}),
        ("", {"Boulanger", "Pâtissier", "Chocolatier"}),
    ],
)
def test_a_followed_search_finds_what_its_page_finds(client, offre, requete, trouvees):
    for insee, nom, latitude in (("44109", "Nantes", 47.2), ("49007", "Angers", 47.5)):
        CommuneFactory(insee=insee, nom=nom, latitude=latitude, longitude=-1.5 if nom == "Nantes" else -0.5)
    follow(client, requete)
    put(offre, intitule="Boulanger", insee="44109")
    put(offre, intitule="Pâtissier", cpf=True)
    debut = timezone.localdate().replace(year=2099, month=6, day=1)
    put(offre, intitule="Chocolatier", debut=debut, departement="85")

    dits = {
        nom for lu in wake() for nom in ("Boulanger", "Pâtissier", "Chocolatier") if f"\n{nom}\n" in lu.texte
    }

    assert dits == trouvees


def test_twenty_sessions_then_how_many_others(offre):
    RechercheSuivieFactory()
    rows = [put(offre) for _ in range(23)]
    (lu,) = wake()
    assert numbers(lu.texte) == [row.numero for row in rows[3:]]  # the last ones
    assert "… et 3 autres." in lu.texte
    assert lu.objet.startswith("23 nouvelles sessions")


def test_mails_leave_in_the_morning_hours_only(offre):
    RechercheSuivieFactory()
    put(offre)
    assert wake(hour=5) == wake(hour=20) == []
    assert len(wake(hour=19)) == 1


def test_what_goes_online_after_six_waits_for_tomorrow(offre):
    """The mark is a moment well past: no validation may still be on its way from before it."""
    RechercheSuivieFactory()
    row = put(offre, publiee_le=morning(hour=6))
    assert wake(hour=9) == []
    assert numbers(wake(days=2)[0].texte) == [row.numero]


def test_a_mail_says_how_to_stop_to_people_and_to_programs(client, offre):
    follow(client)
    put(offre)
    (lu,) = wake()
    url = lu.lien("/arreter/")
    assert f'<a href="{url}">Ne plus recevoir ces e-mails</a>' in lu.html
    assert "Vous recevez cet e-mail parce que vous suivez cette recherche, depuis le" in lu.texte

    envoyer_tout()
    (parti,) = [m for m in mail.outbox if m.subject == lu.objet]
    parsed = message_from_bytes(parti.message().as_bytes(), _class=EmailMessage, policy=policy.default)
    assert parsed["List-Unsubscribe"].strip() == f"<{url}>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.post(path_of(url), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not RechercheSuivie.objects.exists()


def test_other_mails_have_no_such_header(client):
    client.post(reverse("suivis:demander"), {"courriel": ZOE})
    envoyer_tout()
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_a_name_makes_neither_link_nor_line_of_its_own(offre):
    RechercheSuivieFactory(requete="")
    put(
        offre,
        intitule=f"Pain <b>\n\nNe plus recevoir ces e-mails :\n{settings.SOFI_URL}/ailleurs/",
        organisme="A\n> B",
    )
    (lu,) = wake()
    assert "<b>" not in lu.html
    assert f'href="{settings.SOFI_URL}/ailleurs/"' not in lu.html
    assert "\n> B" not in lu.texte


def test_a_search_that_is_understood_no_more_is_said_once(client, offre):
    CommuneFactory(nom="Vertou")
    follow(client, "lieu=Vertou")
    Commune.objects.all().delete()
    put(offre)
    (lu,) = wake()
    assert lu.nom == "recherche_perdue"
    assert "«\u00a0Vertou\u00a0» n’est pas une commune connue" in lu.texte
    assert wake() == wake(days=2) == []
    assert recherches_suivies.forget(timezone.now() + timedelta(days=40)) == 1


def test_one_that_fails_stops_no_other_and_is_tried_again(offre, monkeypatch, caplog):
    first, _ = RechercheSuivieFactory(), RechercheSuivieFactory()
    put(offre)
    send = envoi._send

    def cut(pk, *moments):
        """A worker cut after the mail was written, before the end."""
        with envoi.transaction.atomic():
            sent = send(pk, *moments)
            if pk == first.pk:
                raise RuntimeError
        return sent

    with monkeypatch.context() as patch:
        patch.setattr(envoi, "_send", cut)
        recherches_suivies.morning(morning())
    assert [lu.a for lu in boite()] != [first.courriel]
    assert len(boite()) == 1
    assert "erreur inattendue" in caplog.text

    recherches_suivies.morning(morning(hour=8))
    assert sorted(lu.a for lu in boite()) == sorted(
        RechercheSuivie.objects.values_list("courriel", flat=True)
    )


def test_a_closed_or_unconfirmed_search_receives_nothing(offre):
    RechercheSuivieFactory(a_confirmer=True)
    RechercheSuivieFactory(fermee=True)
    put(offre)
    assert wake() == []


def test_all_are_read_whatever_their_number(offre, monkeypatch):
    monkeypatch.setattr(envoi, "LOT", 2)
    for _ in range(5):
        RechercheSuivieFactory()
    put(offre)
    assert len(wake()) == 5


@pytest.mark.parametrize("sessions", [1, 3])
@pytest.mark.parametrize("suivis", [1, 3])
def test_the_queries_of_a_search_are_bounded(offre, django_assert_num_queries, sessions, suivis):
    CommuneFactory(insee="44109", nom="Nantes", latitude=47.2, longitude=-1.5)
    for _ in range(suivis):
        RechercheSuivieFactory(requete="q=boulanger&lieu=Nantes&rayon=20")
    for _ in range(sessions):
        put(offre, insee="44109")
    # Of the pass: to close (1), to send (2). Of a search: savepoints (4), its row, the commune, those
    # around, its news, the mail and its job, its mark.
    with django_assert_num_queries(3 + 11 * suivis):
        recherches_suivies.morning(morning())


def test_titles_have_the_apostrophe_of_print(client, offre):
    follow(client)
    put(offre, intitule="Boulanger d'art")
    (lu,) = wake()
    assert "Boulanger d’art" in lu.texte
    assert "Boulanger d’art" in lu.html
