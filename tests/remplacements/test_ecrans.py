"""The pages on codes to replace, read and used by the staff; what the organisme reads and answers."""

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Action, Remplacement
from catalogue.remplacement import replace_one
from tests.factories import ActionFactory, CertificationFactory, SessionFactory, UserFactory
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db
LISTE = reverse("remplacements:code_list")


@pytest.fixture
def carif(client, valideur):
    client.force_login(valideur)
    return client


def url_of(action) -> str:
    return reverse("remplacements:action", args=[action.pk])


def code_url(code="31999") -> str:
    return reverse("remplacements:code", args=[code])


def listed(client, **filtres) -> list[str]:
    return [text(a) for a in page(client.get(LISTE, filtres)).select("tbody th a")]


def carried(intitule, **certification):
    """A code that one action carries."""
    certification = CertificationFactory(intitule=intitule, **certification)
    ActionFactory(formation__certification=certification)
    return certification


def confirm(client, url, **choix):
    """Choose a code, read the preview, and send its form as a browser would."""
    form = page(client.get(url, choix)).select_one("main form[method=post]")
    data = {champ["name"]: champ.get("value", "") for champ in form.select("input[name]")}
    return client.post(url, data | {"csrfmiddlewaretoken": ""}, follow=True)


def test_the_list_holds_what_left_ended_or_was_replaced_and_is_still_carried(carif):
    annee = timezone.localdate().year
    carried("Retirée", code="770001", retiree_le="2020-01-01", annee_derniere_session=annee - 2)
    carried("Terminée", code="770002", annee_derniere_session=annee - 1)
    remplacee = carried("Remplacée", code="770003")
    Remplacement.objects.create(ancien_code=remplacee.pk, nouvelle=carried("En vigueur"))
    carried("Dernière année", annee_derniere_session=annee)
    CertificationFactory(retiree_le="2020-01-01")
    archivee = CertificationFactory(retiree_le="2020-01-01")
    ActionFactory(formation__certification=archivee, archivee=True)
    assert listed(carif) == ["Remplacée", "Retirée", "Terminée"]
    assert listed(carif, situation="retiree") == ["Retirée"]
    assert listed(carif, situation="terminee") == ["Terminée"]
    assert listed(carif, situation="remplacee") == ["Remplacée"]
    assert listed(carif, q="éeS") == []
    assert listed(carif, q="termi") == ["Terminée"]
    assert listed(carif, q="7700") == ["Remplacée", "Retirée", "Terminée"]
    assert listed(carif, q=remplacee.pk) == ["Remplacée"]


def test_a_line_names_the_successors_and_counts(carif, formation, nouvelle, action):
    ActionFactory(formation=formation)
    ActionFactory(formation=formation, archivee=True)
    ActionFactory(formation__certification=formation.certification)
    ligne = text(page(carif.get(LISTE)).select_one("tbody tr"))
    assert "114763 CAP boucher et traiteur" in ligne
    assert ligne.endswith("3 2")


def test_the_actions_of_a_code_are_told_apart_by_their_dates(carif, formation, nouvelle):
    datee = ActionFactory(formation=formation, complement_intitule="En un an")
    for debut, fin in (("2031-09-01", "2032-06-30"), ("2032-09-06", "2033-06-24")):
        SessionFactory(action=datee, date_debut=debut, date_fin=fin)
    ActionFactory(formation=formation)

    lignes = [text(th) for th in page(carif.get(code_url())).select("tbody th") if "Action" in text(th)]

    assert lignes[0].endswith("En un an du 01/09/2031 au 24/06/2033")
    assert lignes[1].endswith("sans date de session")


def test_the_other_code_says_when_it_is_read(carif, formation, nouvelle):
    ActionFactory(formation=formation)
    aide = page(carif.get(code_url())).select_one("#id_autre_helptext")
    assert text(aide).startswith("Lu seulement si vous choisissez")


@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow(n, carif, django_assert_num_queries):
    for _ in range(n):
        ancienne = carried("Terminée", annee_derniere_session=2000)
        ActionFactory.create_batch(n, formation=ancienne.formations.get(), complete=True)
        for _ in range(n):
            Remplacement.objects.create(ancien_code=ancienne.pk, nouvelle=CertificationFactory())
    with django_assert_num_queries(5):
        carif.get(LISTE)
    action = ancienne.formations.get().actions.first()
    choix = {"nouveau": Remplacement.objects.filter(ancien_code=ancienne.pk).first().nouvelle_id}
    with django_assert_num_queries(6):
        carif.get(code_url(ancienne.pk), choix)
    with django_assert_num_queries(6):
        carif.get(url_of(action), choix)


def test_a_single_successor_is_proposed_with_what_it_changes(carif, action, nouvelle):
    vue = page(carif.get(url_of(action)))
    assert vue.select_one("input[type=radio][checked]")["value"] == "114763"
    lignes = {text(tr.th): [text(td) for td in tr.select("td")] for tr in vue.select("tbody tr")}
    assert lignes["Code Certifinfo"] == ["31999", "114763"]
    assert lignes["Intitulé"] == ["CAP boucher", "CAP boucher et traiteur"]
    assert lignes["Niveau de sortie"] == ["Niveau 3 (CAP, BEP)", "Niveau 4 (bac)"]
    assert "Sans changement : type de diplôme, formacodes." in text(vue.main)


def test_several_successors_are_offered_and_none_is_chosen(carif, action, ancienne, nouvelle):
    Remplacement.objects.create(
        ancien_code=ancienne.pk, nouvelle=CertificationFactory(annee_premiere_session=2026)
    )
    vue = page(carif.get(url_of(action)))
    assert len(vue.select("input[type=radio]")) == 3
    assert not vue.select("input[type=radio][checked], main form[method=post]")
    assert "sessions depuis 2026" in text(vue.main)


