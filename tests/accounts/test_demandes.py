"""Asking for an activation key, and the Carif-Oref's answer."""

import re
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.demandes import traitement
from accounts.demandes.depot import deposer
from accounts.models import CleActivation, DemandeCle, EvenementSecurite, StatutDemande
from catalogue.models import Organisme
from sofi.origine import Origine
from tests.accounts.outils_cles import use
from tests.concurrence import race, without_locks
from tests.courriels.outils import boite
from tests.factories import DemandeCleFactory, OrganismeFactory, UserFactory
from tests.parcours.visiteur import held_by

pytestmark = pytest.mark.django_db
URL = reverse("accounts:cle_demande")
LISTE = reverse("accounts:demande_list")
IP = Origine("192.0.2.9")


def typed(**fields) -> dict:
    return {
        "raison_sociale": "École du bois",
        "siret": "130 005 481 00010",
        "nda": "52 44 01234 44",
        "prenom": "Zoé",
        "nom": "Roy",
        "email": "Zoe@exemple.fr",
        "telephone": "02.40.00.00.00",
        "message": "",
        "jeton": str(uuid4()),
    } | fields


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def agent(client):
    """An agent signed in `client`."""
    user = UserFactory(agent=True, prenom="Awa", nom="Diallo")
    client.force_login(user)
    return user


# The visitor


def test_a_request_waits_for_the_carif_oref_and_its_receipt_leaves(client):
    response = client.post(URL, typed(), follow=True)

    assert "Votre demande est envoyée" in soup(response).h1.get_text()
    demande = DemandeCle.objects.get()
    assert (demande.siret, demande.nda, demande.email) == ("13000548100010", "52440123444", "zoe@exemple.fr")
    assert demande.statut == StatutDemande.DEMANDEE
    [message] = boite()
    assert (message.a, message.nom) == ("zoe@exemple.fr", "demande_recue")
    assert "13000548100010" in message.texte
    assert "École" not in message.texte  # whoever asks must not write to others through us
    assert EvenementSecurite.objects.get().type == "cle_demandee"


def test_the_form_shown_is_the_form_that_works(client):
    fields = held_by(soup(client.get(URL)).select_one("main form"))

    client.post(URL, typed() | {"jeton": fields["jeton"]})

    assert set(typed()) <= set(fields)
    assert str(DemandeCle.objects.get().jeton) in fields["jeton"]


@pytest.mark.parametrize(
    ("champ", "valeur", "remede"),
    [
        ("siret", "13000548100011", "erreur de chiffre"),
        ("siret", "123", "14 chiffres"),
        ("siret", "99999999999999", "n’existe pas"),
        ("nda", "12", "11 caractères"),
        ("nda", "99999999999", "11 caractères"),
        ("email", "zoe", "prenom.nom@exemple.fr"),
        ("telephone", "standard", "10 chiffres"),
        ("telephone", "12", "10 chiffres"),
        ("raison_sociale", "", "Renseignez"),
    ],
)
def test_an_error_names_its_field_and_the_remedy(client, champ, valeur, remede):
    page = soup(client.post(URL, typed(**{champ: valeur})))

    assert remede in page.select_one(f".resume-erreurs a[href='#id_{champ}']").get_text()
    assert page.select_one("#id_prenom")["value"] == "Zoé"
    assert not DemandeCle.objects.exists()


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        ("siret", "130.005.481.00010", "13000548100010"),
        ("siret", "35600000000048", "35600000000048"),
        ("siret", "35600000000001", "35600000000001"),  # La Poste's own rule
        ("nda", "7331P001531", "7331P001531"),
        ("nda", "52-44-01234-44", "52440123444"),
        ("telephone", "+33 (0)2 40 00 00 00", "02 40 00 00 00"),
    ],
)
def test_what_people_type_is_forgiven(client, champ, valeur, attendu):
    client.post(URL, typed(**{champ: valeur}))

    assert getattr(DemandeCle.objects.get(), champ) == attendu


