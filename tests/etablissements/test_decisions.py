"""The life of a place: à valider → actif → fermé, by whom, with what reason, and who is told."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue import workflow_site
from catalogue.enums import RoleOrganisme, StatutSite
from catalogue.models import EvenementEtablissement, Site
from catalogue.permissions import Role
from catalogue.workflow import TransitionRefusee
from tests.courriels.outils import boite
from tests.factories import ActionFactory, SiteFactory, UserFactory
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db

A_VALIDER = reverse("etablissements:sites_a_valider")


def url(site, nom):
    return reverse("etablissements:site_decision", args=[site.pk, nom])


def sheet(site):
    return reverse("etablissements:site", args=[site.pk])


def decide(client, site, nom, texte="", **typed):
    return client.post(url(site, nom), {"version": site.version, "texte": texte} | typed)


@pytest.fixture
def waiting(organisme):
    return SiteFactory(organisme=organisme, statut=StatutSite.A_VALIDER, nom="Antenne")


#: Who may do what from which state: everything else is refused.
PERMIS = {
    ("approve", StatutSite.A_VALIDER): {Role.VALIDEUR},
    ("refuse", StatutSite.A_VALIDER): {Role.VALIDEUR},
    ("close", StatutSite.ACTIF): {Role.OF, Role.VALIDEUR},
    ("reopen", StatutSite.FERME): {Role.OF, Role.CARIF, Role.VALIDEUR},
}
APRES = {
    "approve": StatutSite.ACTIF,
    "refuse": StatutSite.FERME,
    "close": StatutSite.FERME,
    "reopen": StatutSite.A_VALIDER,
}


@pytest.mark.parametrize("nom", APRES)
@pytest.mark.parametrize("statut", list(StatutSite))
@pytest.mark.parametrize("role", [*Role, None])
def test_every_cell(organisme, nom, statut, role):
    by = {
        Role.OF: lambda: UserFactory(organisme=organisme),
        Role.CARIF: lambda: UserFactory(agent=True),
        Role.VALIDEUR: lambda: UserFactory(valideur=True),
        None: UserFactory,
    }[role]()
    site = SiteFactory(organisme=organisme, statut=statut)
    permis = role in PERMIS.get((nom, statut), set())
    offertes = {t.name for t in workflow_site.available_on_site(site, role)}
    assert (nom in offertes) == permis
    if permis:
        done = workflow_site.apply_to_site(site.pk, nom, by=by, version=1, texte="Un motif")
        assert (done.statut, done.version, done.decide_par) == (APRES[nom], 2, by)
        line = EvenementEtablissement.objects.get()
        assert (line.type, line.objet_pk, line.texte) == (nom, site.pk, "Un motif")
        return
    with pytest.raises(TransitionRefusee) as refus:
        workflow_site.apply_to_site(site.pk, nom, by=by, version=1, texte="Un motif")
    allowed_somewhere = any(role in roles for (name, _), roles in PERMIS.items() if name == nom)
    assert refus.value.code == ("statut" if allowed_somewhere else "role")
    site.refresh_from_db()
    assert (site.statut, site.version) == (statut, 1)
    assert not EvenementEtablissement.objects.exists()


def test_the_table_is_that_of_the_readme():
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    section = readme.split("## États d’un site")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` (.*) \|$", section, re.M) == [
        (
            t.name,
            f"«\u00a0{t.label}\u00a0» | {', '.join(t.sources)} | {t.target} | {', '.join(t.roles)} | "
            + ("a text" if t.texte else "–"),
        )
        for t in workflow_site.SITE_TRANSITIONS.values()
    ]


def test_a_valideur_validates_and_the_managers_are_told(carif, waiting, organisme, gestionnaire):
    UserFactory(organisme=organisme, organisme__role=RoleOrganisme.SAISIE)
    UserFactory(organisme=organisme, is_active=False)
    UserFactory(organisme=SiteFactory().organisme)

    response = decide(carif, waiting, "approve")

    assert response.url == A_VALIDER
    waiting.refresh_from_db()
    assert waiting.statut == StatutSite.ACTIF
    (message,) = boite()
    assert (message.a, message.objet) == (gestionnaire.email, "Site validé\u00a0: Antenne")
    assert message.lien(sheet(waiting))


def test_a_refusal_needs_a_reason_which_the_organisme_reads(carif, of, waiting, gestionnaire):
    silent = decide(carif, waiting, "refuse", "  ")
    assert silent.status_code == 200
    assert "écrivez quelques mots" in text(page(silent).select_one(".resume-erreurs"))
    waiting.refresh_from_db()
    assert waiting.statut == StatutSite.A_VALIDER

    decide(carif, waiting, "refuse", "Cette adresse n’existe pas.")

    (message,) = boite(gestionnaire.email)
    assert "Cette adresse n’existe pas." in message.texte
    seen = words(of.get(sheet(waiting)))
    assert "Motif : Cette adresse n’existe pas." in seen
    assert "Refus du site « Antenne – Nantes »" in seen


def test_an_organisme_closes_and_reopens_without_mail(of, organisme):
    site = SiteFactory(organisme=organisme)
    assert "Le site n’est plus proposé à la saisie" in words(of.get(url(site, "close")))
    assert decide(of, site, "close", "Bail terminé").url == sheet(site)
    site.refresh_from_db()
    assert (site.statut, site.motif) == (StatutSite.FERME, "Bail terminé")
    decide(of, site, "reopen")
    site.refresh_from_db()
    assert (site.statut, site.motif) == (StatutSite.A_VALIDER, "")
    assert timezone.now() - site.soumis_le < timedelta(minutes=1)
    assert boite() == []


def test_the_carif_oref_closes_and_says_why(carif, organisme, gestionnaire):
    site = SiteFactory(organisme=organisme)
    decide(carif, site, "close", "L’organisme a quitté ces locaux.")
    (message,) = boite()
    assert "L’organisme a quitté ces locaux." in message.texte


def test_a_place_changed_since_it_was_read_is_read_again(carif, waiting):
    Site.objects.filter(pk=waiting.pk).update(version=4)
    response = decide(carif, waiting, "approve")
    assert response.status_code == 409
    assert "Ce site a été modifié depuis" in words(response)
    assert page(response).select_one("[name=version]")["value"] == "4"
    waiting.refresh_from_db()
    assert waiting.statut == StatutSite.A_VALIDER


def test_a_double_click_is_told_it_is_done_and_mails_once(carif, waiting, gestionnaire):
    for _ in range(2):
        decide(carif, waiting, "approve")
    assert len(boite()) == 1
    assert "C’est déjà fait" in words(carif.get(sheet(waiting)))


def test_a_colleague_too_late_is_told_what_was_decided(carif, waiting):
    colleague = UserFactory(valideur=True)
    workflow_site.apply_to_site(waiting.pk, "refuse", by=colleague, version=1, texte="Doublon")
    response = decide(carif, waiting, "approve")
    assert response.status_code == 409
    assert "le site est « Fermé »" in words(response)
    again = decide(carif, waiting, "refuse", "Un autre motif")
    assert f"a été enregistré par {colleague}" in words(again)


@pytest.mark.parametrize("nom", ["approve", "refuse", "close", "reopen", "publish"])
def test_who_may_not_finds_nothing(agent, lecteur, autre, of, organisme, waiting, nom):
    site = SiteFactory(organisme=organisme)
    for client in (lecteur, autre, *([agent] if nom != "reopen" else []), *([of] if nom in APRES else [])):
        if client is of and nom in ("close", "reopen"):
            continue
        assert client.get(url(site, nom)).status_code == 404
        assert decide(client, site, nom, "Un motif").status_code == 404
    site.refresh_from_db()
    assert site.statut == StatutSite.ACTIF


def test_an_agent_reads_the_place_and_prepares(agent, waiting):
    html = page(agent.get(sheet(waiting)))
    assert "Un valideur du Carif-Oref décidera" in text(html)
    assert html.select_one(f"a[href='{reverse('etablissements:site_edit', args=[waiting.pk])}']")
    assert not html.select("form[action*='/decision/']")


def test_the_list_is_oldest_first(carif, waiting):
    ancien = SiteFactory(
        nom="Ancien", statut=StatutSite.A_VALIDER, soumis_le=timezone.now() - timedelta(days=9)
    )
    SiteFactory(nom="Actif")
    names = [text(a) for a in page(carif.get(A_VALIDER)).select("tbody th a")]
    assert names == [ancien.nom, waiting.nom]
    assert "depuis 9 jours" in words(carif.get(A_VALIDER))


@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow(carif, n, django_assert_num_queries):
    """The session and its person, the rows with their organisme."""
    SiteFactory.create_batch(n, statut=StatutSite.A_VALIDER)
    carif.get(A_VALIDER)
    with django_assert_num_queries(2):
        carif.get(A_VALIDER)


def test_the_same_address_and_the_same_siret_are_shown(carif, of, waiting, organisme):
    SiteFactory(organisme=organisme, nom="Voisin", ligne1="1, RUE DES ECOLES", siret="")
    Site.objects.filter(pk=waiting.pk).update(siret="13000548100010")
    SiteFactory(nom="Homonyme", siret="13000548100010", ligne1="9 rue Neuve")
    staff = text(page(carif.get(sheet(waiting))).select_one("[aria-labelledby=doublons]"))
    assert "Même adresse : Voisin" in staff
    assert "Même SIRET : Homonyme" in staff
    ours = text(page(of.get(sheet(waiting))).select_one("[aria-labelledby=doublons]"))
    assert "Homonyme" not in ours


def test_a_used_place_is_not_deleted_and_says_by_what(of, organisme):
    action = ActionFactory(formation__organisme=organisme, complete=True)
    site = action.site_dispensateur
    adresse = reverse("etablissements:site_delete", args=[site.pk])
    for response in (of.get(adresse), of.post(adresse, follow=True)):
        html = page(response)
        assert "il ne peut pas être supprimé" in text(html)
        lien = html.select_one(f"main li a[href='{reverse('tunnel:recapitulatif', args=[action.pk])}']")
        assert text(lien) == action.intitule
        assert html.select_one(f"a[href='{url(site, 'close')}']")
    assert Site.objects.filter(pk=site.pk).exists()


def test_an_unused_place_is_deleted_with_its_contacts(of, waiting, organisme):
    waiting.contacts.create(organisme=organisme, type="4", telephone="02 40 00 00 00")
    adresse = reverse("etablissements:site_delete", args=[waiting.pk])
    assert "avec 1 contact" in words(of.get(adresse))
    assert of.post(adresse).url == reverse("etablissements:organisme", args=[organisme.pk])
    assert not Site.objects.exists()
    line = EvenementEtablissement.objects.get()
    assert (line.type, line.libelle) == ("suppression", "Antenne – Nantes")


def test_validating_from_the_dossier_is_journalled_on_the_place_and_mailed(carif, gestionnaire, organisme):
    action = ActionFactory(formation__organisme=organisme, attente=True, complete=True)
    site = action.site_dispensateur
    Site.objects.filter(pk=site.pk).update(statut=StatutSite.A_VALIDER)
    carif.post(reverse("validation:site_valider", args=[action.pk, site.pk]))
    assert EvenementEtablissement.objects.get().type == "approve"
    assert [message.nom for message in boite(gestionnaire.email)] == ["site_valide"]
