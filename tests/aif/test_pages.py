"""The pages of the requests, on both sides: what is shown, typed, kept and refused."""

import csv
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from catalogue import demandes_aif
from catalogue.models import DemandeAIF, TexteType
from tests.aif.conftest import browser
from tests.aif.outils import typed
from tests.factories import DemandeAIFFactory, OrganismeFactory, SiteFactory, UserFactory
from tests.hostile.familles import VALEURS
from tests.hostile.test_envois import ask, cle_hostile
from tests.tunnel.outils import fields, page, text, words

pytestmark = pytest.mark.django_db
CREER = "/aif/creer/"


def url_of(demande, nom="demande") -> str:
    return reverse(f"aif:{nom}", args=[demande.pk])


def errors(response) -> dict[str, str]:
    """The summary's sentences, by the field each leads to."""
    return {a["href"].removeprefix("#id_"): text(a) for a in page(response).select(".resume-erreurs a")}


def test_an_organisme_sends_a_request_and_follows_it(nadia):
    client = browser(nadia)
    formations = page(client.get(reverse("tunnel:formation_list")))
    liste = formations.find("a", string="Demandes AIF hors Certifinfo")["href"]
    assert "Aucune demande pour le moment" in words(client.get(liste))

    response = client.post(CREER, fields(client.get(CREER)) | typed(), follow=True)

    demande = DemandeAIF.objects.get()
    shown = words(response)
    assert f"elle porte le numéro {demande.numero}" in shown
    for valeur in ("Voilerie et sellerie nautique", "130 005 481 00010", "210 h", "35 h", "Bâtiment C"):
        assert valeur in shown
    assert demande.lieu_lignes == ["3 quai du Port", "Bâtiment C"]
    assert (demande.lieu_code_postal, demande.url) == ("85100", "https://www.exemple.fr/voilerie")
    assert demande.numero in words(client.get(liste))


def test_what_sofi_knows_is_typed_already(organisme, nadia):
    data = fields(browser(nadia).get(CREER))

    assert (data["siret"], data["nom_usage"]) == (organisme.siret, organisme.nom)


def test_the_mail_of_the_manual_stays_beside(nadia):
    liens = [a["href"] for a in page(browser(nadia).get(CREER)).select("a[href^=mailto]")]

    assert any("subject=Demande%20AIF%20hors%20Certifinfo" in lien for lien in liens)


def test_a_refused_request_is_done_again_without_typing_it_again(demande, organisme, nadia, agent):
    demandes_aif.refuse(demande.pk, "Précisez le programme.", by=agent, version=1)
    client = browser(nadia)
    again = page(client.get(url_of(demande))).find("a", string="Refaire une demande à partir de celle-ci")

    data = fields(client.get(again["href"]))

    assert (data["programme"], data["ligne1"], data["places_aif"]) == (
        demande.programme,
        "3 quai du Port",
        "5",
    )
    client.post(CREER, data)
    assert DemandeAIF.objects.filter(organisme=organisme, statut="envoyee").count() == 1
    autre = browser(UserFactory(organisme=OrganismeFactory()))
    assert fields(autre.get(again["href"]))["programme"] == ""


def test_the_errors_are_in_the_order_of_the_screen(nadia):
    client = browser(nadia)
    vides = dict.fromkeys(fields(client.get(CREER)), "") | {"jeton": str(uuid4())}

    champs = list(errors(client.post(CREER, vides)))

    assert champs[-4:] == ["ligne1", "lieu_code_postal", "lieu_ville", "places_session"]


def test_the_search_without_result_leads_to_the_request(nadia):
    for query in ("", "?q=introuvablissime"):
        shown = page(browser(nadia).get(reverse("tunnel:formation_create") + query))
        assert shown.find("a", string="Faire une demande AIF hors Certifinfo")["href"] == CREER


def test_a_site_of_the_organisme_is_the_place(organisme, nadia):
    site = SiteFactory(organisme=organisme, nom="Siège", ligne2="Bâtiment A")
    ailleurs = SiteFactory()
    client = browser(nadia)
    sans_lieu = dict.fromkeys(("lieu_organisme", "ligne1", "ligne2", "lieu_code_postal", "lieu_ville"), "")
    data = fields(client.get(CREER)) | typed() | sans_lieu

    assert "site" in errors(client.post(CREER, data | {"site": ailleurs.pk}))
    assert client.post(CREER, data | {"site": site.pk}).status_code == 302

    demande = DemandeAIF.objects.get()
    assert (demande.lieu_organisme, demande.lieu_lignes) == ("Siège", ["1 rue des Écoles", "Bâtiment A"])
    assert (demande.lieu_code_postal, demande.lieu_ville) == ("44000", "Nantes")