def test_an_nda_from_elsewhere_is_told_and_accepted(client):
    page = soup(client.post(URL, typed(nda="11755205675"), follow=True))

    assert "autre région" in page.select_one(".encart--avertissement").get_text()
    assert DemandeCle.objects.exists()


def test_a_double_click_makes_one_request_and_one_receipt(client):
    envoi = typed()
    pages = [client.post(URL, envoi, follow=True) for _ in range(2)]

    assert [page.redirect_chain for page in pages] == [[(reverse("accounts:cle_demande_recue"), 302)]] * 2
    assert DemandeCle.objects.count() == 1
    assert len(boite()) == 1


def test_a_repeat_changes_nothing_and_its_owner_is_told_by_mail(client):
    client.post(URL, typed())
    client.post(URL, typed(raison_sociale="Autre nom", telephone="0600000000"))

    assert DemandeCle.objects.get().raison_sociale == "École du bois"
    assert [message.nom for message in boite()] == ["demande_recue", "demande_deja"]


@pytest.mark.parametrize("connu", ["rien", "siret", "email", "membre", "demande"])
def test_what_is_known_shows_nowhere(client, connu):
    """The same pages, and one message in the outbox, for a stranger who tries names."""
    organisme = OrganismeFactory(siret="13000548100010") if connu in ("siret", "membre") else None
    if connu in ("email", "membre"):
        UserFactory(email="zoe@exemple.fr", organisme=organisme)
    if connu == "demande":
        DemandeCleFactory(siret="13000548100010", email="zoe@exemple.fr")

    response = client.post(URL, typed())

    assert (response.status_code, response.url) == (302, reverse("accounts:cle_demande_recue"))
    assert len(boite()) == 1
    ailleurs = client.get(reverse("accounts:cle_demande_recue"))
    assert not client.cookies.get("messages")
    assert b"zoe" not in ailleurs.content


def test_requests_are_limited_by_network_and_by_address(client):
    for rang in range(5):
        client.post(URL, typed(siret=OrganismeFactory.build().siret), REMOTE_ADDR=f"192.0.2.{rang}")
    page = soup(client.post(URL, typed(), REMOTE_ADDR="192.0.2.99"))

    assert "recommencez dans une heure" in page.select_one(".resume-erreurs").get_text()
    assert DemandeCle.objects.count() == 5

    for rang in range(12):
        client.post(URL, typed(email=f"zoe{rang}@exemple.fr"), REMOTE_ADDR="198.51.100.1")
    assert DemandeCle.objects.count() == 15


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_ten_times_at_once_makes_one_request():
    cleaned = {"siret": "13000548100010", "nda": "52440123444", "email": "zoe@exemple.fr"}
    champs = typed(jeton=uuid4()) | cleaned

    results = race(*[lambda: deposer(**champs, origine=IP)] * 5)

    assert results == [None] * 5
    assert DemandeCle.objects.count() == 1
    assert len(boite()) == 1


# The Carif-Oref


def test_the_list_begins_with_the_oldest_to_answer(client, agent):
    recente = DemandeCleFactory()
    ancienne = DemandeCleFactory(cree_le=timezone.now() - timezone.timedelta(days=3))
    traitement.refuser(DemandeCleFactory(), "Doublon.", par=agent, origine=IP)

    page = soup(client.get(LISTE))

    assert [a.get_text() for a in page.select("tbody th a")] == [
        ancienne.raison_sociale,
        recente.raison_sociale,
    ]
    assert "2 à traiter" in page.h1.get_text()


def test_the_list_is_filtered_by_state_and_text(client, agent):
    bois = DemandeCleFactory(raison_sociale="École du bois", nom="Œuvrard")
    refusee = DemandeCleFactory(raison_sociale="Refusée SARL")
    traitement.refuser(refusee, "Doublon.", par=agent, origine=IP)

    def names(**params):
        return [a.get_text() for a in soup(client.get(LISTE, params)).select("tbody th a")]

    assert names(q="ecole") == ["École du bois"]
    assert names(q=bois.siret[:9]) == ["École du bois"]
    assert names(q=bois.email) == ["École du bois"]
    assert names(q="personne") == []
    assert names(etat="refusee") == ["Refusée SARL"]
    assert names(etat="acceptee") == []
    assert names(etat="inconnu") == ["École du bois"]  # told at the field


