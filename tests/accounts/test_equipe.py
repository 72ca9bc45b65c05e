"""The team: who reads it, who changes it, and what people are told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import cles
from accounts.equipe import regles
from accounts.middleware import CLE_ESPACE
from accounts.models import CleActivation, EvenementSecurite, Rattachement
from catalogue.enums import RoleOrganisme
from tests.accounts.outils_cles import issue, use
from tests.courriels.outils import boite
from tests.factories import OrganismeFactory, UserFactory
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db
EQUIPE, INVITER, QUITTER = (reverse(f"accounts:equipe{nom}") for nom in ("", "_inviter", "_quitter"))


def membre_url(user, nom="membre") -> str:
    return reverse(f"accounts:equipe_{nom}", args=[user.rattachements.get().pk])


def attach(organisme, role=RoleOrganisme.GESTIONNAIRE, **fields):
    return UserFactory(organisme=organisme, organisme__role=role, **fields)


def lines(prefix="role") -> list[tuple]:
    rows = EvenementSecurite.objects.filter(type__startswith=prefix).order_by("pk")
    return list(rows.values_list("type", "user", "auteur", "organisme"))


@pytest.fixture
def greta():
    return OrganismeFactory(raison_sociale="Greta")


@pytest.fixture
def nadia(greta):
    """The manager who acts."""
    return attach(greta, prenom="Nadia", nom="Leroux", email="nadia@exemple.fr")


@pytest.fixture
def paul(greta):
    """A colleague who types."""
    return attach(greta, RoleOrganisme.SAISIE, prenom="Paul", nom="Petit", email="paul@exemple.fr")


def invitation(greta, **fields) -> dict:
    return {
        "prenom": "Zoé",
        "nom": "Roy",
        "email": "Zoe@Exemple.fr ",
        "role": "saisie",
        "organisme": greta.pk,
    } | fields


# Reading


def test_everybody_of_the_organisme_reads_the_team(client, greta, nadia, paul):
    attach(OrganismeFactory(), prenom="Étrangère")
    client.force_login(paul)

    response = client.get(EQUIPE)
    rows = [text(row) for row in page(response).select("tbody tr")]
    assert [row.split(" nadia@")[0].split(" paul@")[0] for row in rows] == [
        "Nadia Leroux",
        "Paul Petit (vous)",
    ]
    assert "adressez-vous à Nadia Leroux" in words(response)
    assert [a["href"] for a in page(response).select("tbody a") if "mailto" not in a["href"]] == [QUITTER]


def test_the_manager_is_offered_every_act(client, greta, nadia, paul):
    client.force_login(nadia)
    shown = page(client.get(EQUIPE)).main.select(".entete-page a, .tableau a")
    links = [a["href"] for a in shown if "mailto" not in a["href"]]

    assert links == [INVITER, membre_url(nadia), QUITTER, membre_url(paul), membre_url(paul, "retirer")]


@pytest.mark.parametrize("n", [1, 3])
def test_the_team_costs_the_same_however_large(client, greta, nadia, n, django_assert_num_queries):
    for rang in range(n):
        attach(greta, RoleOrganisme.SAISIE)
        issue(greta, email=f"invite{rang}@exemple.fr", par=nadia)
    client.force_login(nadia)

    with django_assert_num_queries(5):  # session and person, organisations; members, managers, invitations
        client.get(EQUIPE)


def test_a_long_team_is_paged(client, greta, nadia, monkeypatch):
    monkeypatch.setattr("accounts.equipe.views.PAR_PAGE", 2)
    for _ in range(2):
        attach(greta)
    client.force_login(nadia)
    first = page(client.get(EQUIPE))
    second = page(client.get(EQUIPE + first.select_one("[rel=next]")["href"]))

    assert (len(first.select("tbody tr")), len(second.select("tbody tr"))) == (2, 1)


# Inviting


def test_inviting_sends_a_key_to_the_colleague(client, greta, nadia):
    client.force_login(nadia)

    response = client.post(INVITER, invitation(greta), follow=True)

    cle = CleActivation.objects.get()
    assert (cle.organisme, cle.email, cle.role, cle.emise_par) == (greta, "zoe@exemple.fr", "saisie", nadia)
    assert "Nadia Leroux vous invite à rejoindre Greta" in boite("zoe@exemple.fr")[0].texte
    assert "L’invitation est partie à zoe@exemple.fr" in words(response)
    assert "Zoé Roy" in text(page(response).find(id="invitations").find_parent("section"))
    assert lines("cle") == [("cle_emise", None, nadia.pk, greta.pk)]


def test_a_double_click_sends_one_key(client, greta, nadia):
    client.force_login(nadia)
    for _ in range(2):
        assert client.post(INVITER, invitation(greta)).status_code == 302

    assert len(boite("zoe@exemple.fr")) == 1


@pytest.mark.parametrize("champ", ["prenom", "nom", "email", "role"])
def test_an_empty_field_is_named(client, greta, nadia, champ):
    client.force_login(nadia)
    response = client.post(INVITER, invitation(greta, **{champ: ""}))

    assert page(response).select_one(f".resume-erreurs a[href='#id_{champ}']")
    assert not CleActivation.objects.exists()


def test_a_member_is_not_invited_again(client, greta, nadia, paul):
    client.force_login(nadia)
    response = client.post(INVITER, invitation(greta, email=paul.email))

    assert "fait déjà partie de l’équipe" in text(page(response).select_one(".resume-erreurs"))
    assert not CleActivation.objects.exists()


def test_an_invitation_from_a_page_of_another_organisme_waits_for_a_decision(client, greta, nadia):
    """Two tabs: the other one made the person work for another organisme."""
    nadia.rattachements.create(organisme=OrganismeFactory(raison_sociale="Autre"))
    client.force_login(nadia)
    client.post(reverse("accounts:espaces"), {"organisme": nadia.rattachements.last().organisme_id})

    response = client.post(INVITER, invitation(greta))
    assert "Vous travaillez maintenant pour Autre" in text(page(response).select_one(".resume-erreurs"))
    assert not CleActivation.objects.exists()

    shown = page(response).main
    again = invitation(greta, organisme=shown.select_one("[name=organisme]")["value"])
    client.post(INVITER, again)
    assert CleActivation.objects.get().organisme.raison_sociale == "Autre"


def test_invitations_are_limited(client, greta, nadia, monkeypatch):
    monkeypatch.setattr(regles, "INVITATIONS", 2)
    client.force_login(nadia)
    answers = [
        client.post(INVITER, invitation(greta, email=f"n{rang}@exemple.fr")).status_code for rang in range(3)
    ]

    assert answers == [302, 302, 200]
    assert CleActivation.objects.count() == 2


def test_sending_again_counts_as_an_invitation(client, greta, nadia, monkeypatch):
    """A mailbox is not flooded by the button « Renvoyer » either."""
    monkeypatch.setattr(regles, "INVITATIONS", 2)
    client.force_login(nadia)
    cle, _ = issue(greta, par=nadia)
    for _ in range(3):
        cle = regles.invitations(greta, nadia).get()
        response = client.post(reverse("accounts:invitation_renvoyer", args=[cle.pk]), follow=True)

    assert "2 invitations en une heure" in words(response)
    assert len(boite("zoe@exemple.fr")) == 3
    assert regles.invitations(greta, nadia).get() == cle


def test_whoever_uses_a_key_while_being_removed_is_removed(client, greta, nadia, monkeypatch):
    zoe = UserFactory(email="zoe@exemple.fr")
    membre = zoe.rattachements.create(organisme=greta, role="lecture")
    _, texte = issue(greta, par=nadia)
    revoquer = cles.revoquer

    def too_late(cle, **options):
        use(texte)
        revoquer(cle, **options)

    monkeypatch.setattr(cles, "revoquer", too_late)
    client.force_login(nadia)

    response = client.post(reverse("accounts:equipe_retirer", args=[membre.pk]), follow=True)

    assert "ne fait plus partie de l’équipe" in words(response)
    assert not zoe.rattachements.exists()


def test_an_invitation_is_sent_again_with_another_key(client, greta, nadia):
    cle, _ = issue(greta, par=nadia)
    CleActivation.objects.update(
        emise_le=timezone.now() - timedelta(days=20), expire_le=timezone.now() - timedelta(days=6)
    )
    client.force_login(nadia)
    assert "Expirée" in words(client.get(EQUIPE))

    response = client.post(reverse("accounts:invitation_renvoyer", args=[cle.pk]), follow=True)

    assert "Une nouvelle invitation est partie à zoe@exemple.fr" in words(response)
    assert "Expirée" not in words(response)
    assert len(boite("zoe@exemple.fr")) == 2
    assert regles.invitations(greta, nadia).count() == 1


def test_a_cancelled_invitation_is_dead_and_cancelling_twice_is_kind(client, greta, nadia):
    cle, _ = issue(greta, par=nadia)
    client.force_login(nadia)
    url = reverse("accounts:invitation_annuler", args=[cle.pk])

    assert "est annulée" in words(client.post(url, follow=True))
    assert client.post(url).status_code == 404
    cle.refresh_from_db()
    assert cle.revoquee_le
    assert [line[0] for line in lines("cle")] == ["cle_emise", "cle_revoquee"]


# Roles


def test_a_role_is_changed_journalled_and_told(client, greta, nadia, paul):
    client.force_login(nadia)
    response = client.post(membre_url(paul), {"role": "gestionnaire"}, follow=True)

    assert "Paul Petit a maintenant le rôle « Gestionnaire »." in words(response)
    assert paul.rattachements.get().role == "gestionnaire"
    assert lines() == [("role_donne", paul.pk, nadia.pk, greta.pk)]
    assert EvenementSecurite.objects.get().details == {"avant": "saisie", "role": "gestionnaire"}
    [message] = boite()
    assert (message.a, message.objet) == (
        "paul@exemple.fr",
        "Votre rôle dans SOFI pour Greta\u00a0: gestionnaire",
    )
    assert "Nadia Leroux a changé votre rôle" in message.texte


def test_the_same_role_again_writes_nothing(client, greta, nadia, paul):
    client.force_login(nadia)
    client.post(membre_url(paul), {"role": "saisie"})

    assert (lines(), boite()) == ([], [])


def test_each_role_is_explained(client, nadia, paul):
    client.force_login(nadia)
    shown = text(page(client.get(membre_url(paul))).main)

    for words_of_role in ("Gestionnaire – saisit", "Saisie – saisit", "Lecture – consulte tout"):
        assert words_of_role in shown


def test_the_only_manager_keeps_the_role_and_reads_why(client, greta, nadia, paul):
    client.force_login(nadia)
    for url in (membre_url(nadia), QUITTER):
        button = page(client.get(url)).main.select_one("form button")
        assert button.has_attr("disabled")
        assert page(client.get(url)).find(id=button["aria-describedby"])

    for url, data in (
        (membre_url(nadia), {"role": "lecture"}),
        (membre_url(nadia, "retirer"), {}),
        (QUITTER, {"organisme": greta.pk}),
    ):
        assert "la seule personne qui gère l’équipe" in words(client.post(url, data, follow=True))
    assert nadia.rattachements.get().role == "gestionnaire"
    assert lines() == []


def test_a_closed_account_does_not_manage(client, greta, nadia):
    attach(greta, is_active=False)
    client.force_login(nadia)

    client.post(QUITTER, {"organisme": greta.pk})
    assert nadia.rattachements.exists()


# Leaving


def test_a_person_removed_loses_access_at_once_and_is_told(client, greta, nadia, paul):
    chez_paul = type(client)()
    chez_paul.force_login(paul)
    assert chez_paul.get(EQUIPE).status_code == 200
    issue(greta, email=paul.email, par=nadia)
    client.force_login(nadia)

    shown = client.get(membre_url(paul, "retirer"))
    assert "Retirer Paul Petit de l’équipe" in words(shown)
    response = client.post(membre_url(paul, "retirer"), follow=True)

    assert "Paul Petit ne fait plus partie de l’équipe." in words(response)
    assert chez_paul.get(EQUIPE).status_code == 404
    assert lines() == [("role_retire", paul.pk, nadia.pk, greta.pk)]
    assert boite("paul@exemple.fr")[-1].objet == "Votre accès à Greta dans SOFI est retiré"
    # nor may they come back by a key that was on its way
    assert not regles.invitations(greta, nadia).exists()


def test_leaving_by_oneself(client, greta, nadia, paul):
    client.force_login(paul)
    assert "Quitter l’équipe ? Greta" in words(client.get(QUITTER))

    response = client.post(QUITTER, {"organisme": greta.pk}, follow=True)

    assert "Vous ne faites plus partie de l’équipe « Greta »." in words(response)
    assert not paul.rattachements.exists()
    assert lines() == [("role_retire", paul.pk, paul.pk, greta.pk)]
    assert [message.objet for message in boite()] == [
        "Vous avez quitté l’équipe «\u00a0Greta\u00a0» dans SOFI"
    ]


def test_a_double_click_leaves_one_team_only(client, greta, nadia, paul):
    autre = OrganismeFactory()
    paul.rattachements.create(organisme=autre)
    client.force_login(paul)
    for _ in range(2):
        client.post(QUITTER, {"organisme": greta.pk})

    assert list(paul.rattachements.values_list("organisme", flat=True)) == [autre.pk]


# Who may not


@pytest.mark.parametrize("role", ["saisie", "lecture"])
def test_only_managers_change_the_team(client, greta, nadia, role):
    autre = attach(greta, role)
    cle, _ = issue(greta, par=nadia)
    client.force_login(autre)

    for url in (INVITER, membre_url(nadia), membre_url(nadia, "retirer"), membre_url(autre)):
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)
    for nom in ("annuler", "renvoyer"):
        assert client.post(reverse(f"accounts:invitation_{nom}", args=[cle.pk])).status_code == 404
    assert "Zoé Roy" not in words(client.get(EQUIPE))


def test_the_team_of_one_s_other_organisme_is_for_when_one_works_there(client, greta, nadia):
    autre = OrganismeFactory()
    collegue = attach(autre, RoleOrganisme.LECTURE)
    nadia.rattachements.create(organisme=autre)
    client.force_login(nadia)

    assert client.get(membre_url(collegue)).status_code == 404
    session = client.session
    session[CLE_ESPACE] = autre.pk
    session.save()
    assert client.get(membre_url(collegue)).status_code == 200


def test_the_staff_manage_a_team_in_its_space_in_their_own_name(client, greta, nadia, paul):
    agent = UserFactory(agent=True, prenom="Awa", nom="Diallo")
    client.force_login(agent)
    assert client.get(EQUIPE).status_code == 404
    client.post(reverse("accounts:espace_entrer", args=[greta.pk]))

    client.post(membre_url(paul), {"role": "lecture"})
    assert lines() == [("role_donne", paul.pk, agent.pk, greta.pk)]
    assert "Awa Diallo (Carif-Oref) a changé votre rôle" in boite("paul@exemple.fr")[0].texte
    assert client.post(INVITER, invitation(greta)).status_code == 302
    assert client.get(QUITTER).status_code == 404
    assert "la seule personne" in words(client.post(membre_url(nadia, "retirer"), follow=True))


def test_a_rule_checked_too_early_is_checked_again(greta, nadia, paul):
    """The page was opened by a manager who is not one any more when they press the button."""
    Rattachement.objects.filter(user=nadia).update(role="saisie")
    origine = regles.Origine()

    for act in (
        lambda: regles.retirer(greta, paul.rattachements.get().pk, par=nadia, origine=origine),
        lambda: regles.inviter(
            greta, email="z@exemple.fr", prenom="Z", nom="R", role="saisie", par=nadia, origine=origine
        ),
    ):
        with pytest.raises(regles.EquipeRefusee):
            act()
    assert paul.rattachements.exists()