@pytest.mark.parametrize(
    ("champ", "valeur", "mots"),
    [
        ("intitule", "", "Renseignez « Intitulé"),
        ("siret", "130 005 481 00011", "erreur de chiffre"),
        ("date_fin", "2020-01-01", "est passée"),
        ("date_debut", "2099-01-01", "plus de trois ans"),
        ("duree_centre", "0", "plus de 0"),
        ("duree_hebdo", "169", "168"),
        ("lieu_code_postal", "4400", "5 chiffres"),
        ("ligne1", "", "Renseignez « Adresse, ligne 1"),
        ("places_session", "0", "plus de 0"),
        ("places_aif", "9", "8 places de la session"),
        ("url", "pas une adresse@", "adresse web"),
    ],
)
def test_an_error_names_its_field_and_keeps_what_was_typed(nadia, champ, valeur, mots):
    client = browser(nadia)
    data = fields(client.get(CREER)) | typed() | {champ: valeur}

    response = client.post(CREER, data)

    assert mots in errors(response)[champ]
    assert fields(response)["programme"] == typed()["programme"]
    assert not DemandeAIF.objects.exists()


def test_a_colleague_s_save_is_not_overwritten(demande, organisme, nadia):
    client, url = browser(nadia), url_of(demande, "demande_edit")
    stale = fields(client.get(url))
    camille = UserFactory(organisme=organisme, prenom="Camille", nom="Durand")
    demande.intitule = "Voilerie"
    demandes_aif.update(demande, ["intitule"], 1, by=camille)

    response = client.post(url, stale | {"intitule": "Cordages"})

    assert response.status_code == 409
    assert "par Camille Durand" in words(response)
    assert "valeur enregistrée : Voilerie" in words(response)
    assert client.post(url, fields(response)).status_code == 302
    assert DemandeAIF.objects.get().intitule == "Cordages"


def test_once_taken_the_form_says_so_and_keeps_what_was_typed(demande, nadia, agent):
    client, url = browser(nadia), url_of(demande, "demande_edit")
    data = fields(client.get(url)) | {"intitule": "Cordages"}
    demandes_aif.take(demande.pk, by=agent)

    response = client.post(url, data)

    assert response.status_code == 409
    assert "traite déjà cette demande (Awa Diallo)" in words(response)
    assert fields(response)["intitule"] == "Cordages"
    assert client.get(url).status_code == 302


def test_the_organisme_gives_its_request_up(demande, nadia):
    client = browser(nadia)
    assert "ne la traitera pas" in words(client.get(url_of(demande, "annuler")))

    first, second = (client.post(url_of(demande, "annuler"), follow=True) for _ in range(2))

    assert "Votre demande est annulée" in words(first)
    assert "C’est déjà fait" in words(second)


def test_a_reader_reads_and_does_nothing(demande, lectrice):
    client = browser(lectrice)
    shown = page(client.get(url_of(demande)))

    assert demande.intitule in text(shown.main)
    assert not shown.main.select("form, a.btn")
    for nom in ("demande_edit", "annuler"):
        assert client.get(url_of(demande, nom)).status_code == 404


def test_the_carif_s_counter_leads_to_the_oldest_first(demande, agent):
    recente = DemandeAIFFactory(intitule="Cordonnerie")
    client = browser(agent)
    tuile = next(
        t for t in page(client.get(reverse("validation:file"))).select(".compteur") if "AIF" in t.get_text()
    )
    assert text(tuile.select_one(".compteur__nombre")) == "2"

    rangs = page(client.get(tuile.a["href"])).select("tbody tr")

    assert [text(r.th) for r in rangs] == [demande.intitule, recente.intitule]


def test_the_list_is_filtered_by_state_by_who_and_by_words(demande, agent):
    autre = DemandeAIFFactory(organisme=OrganismeFactory(raison_sociale="École du cuir"), intitule="Cuir")
    demandes_aif.take(autre.pk, by=agent)
    client = browser(agent)

    def shown(query):
        return [text(r.th) for r in page(client.get(f"/aif/?{query}")).select("tbody tr")]

    assert shown("qui=moi") == ["Cuir"]
    assert shown("qui=personne") == [demande.intitule]
    assert shown("etat=prise") == ["Cuir"]
    assert shown("q=ecole") == ["Cuir"]
    assert shown(f"q={demande.numero.lower()}") == [demande.intitule]
    assert shown(f"q={autre.organisme.siret[:9]}") == ["Cuir"]


def test_the_list_is_downloaded_as_it_is_filtered(demande, nadia, agent):
    DemandeAIFFactory(intitule="Cordonnerie")

    def rows(user, query=""):
        response = browser(user).get(f"/aif/?format=csv{query}")
        return list(csv.DictReader(response.getvalue().decode("utf-8-sig").splitlines(), delimiter=";"))

    assert [row["Formation"] for row in rows(agent)] == [demande.intitule, "Cordonnerie"]
    assert [row["Formation"] for row in rows(agent, "&q=cordon")] == ["Cordonnerie"]
    (seule,) = rows(nadia)
    assert (seule["Numéro"], seule["État"]) == (demande.numero, "Envoyée")


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_lists_cost_the_same_whatever_they_hold(
    organisme, nadia, agent, nombre, django_assert_num_queries
):
    DemandeAIFFactory.create_batch(nombre, organisme=organisme)
    of, carif = browser(nadia), browser(agent)
    of.get("/aif/"), carif.get("/aif/")

    with django_assert_num_queries(LISTE_OF):
        of.get("/aif/")
    with django_assert_num_queries(LISTE_CARIF):
        carif.get("/aif/")