def test_the_workshop_counts_the_requests_and_leads_to_them(client, agent):
    DemandeCleFactory.create_batch(2)
    traitement.refuser(DemandeCleFactory(), "Doublon.", par=agent, origine=IP)

    [lien] = soup(client.get(reverse("validation:file"))).select(f".compteurs a[href='{LISTE}']")

    assert lien.parent.select_one(".compteur__nombre").get_text() == "2"


@pytest.mark.parametrize("nombre", [1, 3])
@pytest.mark.parametrize("etat", ["", "refusee"])
def test_the_list_costs_four_queries_whatever_its_length(
    client, agent, django_assert_num_queries, nombre, etat
):
    for demande in DemandeCleFactory.create_batch(nombre):
        if etat:
            traitement.refuser(demande, "Doublon.", par=UserFactory(agent=True), origine=IP)

    # Session, person, requests and who answered them, number to answer.
    with django_assert_num_queries(3):
        client.get(LISTE, {"etat": etat})


def test_the_page_compares_with_the_organisme_of_this_siret(client, agent):
    organisme = OrganismeFactory(nda="52440000044", raison_sociale="École du bois SA")
    UserFactory(email="zoe@exemple.fr", prenom="Zoé", nom="Roy", organisme=organisme)
    demande = DemandeCleFactory(siret=organisme.siret, email="zoe@exemple.fr", nda="11755205675")

    page = soup(client.get(reverse("accounts:demande", args=[demande.pk])))

    texte = page.main.get_text()
    assert "accepter donne accès à «\u00a0École du bois SA\u00a0»" in texte
    assert "n’est pas celui de l’organisme" in texte
    assert "Zoé Roy travaille déjà pour cet organisme" in texte
    assert "autre région" in texte
    assert len(page.select(".fiche")) == 2


def test_the_page_warns_of_a_closed_account(client, agent):
    UserFactory(email="zoe@exemple.fr", is_active=False)
    demande = DemandeCleFactory(email="zoe@exemple.fr")

    page = soup(client.get(reverse("accounts:demande", args=[demande.pk])))

    assert "est désactivé" in page.select_one(".encart--erreur").get_text()


@pytest.mark.parametrize(
    ("reponse", "phrase"),
    [
        ({"nom": "École", "adresse": "Nantes", "est_ouvert": True}, "Établissement ouvert"),
        ({"nom": "École", "adresse": "Nantes", "est_ouvert": False}, "Établissement fermé"),
        ({"nom": "", "adresse": "", "est_ouvert": False}, "ne connaît pas ce SIRET"),
        (None, "SIRET non vérifié"),
    ],
)
def test_the_page_tells_what_the_register_said(client, agent, settings, reponse, phrase):
    settings.SOFI_REGISTRE_URL = "http://127.0.0.1:9/"
    if reponse:
        reponse["le"] = timezone.now().isoformat()
    demande = DemandeCleFactory(registre=reponse)

    assert phrase in client.get(reverse("accounts:demande", args=[demande.pk])).content.decode()


def test_accepted_it_creates_the_organisme_and_mails_a_key_that_works(client, agent):
    demande = DemandeCleFactory(email="zoe@exemple.fr", raison_sociale="École du bois")

    response = client.post(reverse("accounts:demande_accepter", args=[demande.pk]), follow=True)

    assert "Demande acceptée" in soup(response).select_one(".encart--succes").get_text()
    organisme = Organisme.objects.get()
    assert (organisme.raison_sociale, organisme.siret, organisme.nda) == (
        "École du bois",
        demande.siret,
        demande.nda,
    )
    [line] = organisme.evenements.all()
    assert (line.type, line.auteur, line.objet) == ("creation", agent, "organisme")
    demande.refresh_from_db()
    assert (demande.statut, demande.decidee_par, demande.organisme) == ("acceptee", agent, organisme)
    [message] = boite("zoe@exemple.fr")
    texte = re.search(r"^ {4}(\S+)$", message.texte, re.MULTILINE)[1]
    assert use(texte).user.rattachements.get().role == "gestionnaire"