def test_a_chain_is_followed_to_a_code_in_force(carif, action, ancienne):
    milieu = CertificationFactory(annee_derniere_session=2020)
    fin = CertificationFactory(intitule="CAP au bout")
    Remplacement.objects.create(ancien_code=ancienne.pk, nouvelle=milieu)
    Remplacement.objects.create(ancien_code=milieu.pk, nouvelle=fin)
    vue = page(carif.get(url_of(action)))
    assert [radio["value"] for radio in vue.select("input[type=radio]")] == [fin.pk, "autre"]


def test_a_valideur_replaces_the_code_and_comes_back_to_the_dossier(carif, action, nouvelle):
    response = confirm(carif, url_of(action))
    assert response.redirect_chain == [(reverse("validation:dossier", args=[action.pk]), 302)]
    assert "est remplacé par 114763 : l’organisme est prévenu." in words(response)
    assert "Code Certifinfo 114763 Ancien code 31999" in words(response)
    assert Action.objects.get(pk=action.pk).formation.certification == nouvelle


def test_another_code_may_be_typed_as_people_write_it(carif, action, nouvelle):
    autre = CertificationFactory(code="120000")
    confirm(carif, url_of(action), nouveau="autre", autre="12 00.00")
    assert Action.objects.get(pk=action.pk).formation.certification == autre


@pytest.mark.parametrize(
    ("autre", "dit"),
    [
        ("", "Renseignez « Autre code Certifinfo »"),
        ("999999", "n’existe pas"),
        ("31999", "C’est le code à remplacer"),
        ("5", "n’est plus en vigueur"),
    ],
)
def test_a_wrong_code_is_named_beside_its_field(autre, dit, carif, action, nouvelle):
    CertificationFactory(code="5", annee_derniere_session=2020)
    vue = page(carif.get(url_of(action), {"nouveau": "autre", "autre": autre}))
    assert dit in text(vue.select_one(".resume-erreurs a[href='#id_autre']"))
    assert not vue.select("main form[method=post]")


def test_what_a_colleague_changed_meanwhile_is_read_again(carif, action, nouvelle, valideur):
    data = {"nouveau": "114763", "revision": action.revision}
    Action.objects.filter(pk=action.pk).update(revision=5)
    response = carif.post(url_of(action), data)
    assert response.status_code == 409
    assert "relisez-la avant de continuer" in words(response)
    assert Action.objects.get(pk=action.pk).formation.certification_id == "31999"


def test_a_second_click_is_told_kindly(carif, action, nouvelle):
    data = {"nouveau": "114763", "revision": action.revision}
    carif.post(url_of(action), data)
    response = carif.post(url_of(action), data, follow=True)
    assert action.evenements.count() == 1
    assert response.status_code == 200


def test_an_agent_prepares_and_does_not_decide(client, action, nouvelle):
    client.force_login(UserFactory(agent=True))
    vue = page(client.get(url_of(action)))
    assert "Seul un valideur remplace un code" in text(vue.main)
    assert not vue.select("main form[method=post]")
    assert client.post(url_of(action), {"nouveau": "114763", "revision": 1}).status_code == 403
    assert Action.objects.get(pk=action.pk).formation.certification_id == "31999"


def test_an_action_archived_or_without_code_has_nothing_to_replace(carif, formation, nouvelle):
    archivee = ActionFactory(formation=formation, archivee=True)
    assert "archivée : son code ne change plus" in words(carif.get(url_of(archivee)))
    libre = ActionFactory(formation__certification=None, formation__intitule_libre="Soudure")
    assert carif.get(url_of(libre)).status_code == 404


def test_a_code_nobody_carries_says_so(carif, nouvelle):
    assert "Aucune action ne porte ce code" in words(carif.get(code_url(nouvelle.pk)))
    assert carif.get(code_url("424242")).status_code == 404


def recap(client, action):
    return client.get(reverse("tunnel:recapitulatif", args=[action.pk]))


def test_the_organisme_reads_the_new_code_and_says_so(client, action, nouvelle, valideur, of):
    replace_one(action.pk, nouvelle.pk, by=valideur)
    client.force_login(of)
    vue = page(recap(client, action))
    assert "L’ancien code 31999 est remplacé par 114763 « CAP boucher et traiteur »" in text(vue.main)
    form = next(f for f in vue.select("main form") if "J’ai pris connaissance" in text(f))
    liste = reverse("tableau_de_bord:action_list") + "?etat=code_remplace"
    assert "114763, remplace 31999 depuis le" in words(client.get(liste))

    data = {champ["name"]: champ["value"] for champ in form.select("input[name=code]")}
    response = client.post(form["action"], data, follow=True)

    assert "vous avez pris connaissance" in words(response)
    vue = page(response)
    assert "J’ai pris connaissance" not in text(vue.main)
    assert "Ancien code 31999" in text(vue.select_one("#rappel-formation"))
    assert "Rien dans cette liste" in words(client.get(liste))


@pytest.mark.parametrize("role", ["lecture", "carif"])
def test_only_who_types_for_the_organisme_is_asked_to_acknowledge(role, client, action, nouvelle, valideur):
    replace_one(action.pk, nouvelle.pk, by=valideur)
    lecteur = UserFactory(organisme=action.organisme, organisme__role="lecture")
    client.force_login(lecteur if role == "lecture" else valideur)
    assert "Code Certifinfo remplacé" in words(recap(client, action))
    assert "J’ai pris connaissance" not in words(recap(client, action))
    client.post(reverse("remplacements:lu", args=[action.pk]), {"code": "114763"})
    assert Action.objects.get(pk=action.pk).certification_remplacee_le is not None