#: Sign-in and the person's organisations included.
LISTE_OF, LISTE_CARIF = 4, 2


def test_an_agent_takes_and_a_colleague_takes_over(demande, agent, valideur):
    client, autre = browser(agent), browser(valideur)
    client.post(url_of(demande, "prendre"))

    shown = page(autre.get(url_of(demande)))
    assert "Awa Diallo traite cette demande" in text(shown.main)
    assert [a.get_text(strip=True) for a in shown.main.select(".btn-primary")] == ["Transformer en offre"]
    form = next(f for f in shown.select("form") if "Reprendre la demande" in f.get_text())
    said = words(autre.post(url_of(demande, "prendre"), follow=True))  # without knowing
    assert "Awa Diallo traite déjà cette demande" in said
    autre.post(form["action"], {"de": form.select_one("[name=de]")["value"]})

    demande.refresh_from_db()
    assert demande.examinateur == valideur


def test_a_refusal_starts_from_a_prepared_text(demande, nadia, agent):
    texte = TexteType.objects.create(
        usage="aif_refus", libelle="A un code", texte="« {intitule} » ({numero_action}) a un code Certifinfo."
    )
    client = browser(agent)
    filled = page(client.get(url_of(demande, "refuser"), {"texte": texte.pk}))
    motif = filled.select_one("#id_motif").get_text().strip()
    assert motif == f"« Voilerie et sellerie nautique » ({demande.numero}) a un code Certifinfo."

    vide = client.post(url_of(demande, "refuser"), {"version": 1, "motif": " "})
    assert "motif" in errors(vide)
    client.post(url_of(demande, "refuser"), {"version": 1, "motif": motif})

    shown = words(browser(nadia).get(url_of(demande)))
    assert re.sub(r"\s+", " ", motif) in shown
    assert "Demande refusée" in shown


def test_a_refusal_that_comes_after_a_colleague_s_gives_its_reason_back(demande, agent, valideur):
    demandes_aif.refuse(demande.pk, "Hors région.", by=agent, version=1)
    ecrit = {"version": 1, "motif": "Cette formation a un code Certifinfo."}

    retard = words(browser(valideur).post(url_of(demande, "refuser"), ecrit, follow=True))
    assert "Vous aviez écrit : « Cette formation a un code Certifinfo. »" in retard.replace("\u00a0", " ")
    double = browser(agent).post(url_of(demande, "refuser"), ecrit | {"motif": "Hors région."}, follow=True)
    assert "Vous aviez écrit" not in words(double)


def test_a_siret_that_is_nobody_s_is_pointed_at(demande, organisme, agent):
    assert "SIRET à vérifier" not in words(browser(agent).get(url_of(demande)))
    DemandeAIF.objects.update(siret="13000548100010")

    assert "SIRET à vérifier" in words(browser(agent).get(url_of(demande)))


@pytest.mark.parametrize("valeur", VALEURS.values(), ids=VALEURS)
def test_each_field_takes_the_value_or_names_itself(nadia, valeur):
    client = browser(nadia)
    bons = fields(client.get(CREER)) | typed()
    muets = []
    for champ in bons:
        response = ask(client, "post", CREER, bons | {champ: valeur})
        if response.status_code == 200:
            lien = "" if champ in ("version", "jeton") else f" a[href^='#id_{champ}']"
            muets += [] if page(response).select(f".resume-erreurs{lien}") else [champ]
        elif response.status_code not in (302, 409):
            muets.append((champ, response.status_code))

    assert muets == []


@cle_hostile
def test_each_field_of_the_offer_takes_the_value_or_names_itself(demande, agent, aif, valeur):
    client, url = browser(agent), reverse("tunnel:aif_transformer", args=[demande.pk])
    bons = fields(client.get(url)) | {"suite": "brouillon"}
    muets = []
    for champ in bons:
        response = ask(client, "post", url, bons | {champ: valeur})
        if response.status_code == 200:
            sans_lien = champ.endswith(("version", "jeton")) or champ == "suite"
            lien = "" if sans_lien else f" a[href^='#id_{champ}']"
            muets += [] if page(response).select(f".resume-erreurs{lien}") else [champ]
        elif response.status_code not in (302, 409):
            muets.append((champ, response.status_code))

    assert muets == []


def test_the_file_of_an_organisme_does_not_say_who_deals_with_it(demande, nadia, agent):
    """As the list: between colleagues."""
    demandes_aif.take(demande.pk, by=agent)
    fichiers = [browser(user).get("/aif/?format=csv").getvalue().decode() for user in (nadia, agent)]
    assert [str(agent) in fichier for fichier in fichiers] == [False, True]
    assert ["Traitée par" in fichier for fichier in fichiers] == [False, True]