def test_accepted_it_attaches_to_the_organisme_of_this_siret_unchanged(client, agent):
    organisme = OrganismeFactory(raison_sociale="École du bois SA", nda="")
    demande = DemandeCleFactory(siret=organisme.siret)

    client.post(reverse("accounts:demande_accepter", args=[demande.pk]))

    organisme.refresh_from_db()
    assert (organisme.raison_sociale, organisme.nda) == ("École du bois SA", "")
    assert not organisme.evenements.exists()
    assert CleActivation.objects.get().organisme == organisme


def test_accepted_by_letter_it_shows_the_letter_and_mails_nothing(client, agent):
    demande = DemandeCleFactory(email="zoe@exemple.fr")

    response = client.post(
        reverse("accounts:demande_accepter", args=[demande.pk]), {"par_lettre": "on"}, follow=True
    )

    cle = "-".join(span.get_text() for span in soup(response).select(".courrier__cle span"))
    assert boite() == []
    assert use(cle).user.email == "zoe@exemple.fr"


def test_refused_it_mails_the_reason(client, agent):
    demande = DemandeCleFactory(email="zoe@exemple.fr")
    url = reverse("accounts:demande_refuser", args=[demande.pk])

    assert soup(client.post(url)).select_one(".resume-erreurs a[href='#id_motif']")
    client.post(url, {"motif": "Le SIRET est celui d’un autre organisme."})

    [message] = boite("zoe@exemple.fr")
    assert "> Le SIRET est celui d’un autre organisme." in message.texte
    demande.refresh_from_db()
    assert (demande.statut, demande.decidee_par) == ("refusee", agent)
    assert EvenementSecurite.objects.get(type="cle_demande_refusee").details == {"demande": demande.pk}
    page = soup(client.get(reverse("accounts:demande", args=[demande.pk])))
    assert "par Awa Diallo" in page.main.get_text()
    assert not page.select("main form")


def test_the_second_who_answers_is_told_who_did(client, agent):
    demande = DemandeCleFactory()
    collegue = UserFactory(agent=True, prenom="Hélène", nom="Caillé")
    traitement.refuser(demande, "Doublon.", par=collegue, origine=IP)

    page = soup(client.post(reverse("accounts:demande_accepter", args=[demande.pk]), follow=True))
    assert "Hélène Caillé a déjà traité cette demande" in page.main.get_text()
    assert "Vous aviez écrit" not in page.main.get_text()
    refus = reverse("accounts:demande_refuser", args=[demande.pk])
    page = soup(client.post(refus, {"motif": "Hors de la région."}, follow=True))
    assert "Vous aviez écrit\u00a0: «\u00a0Hors de la région.\u00a0»" in page.main.get_text()
    assert not CleActivation.objects.exists()

    demande = DemandeCleFactory()
    url = reverse("accounts:demande_accepter", args=[demande.pk])
    client.post(url)
    page = soup(client.post(url, follow=True))  # the second click
    assert "Vous avez déjà traité cette demande" in page.main.get_text()
    assert CleActivation.objects.count() == 1


def answer_at_once() -> list:
    """One agent accepts a request and another refuses it, at the same moment."""
    demande = DemandeCleFactory()
    par = UserFactory.create_batch(2, agent=True)
    return race(
        lambda: traitement.accepter(demande, par=par[0], origine=IP),
        lambda: traitement.refuser(demande, "Doublon.", par=par[1], origine=IP),
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_agents_who_answer_at_once_one_does():
    results = answer_at_once()

    assert sum(isinstance(result, traitement.DemandeTraitee) for result in results) == 1
    assert len(boite()) == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_answer():
    with without_locks((traitement, "require_open")):
        results = answer_at_once()

    assert not any(isinstance(result, traitement.DemandeTraitee) for result in results)
    assert len(boite()) == 2
