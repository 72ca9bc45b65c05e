"""The staff's accounts: who reads them, who changes them, what is journalled and what people are told."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.facteur import secours
from accounts.models import CleActivation, EvenementSecurite, RoleCarif, Totp, User
from accounts.personnel import regles
from catalogue import attribution
from sofi.origine import Origine
from tests.accounts.outils_cles import issue
from tests.concurrence import race, without_locks
from tests.courriels.outils import boite
from tests.facteurs import installer_facteur
from tests.factories import MOT_DE_PASSE, ActionFactory, OrganismeFactory, UserFactory
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db
PERSONNEL = "/atelier/personnel/"
ICI = Origine("192.0.2.9")


def url_of(nom: str, user) -> str:
    return reverse(f"accounts:personnel_{nom}", args=[user.pk])


def lines(user=None) -> list[tuple]:
    """The lines of the security journal, but for the sign-ins: (type, whom, by whom, details)."""
    rows = EvenementSecurite.objects.exclude(type__startswith="connexion").order_by("pk")
    return list(rows.values_list("type", "user", "auteur", "details"))


@pytest.fixture
def yann(client):
    """The administrator who acts."""
    yann = UserFactory(administrateur=True, prenom="Yann", nom="Le Goff")
    client.force_login(yann)
    return yann


@pytest.fixture
def awa():
    return UserFactory(agent=True, prenom="Awa", nom="Diallo", email="awa@exemple.fr")


# The list


def test_the_list_says_who_does_what_and_has_which_factor(client, yann, awa):
    installer_facteur(awa)
    UserFactory(valideur=True, prenom="Zoé", nom="Roy", is_active=False)
    UserFactory(organisme=OrganismeFactory(), nom="Ailleurs")

    rows = [text(row) for row in page(client.get(PERSONNEL)).select("tbody tr")]

    assert len(rows) == 3
    assert rows[0].startswith("Awa Diallo awa@exemple.fr Agent Installé Jamais Actif")
    assert "Yann Le Goff (vous)" in rows[1]
    assert "Pas encore" in rows[1]
    assert rows[2].endswith("Désactivé")


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_list_costs_the_same_whatever_its_size(client, yann, nombre, django_assert_num_queries):
    for rang in range(nombre):
        UserFactory(agent=True)
        issue(role_carif="agent", par=yann, email=f"invite{rang}@exemple.fr")

    with django_assert_num_queries(3):  # session and person, staff, invitations
        assert client.get(PERSONNEL).status_code == 200


def test_the_list_goes_on_by_pages(client, yann, monkeypatch):
    monkeypatch.setattr("accounts.personnel.views.PAR_PAGE", 2)
    for rang in range(4):
        UserFactory(agent=True, nom=f"A{rang}")

    noms, url = [], PERSONNEL
    while url:
        soup = page(client.get(url))
        noms += [row.th.a.get_text() for row in soup.select("table:first-of-type tbody tr")]
        suivant = soup.select_one("a[rel=next]")
        url = suivant and f"{PERSONNEL}{suivant['href']}"

    assert noms == [*(f"Camille A{rang}" for rang in range(4)), "Yann Le Goff"]


# Inviting

INVITATION = {"prenom": "Zoé", "nom": "Roy", "email": "Zoe@Exemple.fr ", "role": "valideur"}


def test_a_colleague_is_invited_and_comes_in_with_a_factor_to_set_up(client, yann):
    response = client.post(f"{PERSONNEL}inviter/", INVITATION, follow=True)
    assert "L’invitation est partie à zoe@exemple.fr" in words(response)
    assert "Zoé Roy" in words(response)
    [message] = boite("zoe@exemple.fr")

    visiteur = Client()
    visiteur.get(message.lien("/cle-activation/?cle="))
    cle = page(visiteur.get(reverse("accounts:cle_activation"))).select_one("[name=cle]")["value"]
    champs = {"cle": cle, "email": "zoe@exemple.fr", "mot_de_passe": MOT_DE_PASSE}
    visiteur.post(reverse("accounts:cle_activation"), champs)

    zoe = User.objects.get(email="zoe@exemple.fr")
    assert zoe.role_carif == RoleCarif.VALIDEUR
    assert visiteur.get(reverse("validation:file")).url == reverse("accounts:second_facteur")


def test_a_double_click_sends_one_invitation(client, yann):
    for _ in range(2):
        client.post(f"{PERSONNEL}inviter/", INVITATION)

    assert len(boite("zoe@exemple.fr")) == 1
    assert CleActivation.objects.count() == 1


@pytest.mark.parametrize("actif", [True, False])
def test_whoever_belongs_already_is_not_invited(client, yann, actif):
    UserFactory(agent=True, email="zoe@exemple.fr", is_active=actif)

    response = client.post(f"{PERSONNEL}inviter/", INVITATION)

    assert "fait déjà partie du personnel" in words(response)
    assert not CleActivation.objects.exists()


def test_an_invitation_is_sent_again_or_cancelled(client, yann):
    cle, _ = issue(role_carif="agent", par=yann)
    client.post(f"{PERSONNEL}invitations/{cle.pk}/renvoyer/")
    nouvelle = CleActivation.objects.get(revoquee_le=None)
    assert nouvelle.pk != cle.pk

    client.post(f"{PERSONNEL}invitations/{nouvelle.pk}/annuler/")

    assert not CleActivation.objects.filter(revoquee_le=None).exists()
    assert client.post(f"{PERSONNEL}invitations/{nouvelle.pk}/annuler/").status_code == 404


def test_a_key_of_an_organisation_is_none_of_these_pages_business(client, yann):
    cle, _ = issue()

    assert client.post(f"{PERSONNEL}invitations/{cle.pk}/annuler/").status_code == 404
    assert "Aucune." in words(client.get(PERSONNEL))


# Roles and accounts


def test_a_role_is_changed_told_and_journalled_once(client, yann, awa):
    for _ in range(2):  # a double click
        response = client.post(url_of("membre", awa), {"role": "valideur"}, follow=True)

    assert "Awa Diallo a maintenant le rôle « Valideur »" in words(response)
    assert User.objects.get(pk=awa.pk).role_carif == "valideur"
    assert lines() == [("role_donne", awa.pk, yann.pk, {"avant": "agent", "role": "valideur"})]
    [message] = boite("awa@exemple.fr")
    assert "Yann Le Goff a changé votre rôle" in message.texte


def test_an_account_is_closed_at_once_and_opened_again(client, yann, awa):
    ailleurs = Client()
    ailleurs.force_login(awa)
    issue(role_carif="valideur", par=yann, email="awa@exemple.fr")

    for _ in range(2):
        client.post(url_of("desactiver", awa))
    assert ailleurs.get("/").url.startswith(reverse("accounts:login"))
    assert not awa.sessions_navigateur.exists()
    assert not regles.invitations().exists()
    for _ in range(2):
        client.post(url_of("reactiver", awa))

    assert User.objects.get(pk=awa.pk).is_active
    assert [line[0] for line in lines()] == [
        "cle_emise",
        "cle_revoquee",
        "compte_ferme",
        "compte_rouvert",
    ]
    assert [message.objet for message in boite("awa@exemple.fr")][-2:] == [
        "Votre compte SOFI est désactivé",
        "Votre compte SOFI est réactivé",
    ]


@pytest.mark.parametrize(
    ("acte", "donnees"), [("membre", {"role": "agent"}), ("desactiver", {}), ("reactiver", {})]
)
def test_nobody_changes_their_own_account(client, yann, acte, donnees):
    response = client.post(url_of(acte, yann), donnees, follow=True)

    assert "demandez-le à un autre administrateur" in words(response)
    assert regles.is_administrator(User.objects.get(pk=yann.pk))
    assert lines() == []


def test_before_closing_an_account_one_is_led_to_the_dossiers_it_holds(client, yann, awa):
    tenu = ActionFactory(attente=True)
    attribution.claim(tenu.pk, by=awa)

    lien = page(client.get(url_of("desactiver", awa))).main.find("a", string="retrouvez-les dans la file")
    for _ in range(2):  # before, and after
        [ligne] = page(client.get(lien["href"])).select("tbody tr")
        assert reverse("validation:dossier", args=[tenu.pk]) in ligne.th.a["href"]
        client.post(url_of("desactiver", awa))


@pytest.mark.parametrize("nom", ["membre", "desactiver"])
def test_ones_own_page_says_why_its_button_is_disabled(client, yann, nom):
    soup = page(client.get(url_of(nom, yann)))

    bouton = soup.select_one("main button[disabled]")
    assert bouton["aria-describedby"] == "soi-meme"
    assert "autre administrateur" in text(soup.select_one("#soi-meme"))


def test_somebody_of_an_organisation_is_no_staff(client, yann):
    personne = UserFactory(organisme=OrganismeFactory())

    for acte in ("membre", "desactiver", "reactiver"):
        assert client.post(url_of(acte, personne), {"role": "agent"}).status_code == 404
    with pytest.raises(regles.PersonnelRefuse):
        regles.changer_role(personne.pk, "agent", par=yann, origine=ICI)


def test_whoever_is_no_longer_administrator_does_nothing(yann, awa):
    User.objects.filter(pk=yann.pk).update(role_carif="agent")

    for act in (
        lambda: regles.changer_role(awa.pk, "valideur", par=yann, origine=ICI),
        lambda: regles.desactiver(awa.pk, par=yann, origine=ICI),
        lambda: regles.retirer_facteur(awa.pk, "Motif", par=yann, origine=ICI),
        lambda: regles.inviter(
            email="z@exemple.fr", prenom="Z", nom="Z", role="agent", par=yann, origine=ICI
        ),
    ):
        with pytest.raises(regles.PersonnelRefuse, match="plus administrateur"):
            act()
    assert lines() == []


# Second factors lost


def test_a_lost_factor_is_removed_with_its_reason(client, yann, awa):
    installer_facteur(awa)
    secours.create_codes(awa)
    ailleurs = Client()
    ailleurs.force_login(awa)
    url = url_of("facteur", awa)

    assert page(client.post(url, {"motif": "  "})).select(".resume-erreurs a[href='#id_motif']")
    for _ in range(2):
        response = client.post(url, {"motif": "Téléphone perdu, vue ce matin."}, follow=True)

    assert "n’a pas de second facteur" in words(response)  # the second click
    assert not Totp.objects.exists()
    assert not awa.codes_secours.exists()
    assert ailleurs.get("/").url.startswith(reverse("accounts:login"))
    motif = {"motif": "Téléphone perdu, vue ce matin."}
    assert lines() == [("second_facteur_retire", awa.pk, yann.pk, motif)]
    [message] = boite("awa@exemple.fr")
    assert "Téléphone perdu, vue ce matin." in message.texte
    assert "un nouveau second facteur" in message.texte


def test_the_person_then_sets_up_another_one(client, yann, awa):
    installer_facteur(awa)
    client.post(url_of("facteur", awa), {"motif": "Téléphone perdu."})
    visiteuse = Client()

    visiteuse.post(reverse("accounts:login"), {"username": awa.email, "password": MOT_DE_PASSE})

    assert visiteuse.get(reverse("validation:file")).url == reverse("accounts:second_facteur")


def test_nobody_removes_their_own_factor_there(client, yann):
    installer_facteur(yann)

    response = client.post(url_of("facteur", yann), {"motif": "Téléphone perdu."}, follow=True)

    assert "demandez-le à un autre administrateur" in words(response)
    assert Totp.objects.exists()
    assert not page(client.get(url_of("facteur", yann))).select("main form")


def test_somebody_of_an_organisation_is_found_by_their_address(client, yann):
    nadia = UserFactory(organisme=OrganismeFactory(), email="nadia@exemple.fr", prenom="Nadia", nom="Leroux")
    installer_facteur(nadia)

    response = client.get(f"{PERSONNEL}chercher/", {"email": " Nadia@Exemple.fr"}, follow=True)
    assert "Retirer le second facteur ? Nadia Leroux" in words(response)
    client.post(response.redirect_chain[-1][0], {"motif": "Téléphone perdu."})

    assert not Totp.objects.exists()
    assert "Personne n’a de compte" in words(client.get(f"{PERSONNEL}chercher/?email=x@exemple.fr"))


# Two administrators at once

RACES = {
    "each lowers the other": lambda a, b: [
        lambda: regles.changer_role(b.pk, "agent", par=a, origine=ICI),
        lambda: regles.changer_role(a.pk, "agent", par=b, origine=ICI),
    ],
    "each closes the other's account": lambda a, b: [
        lambda: regles.desactiver(b.pk, par=a, origine=ICI),
        lambda: regles.desactiver(a.pk, par=b, origine=ICI),
    ],
    "one lowers, the other closes": lambda a, b: [
        lambda: regles.changer_role(b.pk, "valideur", par=a, origine=ICI),
        lambda: regles.desactiver(a.pk, par=b, origine=ICI),
    ],
}


def administrators() -> int:
    return sum(regles.is_administrator(user) for user in User.objects.all())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", RACES)
def test_some_administrator_stays(name):
    a, b = UserFactory(administrateur=True), UserFactory(administrateur=True)

    results = race(*RACES[name](a, b))

    assert sum(isinstance(result, regles.PersonnelRefuse) for result in results) == 1, results
    assert administrators() == 1
    assert EvenementSecurite.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", RACES)
def test_control_without_the_lock_none_stays(name):
    a, b = UserFactory(administrateur=True), UserFactory(administrateur=True)

    with without_locks((regles, "is_administrator")):
        race(*RACES[name](a, b))

    assert administrators() == 0


# The first one of an installation


def create(monkeypatch, password=MOT_DE_PASSE, email="Premiere@Exemple.fr", prenom="Ana"):
    monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
    out = StringIO()
    call_command("create_administrateur", email, prenom, "Costa", stdout=out)
    return out.getvalue()


def test_the_command_creates_an_administrator_who_owes_a_factor(monkeypatch, client):
    assert "Ana Costa, administrateur" in create(monkeypatch)

    ana = User.objects.get(email="premiere@exemple.fr")
    assert regles.is_administrator(ana)
    assert lines() == [("role_donne", ana.pk, None, {"role": "administrateur", "commande": True})]
    client.post(reverse("accounts:login"), {"username": ana.email, "password": MOT_DE_PASSE})
    assert client.get(PERSONNEL).url == reverse("accounts:second_facteur")


@pytest.mark.parametrize(
    ("password", "email", "sentence"),
    [
        ("court", "ana@exemple.fr", "caractères"),
        (MOT_DE_PASSE, "ana", "n’est pas une adresse e-mail"),
        (MOT_DE_PASSE, "prise@exemple.fr", "existe déjà"),
    ],
)
def test_the_command_refuses_in_one_sentence(monkeypatch, password, email, sentence):
    UserFactory(email="prise@exemple.fr")

    with pytest.raises(CommandError, match=sentence):
        create(monkeypatch, password, email)

    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("prenom", "email", "sentence"),
    [
        (" ", "ana@exemple.fr", "«\u00a0prénom\u00a0»\u00a0: Ce champ"),
        ("\udcff", "ana@exemple.fr", "«\u00a0prénom\u00a0»\u00a0: Ce champ"),  # bytes that are not UTF-8
        ("A" * 51, "ana@exemple.fr", "«\u00a0prénom\u00a0»\u00a0: .*50"),
        ("Ana", f"{'a' * 160}@exemple.fr", "«\u00a0adresse e-mail\u00a0»\u00a0: .*160"),
    ],
)
def test_the_command_refuses_what_the_base_would(monkeypatch, prenom, email, sentence):
    with pytest.raises(CommandError, match=sentence):
        create(monkeypatch, email=email, prenom=prenom)

    assert not User.objects.exists()
