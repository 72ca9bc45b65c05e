"""Beside each field of a dossier: waivers, corrections, what is online; then texts, notes, duplicates."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from catalogue import attribution, saisie, workflow
from catalogue.enums import UsageTexte
from catalogue.models import Action, NoteInterne, TexteType
from tests.factories import ActionFactory, UserFactory, publier

pytestmark = pytest.mark.django_db


@pytest.fixture
def valideur(client):
    valideur = UserFactory(valideur=True, prenom="Inès", nom="Moreau")
    client.force_login(valideur)
    return valideur


@pytest.fixture
def action():
    action = ActionFactory(complete=True, complement_intitule="LE MEILLEUR CAP DE LA VILLE")
    return workflow.apply(action.pk, "submit", by=UserFactory(organisme=action.organisme))


def dossier(action):
    return reverse("validation:dossier", args=[action.pk])


def soup_of(response):
    return BeautifulSoup(response.content, "html.parser")


def line(soup, action, champ):
    return soup.find(id=f"action-{action.pk}-{champ}")


def post(client, form, **typed):
    """Send a form of the page as a browser does, with what the person typed."""
    data = {field["name"]: field.get("value", "") for field in form.select("input[name], button[name]")}
    return client.post(form["action"], data | typed)


class TestWaiver:
    def test_a_warning_is_let_pass_with_a_reason_then_brought_back(self, client, valideur, action):
        beside = line(soup_of(client.get(dossier(action))), action, "complement_intitule")
        message = beside.select_one(".alerte--avertissement p").get_text(" ", strip=True)
        form = beside.select_one(".alerte--avertissement form")
        assert not form.select("[maxlength]")  # a browser would cut a pasted reason without a word

        assert post(client, form, motif="C’est son nom de marque.").url == dossier(action)

        beside = line(soup_of(client.get(dossier(action))), action, "complement_intitule")
        folded = beside.select_one(".alerte--ecartee")
        text = folded.get_text(" ", strip=True)
        assert "Avertissement écarté par Inès Moreau" in text
        assert "Motif\u00a0: C’est son nom de marque." in text
        assert message.partition("\u00a0: ")[2] in text
        assert post(client, folded.form).url == dossier(action)
        beside = line(soup_of(client.get(dossier(action))), action, "complement_intitule")
        assert beside.select_one(".alerte--avertissement")

    @pytest.mark.parametrize(
        ("motif", "erreur"), [(" ", "Écrivez pourquoi"), ("Nom de marque. " * 34, "dépasse 500 caractères")]
    )
    def test_a_refused_reason_is_told_and_kept(self, client, valideur, action, motif, erreur):
        beside = line(soup_of(client.get(dossier(action))), action, "complement_intitule")

        response = post(client, beside.select_one("form"), motif=motif)

        soup = soup_of(response)
        assert response.status_code == 200
        link = soup.select_one(".resume-erreurs a")
        assert erreur in link.get_text()
        field = soup.find(id=link["href"].removeprefix("#"))
        assert field["value"] == motif
        assert erreur in soup.find(id=field["aria-describedby"]).get_text()
        assert field.find_parent("details").has_attr("open")
        assert not action.derogations.exists()

    def test_a_finding_that_changed_meanwhile_is_told_and_the_reason_is_kept(self, client, valideur, action):
        form = line(soup_of(client.get(dossier(action))), action, "complement_intitule").select_one("form")
        action.complement_intitule = "en un an"
        action.save()

        response = post(client, form, motif="C’est son nom de marque.")

        soup = soup_of(response)
        assert response.status_code == 409
        assert "n’existe plus" in soup.select_one(".resume-erreurs").get_text()
        assert "C’est son nom de marque." in soup.select_one(".encart--conseil").get_text()

    @pytest.mark.parametrize("acte", ["ecarter", "retablir"])
    def test_what_no_keyboard_types_is_no_fault_of_the_server(self, client, valideur, action, acte):
        beside = line(soup_of(client.get(dossier(action))), action, "complement_intitule")
        cle = beside.select_one("form input[name=cle]")["value"]
        url = reverse("validation:avertissement", args=[action.pk])

        for forgee in (cle, "a\x00b:action:1", f"{cle.rpartition(':')[0]}:{'9' * 18}"):
            reponse = client.post(url, {"acte": acte, "cle": forgee, "motif": "Nom\x00 de marque"})
            assert reponse.status_code in (302, 409)

    def test_the_organisme_sees_the_warning_and_nothing_of_the_waiver(self, client, valideur, action):
        beside = line(soup_of(client.get(dossier(action))), action, "complement_intitule")
        client.get(post(client, beside.select_one("form"), motif="Canari-motif").url)

        client.force_login(UserFactory(organisme=action.organisme))
        page = client.get(reverse("tunnel:recapitulatif", args=[action.pk])).content.decode()

        assert "Canari-motif" not in page
        assert "écarté" not in page


class TestCorrection:
    def test_a_valideur_corrects_in_place_then_validates(self, client, valideur, action):
        link = soup_of(client.get(dossier(action))).select_one(f"#action-{action.pk} .fiche__entete a")
        page = soup_of(client.get(link["href"]))
        assert "Vous corrigez une action envoyée" in page.main.get_text()
        form = page.select_one("form[data-sofi-garde]")
        data = {}
        for field in form.select("input[name], select[name], textarea[name]"):
            if field.get("type") in ("radio", "checkbox") and not field.has_attr("checked"):
                continue
            chosen = field.select_one("option[selected]") if field.name == "select" else None
            value = field.get("value", "") if field.name == "input" else field.get_text().removeprefix("\n")
            data[field["name"]] = (chosen["value"] if chosen else "") if field.name == "select" else value
        data["complement_intitule"] = "en un an"

        response = client.post(link["href"], data)

        assert response.url == dossier(action)
        soup = soup_of(client.get(dossier(action)))
        told = "Complément intitulé\u00a0: LE MEILLEUR CAP DE LA VILLE → en un an"
        assert told in soup.find(id="corrections").parent.get_text()
        beside = line(soup, action, "complement_intitule").select_one(".correction").get_text(" ", strip=True)
        assert "Corrigé par Inès Moreau" in beside
        action.refresh_from_db()
        assert action.statut == "en_attente_validation"
        approve = {"revision": action.revision}
        client.post(reverse("validation:decision", args=[action.pk, "approve"]), approve)
        assert Action.objects.get(pk=action.pk).statut == "validee"

    def test_an_agent_is_not_offered_to_correct(self, client, action):
        client.force_login(UserFactory(agent=True))

        soup = soup_of(client.get(dossier(action)))
        response = client.get(reverse("tunnel:action", args=[action.pk]))

        assert not soup.select(".fiche__entete a")
        assert response.url == reverse("tunnel:recapitulatif", args=[action.pk])

    def test_nothing_is_added_nor_deleted_while_it_waits(self, client, valideur, action):
        session = action.sessions.get()
        recapitulatif = reverse("tunnel:recapitulatif", args=[action.pk])

        for nom, pk in (("session_create", action.pk), ("session_delete", session.pk)):
            assert client.get(reverse(f"tunnel:{nom}", args=[pk])).url == recapitulatif
        page = soup_of(client.get(reverse("tunnel:session", args=[session.pk])))
        assert "Supprimer" not in page.main.get_text()


class TestPreparedTexts:
    def test_without_javascript_the_page_comes_back_with_the_text(self, client, valideur, action):
        texte = TexteType.objects.create(
            usage=UsageTexte.REFUS, libelle="Doublon", texte="Action {numero_action} en double."
        )
        form = soup_of(client.get(f"{dossier(action)}?organisme=x")).select_one("form.textes-prepares")
        assert form.select_one("[name=organisme]")["value"] == "x"

        soup = soup_of(client.get(dossier(action), {"organisme": "x", "texte": texte.pk}))

        area = soup.find(id="id_refuse_texte")
        assert area.get_text(strip=True) == f"Action {action.pk} en double."
        assert area.find_parent("details").has_attr("open")
        assert {field["value"] for field in soup.select("[name=filtres]")} == {"organisme=x"}

    @pytest.mark.parametrize("asked", ["0", "x", "9" * 40])
    def test_another_text_is_ignored(self, client, valideur, action, asked):
        assert client.get(dossier(action), {"texte": asked}).status_code == 200


class TestNotes:
    def test_a_note_is_left_once_and_read_by_colleagues_only(self, client, valideur, action):
        form = soup_of(client.get(dossier(action))).select_one("section.notes form")
        for _ in range(2):
            assert post(client, form, texte="Canari : à rappeler.").url == f"{dossier(action)}#notes"

        assert NoteInterne.objects.get().auteur == valideur
        client.force_login(UserFactory(agent=True))
        assert "Canari" in client.get(dossier(action)).content.decode()
        client.force_login(UserFactory(organisme=action.organisme))
        for nom, pk in (
            ("recapitulatif", action.pk),
            ("action", action.pk),
            ("formation", action.formation_id),
        ):
            assert (
                "Canari" not in client.get(reverse(f"tunnel:{nom}", args=[pk]), follow=True).content.decode()
            )

    def test_other_words_from_the_same_page_are_another_note(self, client, valideur, action):
        form = soup_of(client.get(dossier(action))).select_one("section.notes form")
        for texte in ("À rappeler.", "À rappeler lundi.", "À rappeler lundi."):
            post(client, form, texte=texte)
        notes = NoteInterne.objects.order_by("pk").values_list("texte", flat=True)
        assert list(notes) == ["À rappeler.", "À rappeler lundi."]

    def test_an_empty_note_says_so(self, client, valideur, action):
        form = soup_of(client.get(dossier(action))).select_one("section.notes form")

        soup = soup_of(post(client, form, texte="  "))

        assert "Écrivez la note" in soup.select_one(".resume-erreurs").get_text()
        assert not NoteInterne.objects.exists()


class TestRenewed:
    def test_what_changed_is_beside_its_field_and_the_rest_is_folded(self, client, valideur):
        action = publier(ActionFactory(complete=True, duree_centre=400))
        workflow.apply(action.pk, "reopen", by=valideur)
        row = Action.objects.get(pk=action.pk)
        row.duree_centre = 350
        saisie.update(row, ["duree_centre"], row.version, by=UserFactory(organisme=action.organisme))

        soup = soup_of(client.get(dossier(action)))

        duree = line(soup, action, "duree_centre")
        assert (duree.select_one("del").get_text(), duree.select_one("ins").get_text()) == (
            "400\u00a0h",
            "350\u00a0h",
        )
        assert duree.find_parent("details") is None
        assert line(soup, action, "url").find_parent("details", class_="fiche__repli")

    def test_nothing_is_folded_of_a_first_sending(self, client, valideur, action):
        assert not soup_of(client.get(dossier(action))).select(".fiche__repli")


class TestUndo:
    def test_the_way_back_is_offered_the_same_day(self, client, valideur, action):
        url = reverse("validation:decision", args=[action.pk, "undo"])
        client.post(url.replace("undo", "refuse"), {"revision": action.revision, "texte": "Doublon"})
        form = next(
            f for f in soup_of(client.get(dossier(action))).select(".decisions form") if f["action"] == url
        )

        post(client, form)

        action.refresh_from_db()
        assert action.statut == "en_attente_validation"

    def test_it_is_not_offered_to_an_agent_nor_later(self, client, valideur, action):
        workflow.apply(action.pk, "refuse", by=valideur, texte="Doublon")
        action.annulable.delete()

        assert "Annuler la décision" not in client.get(dossier(action)).content.decode()


def test_what_is_internal_stays_out_of_the_organisme_s_history(client, valideur, action):
    attribution.claim(action.pk, by=valideur)
    assert "Prise en charge" in client.get(dossier(action)).content.decode()

    client.force_login(UserFactory(organisme=action.organisme))
    page = client.get(reverse("tunnel:recapitulatif", args=[action.pk])).content.decode()

    assert "Prise en charge" not in page
