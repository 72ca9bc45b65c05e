"""« Signaler une erreur », from the visitor who reports to the answer they get."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from catalogue import signalement as domaine
from catalogue import workflow
from catalogue.enums import ModeAvis, StatutSignalement, TypeAvis
from catalogue.models import AvisEnAttente, Diffusion, PreferenceAvis, Signalement
from catalogue.signalement import SignalementRefuse
from sofi.chiffrement import dechiffrer
from sofi.models import Courriel
from tests.concurrence import race, without_locks
from tests.factories import ActionFactory, OrganismeFactory, SignalementFactory, UserFactory, publier


def page(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def reported(**change) -> dict:
    """What a visitor posts."""
    return {
        "objet": "dates",
        "texte": "La session commence le lundi suivant.",
        "courriel": "Visiteur@Exemple.fr",
        "jeton": str(uuid4()),
    } | change


@pytest.fixture
def organisme(db):
    return OrganismeFactory(certifie=True)


@pytest.fixture
def membre(organisme):
    return UserFactory(organisme=organisme, organisme__role="saisie")


@pytest.fixture
def row(organisme):
    """A session online, whose validation has told everybody already."""
    row = publier(ActionFactory(formation__organisme=organisme, complete=True)).diffusions.get()
    Courriel.objects.all().delete()
    return row


def url_of(row) -> str:
    return reverse("diffusion:signaler", args=[row.numero])


class TestReport:
    def test_it_lands_with_the_organisme_and_the_carif_oref(self, client, row, membre):
        answer = client.post(url_of(row), reported())

        assert answer.headers["Location"] == reverse("diffusion:signale", args=[row.numero])
        (kept,) = Signalement.objects.all()
        assert (kept.action_id, kept.organisme_id) == (row.action_id, row.organisme_id)
        assert (kept.statut, kept.courriel) == ("ouvert", "visiteur@exemple.fr")
        (mail,) = Courriel.objects.all()
        assert (mail.destinataire, mail.nom) == (membre.email, "signalement_recu")
        texte = dechiffrer(mail.corps)
        assert "> La session commence le lundi suivant." in texte
        assert reverse("signalements:signalement", args=[kept.pk]) in texte
        assert "visiteur@exemple.fr" not in texte

        for user, home in (
            (membre, "tableau_de_bord:accueil"),
            (UserFactory(agent=True), "validation:file"),
        ):
            client.force_login(user)
            assert reverse("signalements:liste") in client.get(reverse(home)).content.decode()
            shown = page(client.get(reverse("signalements:liste")))
            assert row.numero in shown.select_one("tbody").text

    def test_each_is_told_as_they_chose(self, client, row, membre):
        never = UserFactory(organisme=row.organisme)
        for user, mode in ((membre, ModeAvis.QUOTIDIEN), (never, ModeAvis.JAMAIS)):
            PreferenceAvis.objects.create(user=user, type=TypeAvis.SIGNALEMENT, mode=mode)
        client.post(url_of(row), reported())
        assert not Courriel.objects.exists()
        assert AvisEnAttente.objects.get().user == membre

    def test_a_double_click_reports_once(self, client, row, membre):
        form = reported()
        assert {client.post(url_of(row), form).status_code for _ in range(2)} == {302}
        assert Signalement.objects.count() == Courriel.objects.count() == 1

    @pytest.mark.parametrize("change", [{"texte": "Le prix aussi."}, {"courriel": "autre@exemple.fr"}])
    def test_what_is_sent_from_the_page_that_back_brings_is_another_report(self, client, row, change):
        form = reported()
        for sent in (form, form | change, form | change):
            client.post(url_of(row), sent)
        first, second = Signalement.objects.order_by("pk")
        assert (first.texte, first.courriel) == (form["texte"], "visiteur@exemple.fr")
        for name, value in change.items():
            assert getattr(second, name) == value

    def test_the_address_is_optional(self, client, row):
        client.post(url_of(row), reported(courriel=""))
        assert Signalement.objects.get().courriel == ""

    @pytest.mark.parametrize(
        "change",
        [
            {"objet": ""},
            {"objet": "forgé"},
            {"texte": "  "},
            {"texte": "x" * 2001},
            {"courriel": "pas une adresse"},
            {"jeton": "x"},
        ],
    )
    def test_a_fault_is_said_and_nothing_typed_is_lost(self, client, row, change):
        form = reported() | change
        answer = client.post(url_of(row), form)
        shown = page(answer)
        assert answer.status_code == 200
        assert shown.select_one("[data-sofi-focus]")
        assert shown.select_one("textarea").text.strip() == form["texte"].strip()
        assert not Signalement.objects.exists()

    def test_a_network_reports_ten_times_an_hour(self, client, row):
        answers = [client.post(url_of(row), reported()) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [302] * 10 + [200]
        assert "trop de signalements" in answers[-1].content.decode()
        assert Signalement.objects.count() == 10

    def test_there_is_nothing_to_report_on_what_is_not_online(self, client, row):
        Diffusion.objects.all().delete()
        assert client.get(url_of(row)).status_code == 404
        assert client.post(url_of(row), reported()).status_code == 404

    def test_a_session_that_was_withdrawn_says_so(self, client, row):
        workflow.apply(row.action_id, "archive", by=UserFactory(valideur=True), texte="Annulée")
        for answer in (client.get(url_of(row)), client.post(url_of(row), reported())):
            assert answer.status_code == 410
            assert page(answer).h1.text.startswith("Cette session n’est plus proposée")
        assert page(answer).select_one(".historique__texte").text == reported()["texte"]

    def test_whoever_is_signed_in_may_report_too(self, client, row):
        client.force_login(UserFactory(agent=True))
        assert client.post(url_of(row), reported()).status_code == 302


class TestAnswer:
    @pytest.fixture
    def kept(self, row):
        return SignalementFactory(action=row.action, courriel="visiteur@exemple.fr")

    def url(self, kept) -> str:
        return reverse("signalements:signalement", args=[kept.pk])

    def test_the_organisme_answers_and_the_address_is_erased(self, client, kept, membre):
        client.force_login(membre)
        form = {"version": 1, "statut": "corrige", "reponse": "C’est corrigé, merci."}
        assert client.post(self.url(kept), form).headers["Location"] == reverse("signalements:liste")

        kept.refresh_from_db()
        assert (kept.statut, kept.traite_par, kept.courriel) == ("corrige", membre, "")
        (mail,) = Courriel.objects.all()
        assert (mail.destinataire, mail.nom) == ("visiteur@exemple.fr", "signalement_traite")
        assert mail.objet.startswith("C’est corrigé")
        assert f"{kept.organisme.nom} vous répond" in dechiffrer(mail.corps)
        assert "> C’est corrigé, merci." in dechiffrer(mail.corps)
        shown = page(client.get(self.url(kept)))
        assert "C’est corrigé, merci." in shown.main.text
        assert not shown.select("main form")

    def test_the_carif_oref_answers_in_its_own_name(self, client, kept):
        client.force_login(UserFactory(agent=True))
        client.post(self.url(kept), {"version": 1, "statut": "sans_suite", "reponse": "La date est juste."})
        assert Signalement.objects.get().statut == StatutSignalement.SANS_SUITE
        mail = Courriel.objects.get()
        assert "Le Carif-Oref vous répond" in dechiffrer(mail.corps)

    def test_without_an_address_nobody_is_written_to(self, client, kept, membre):
        Signalement.objects.update(courriel="")
        client.force_login(membre)
        client.post(self.url(kept), {"version": 1, "statut": "corrige", "reponse": "Merci."})
        assert not Courriel.objects.exists()
        assert Signalement.objects.get().statut == "corrige"

    def test_reading_is_not_answering(self, client, kept):
        client.force_login(UserFactory(organisme=kept.organisme, organisme__role="lecture"))
        assert not page(client.get(self.url(kept))).select("main form")
        client.post(self.url(kept), {"version": 1, "statut": "corrige", "reponse": "Merci."})
        assert Signalement.objects.get().statut == "ouvert"

    def test_another_organisme_sees_none_of_it(self, client, kept):
        client.force_login(UserFactory(organisme=OrganismeFactory()))
        assert client.get(self.url(kept)).status_code == 404
        assert kept.numero not in client.get(reverse("signalements:liste")).content.decode()

    @pytest.mark.parametrize(
        "change", [{"reponse": " "}, {"statut": "ouvert"}, {"statut": ""}, {"version": "x"}, {"version": ""}]
    )
    def test_a_fault_is_said(self, client, kept, membre, change):
        client.force_login(membre)
        form = {"version": 1, "statut": "corrige", "reponse": "Merci."} | change
        assert page(client.post(self.url(kept), form)).select_one("[data-sofi-focus]")
        assert Signalement.objects.get().statut == "ouvert"

    def test_who_comes_second_reads_the_answer_and_keeps_their_text(self, client, kept, membre):
        domaine.answer(kept.pk, "corrige", "Réponse du collègue.", version=1, by=UserFactory(agent=True))
        client.force_login(membre)
        answer = client.post(
            self.url(kept), {"version": 1, "statut": "sans_suite", "reponse": "Mon texte <b>long</b>."}
        )
        assert answer.status_code == 409
        said = page(answer).main.text
        assert "Réponse du collègue." in said
        assert "Mon texte <b>long</b>." in said
        assert Courriel.objects.count() == 1

    def test_a_double_click_answers_once(self, client, kept, membre):
        client.force_login(membre)
        form = {"version": 1, "statut": "corrige", "reponse": "Merci."}
        assert [client.post(self.url(kept), form).status_code for _ in range(2)] == [302, 302]
        assert Courriel.objects.count() == 1

    @pytest.mark.parametrize("nombre", [1, 3])
    def test_the_list_costs_the_same_whatever_its_length(
        self, client, row, django_assert_num_queries, nombre
    ):
        for _ in range(nombre):
            SignalementFactory(action=row.action)
        client.force_login(UserFactory(agent=True))
        client.get(reverse("signalements:liste"))
        with django_assert_num_queries(2):  # session and person, reports
            client.get(reverse("signalements:liste"))

    def test_those_that_were_answered_are_apart(self, client, kept, membre):
        other = SignalementFactory(action=kept.action, texte="Autre chose.")
        domaine.answer(kept.pk, "corrige", "Merci.", version=1, by=membre)
        client.force_login(membre)
        to_answer = page(client.get(reverse("signalements:liste")))
        answered = page(client.get(reverse("signalements:liste") + "?etat=traites"))
        assert [self.url(row) in str(to_answer.tbody) for row in (kept, other)] == [False, True]
        assert [self.url(row) in str(answered.tbody) for row in (kept, other)] == [True, False]


def test_addresses_are_forgotten_after_a_year(row):
    now = timezone.now()
    old, recent = SignalementFactory(action=row.action), SignalementFactory(action=row.action)
    Signalement.objects.filter(pk=old.pk).update(cree_le=now - timedelta(days=366))
    assert domaine.forget_addresses(now) == 1
    old.refresh_from_db()
    recent.refresh_from_db()
    assert (old.courriel, bool(recent.courriel)) == ("", True)


def answers_at_once() -> list:
    """Two colleagues answer one report at the same moment; what each got."""
    kept = SignalementFactory()
    Courriel.objects.all().delete()
    people = [UserFactory(agent=True), UserFactory(agent=True)]

    def answer(by):
        return lambda: domaine.answer(kept.pk, "corrige", f"De {by.pk}.", version=1, by=by)

    return race(*(answer(by) for by in people))


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_give_one_answer():
    results = answers_at_once()
    assert sorted(type(result) is SignalementRefuse for result in results) == [False, True]
    assert Courriel.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_have_answered():
    with without_locks((domaine, "_is_open")):
        results = answers_at_once()
    assert all(isinstance(result, Signalement) for result in results)
    assert Courriel.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_once_reports_once():
    row = publier().diffusions.get()
    form = {"objet": "lieu", "texte": "Ailleurs.", "courriel": "", "jeton": uuid4()}
    results = race(*[lambda: domaine.report(row, **form)] * 2)
    assert {result.pk for result in results} == {Signalement.objects.get().pk}
    connection.close()
