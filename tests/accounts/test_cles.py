"""Activation keys: drawn, typed anyhow, given, replaced, taken back, used once."""

import re
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import cles
from accounts.cles import ecriture, utilisation
from accounts.models import CleActivation, EvenementSecurite, Rattachement, User
from catalogue.enums import RoleOrganisme
from sofi.origine import Origine
from tests.accounts.outils_cles import issue, use
from tests.concurrence import race
from tests.courriels.outils import boite
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db
IP = Origine("192.0.2.1", "Essai")


def journal() -> list[str]:
    """The types of the lines of the security journal, oldest first."""
    return list(EvenementSecurite.objects.order_by("pk").values_list("type", flat=True))


# Writing


def test_a_key_has_130_random_bits_in_signs_that_nobody_confuses():
    tirees = {ecriture.tirer() for _ in range(200)}

    assert len(tirees) == 200
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", cle) for cle in tirees)
    assert len(ecriture.ALPHABET) == 32


def test_a_key_is_read_back_whatever_way_it_is_typed():
    cle = "0O1IL-ABCDE-FGHJK-MNPQR-STVWX6".replace("O", "0").replace("I", "1").replace("L", "1")
    attendue = cles.normaliser(cle)
    for tapee in (
        cle.lower(),
        cle.replace("-", ""),
        cle.replace("-", " "),
        cle.replace("-", "\u00a0–\u202f"),
        f"  {cle}\n",
        cle.replace("0", "o"),
        cle.replace("0", "O").replace("1", "l"),
        cle.replace("1", "I"),
        "．".join(cle),  # the wide stop of another keyboard
        "_".join(cle),
    ):
        assert cles.normaliser(tapee) == attendue, tapee


def test_what_is_shown_in_groups_is_the_key():
    cle = ecriture.tirer()

    assert re.fullmatch(r"(\w{5}-){4}\w{6}", cles.en_groupes(cle))
    assert cles.normaliser(cles.en_groupes(cle)) == cle


# Giving


def test_a_key_is_stored_hashed_and_mailed_with_its_link():
    organisme = OrganismeFactory(raison_sociale="École du bois")
    agent = UserFactory(agent=True)

    cle, texte = issue(organisme, par=agent, email=" Zoe@Exemple.fr ")

    nu = cles.normaliser(texte)
    assert cle.empreinte == ecriture.empreinte(texte)
    assert nu not in str(CleActivation.objects.values())
    assert cle.expire_le - cle.emise_le == timedelta(days=14)
    [message] = boite("zoe@exemple.fr")
    assert message.objet == "Votre clé d’activation SOFI pour École du bois"
    assert texte in message.texte
    assert message.lien("/cle-activation/?cle=").endswith(texte)
    [line] = EvenementSecurite.objects.all()
    assert (line.type, line.auteur, line.organisme) == ("cle_emise", agent, organisme)
    assert (line.details["role"], line.details["par_lettre"]) == ("gestionnaire", False)
    assert nu not in str(line.details)


def test_a_key_by_letter_is_not_mailed():
    issue(par_lettre=True)

    assert boite() == []
    assert EvenementSecurite.objects.get().details["par_lettre"] is True


def test_a_colleague_who_invites_is_named():
    organisme = OrganismeFactory()
    gestionnaire = UserFactory(organisme=organisme, prenom="Nadia", nom="Leroux")

    issue(organisme, par=gestionnaire, role=RoleOrganisme.SAISIE)

    [message] = boite()
    assert "Nadia Leroux vous invite" in message.texte
    assert "Votre rôle\u00a0: saisie." in message.texte


def test_a_new_key_replaces_the_live_one_of_the_same_person_only():
    organisme = OrganismeFactory()
    autre_personne, _ = issue(organisme, email="autre@exemple.fr")
    autre_organisme, _ = issue()
    carif, _ = issue(role_carif="agent")
    ancienne, _ = issue(organisme)
    nouvelle, _ = issue(organisme)

    vivantes = CleActivation.objects.filter(revoquee_le=None)
    assert set(vivantes) == {autre_personne, autre_organisme, carif, nouvelle}
    assert EvenementSecurite.objects.filter(details__remplace=True).get().details["cle"] == nouvelle.pk
    ancienne.refresh_from_db()
    assert ancienne.revoquee_le


def test_sent_again_a_key_is_another_and_only_once():
    ancienne, texte = issue()
    nouvelle, nouveau_texte = cles.renvoyer(ancienne, par=ancienne.emise_par, origine=IP)

    assert nouveau_texte != texte
    assert (nouvelle.email, nouvelle.role) == (ancienne.email, ancienne.role)
    with pytest.raises(cles.CleClose):  # the second click
        cles.renvoyer(ancienne, par=ancienne.emise_par, origine=IP)
    assert CleActivation.objects.count() == 2
    assert journal() == ["cle_emise", "cle_emise"]


def test_a_key_is_revoked_once():
    cle, texte = issue()
    cles.revoquer(cle, par=cle.emise_par, origine=IP)

    with pytest.raises(cles.CleClose):
        cles.revoquer(cle, par=cle.emise_par, origine=IP)
    with pytest.raises(cles.CleRefusee):
        use(texte)
    assert journal() == ["cle_emise", "cle_revoquee", "cle_refusee"]


# Using


def test_a_key_creates_the_account_with_its_names_and_role():
    organisme = OrganismeFactory(raison_sociale="École du bois")
    cle, texte = issue(organisme, role=RoleOrganisme.SAISIE)

    acces = use(texte.lower().replace("-", " "), email="ZOE@exemple.fr ")

    user = acces.user
    assert (acces.organisme, acces.est_nouveau) == (organisme, True)
    assert (user.email, user.get_full_name()) == ("zoe@exemple.fr", "Zoé Roy")
    assert user.check_password(MOT_DE_PASSE)
    assert user.rattachements.get().role == RoleOrganisme.SAISIE
    cle.refresh_from_db()
    assert cle.utilisee_le
    assert cle.utilisee_par == user
    line = EvenementSecurite.objects.get(type="cle_utilisee")
    assert (line.user, line.organisme, line.details["compte_cree"]) == (user, organisme, True)
    assert [message.nom for message in boite()] == ["cle_activation", "cle_utilisee"]
    assert boite()[-1].objet == "Votre accès à SOFI est ouvert pour École du bois"


def test_a_key_of_the_staff_gives_its_role():
    _, texte = issue(role_carif="valideur")

    user = use(texte).user

    assert User.objects.get(pk=user.pk).role_carif == "valideur"
    assert not user.rattachements.exists()


def test_whoever_has_an_account_proves_it_and_is_attached():
    user = UserFactory(email="zoe@exemple.fr", prenom="Zohra", organisme=OrganismeFactory())
    _, texte = issue()

    with pytest.raises(cles.CleRefusee):
        use(texte, mot_de_passe="un autre mot de passe que le sien")
    acces = use(texte)
    assert (acces.user, acces.est_nouveau) == (user, False)

    user.refresh_from_db()
    assert user.prenom == "Zohra"
    assert user.check_password(MOT_DE_PASSE)
    assert user.rattachements.count() == 2
    assert User.objects.filter(email="zoe@exemple.fr").count() == 1


@pytest.mark.parametrize(
    ("tenu", "donne", "reste"),
    [
        ("lecture", "gestionnaire", "gestionnaire"),
        ("gestionnaire", "lecture", "gestionnaire"),
        ("saisie", "saisie", "saisie"),
    ],
)
def test_the_higher_role_is_kept(tenu, donne, reste):
    organisme = OrganismeFactory()
    user = UserFactory(email="zoe@exemple.fr")
    user.rattachements.create(organisme=organisme, role=tenu)
    _, texte = issue(organisme, role=donne)

    use(texte)

    assert user.rattachements.get().role == reste


def test_a_higher_role_of_the_staff_is_kept():
    user = UserFactory(email="zoe@exemple.fr", administrateur=True)
    _, texte = issue(role_carif="agent")

    use(texte)

    user.refresh_from_db()
    assert user.role_carif == "administrateur"


def test_a_bad_new_password_spends_no_key():
    _, texte = issue()

    for _ in range(7):  # nor the tries that are allowed: the key was good
        with pytest.raises(ValidationError):
            use(texte, mot_de_passe="court")

    assert not User.objects.filter(email="zoe@exemple.fr").exists()
    assert use(texte).user.email == "zoe@exemple.fr"


@pytest.mark.parametrize("mot_de_passe", ["Zoé Roy Zoé Roy 2026", "Menuiserie Quercinoise"])
def test_a_new_password_made_of_the_names_of_the_person_or_organisme_is_refused(mot_de_passe):
    _, texte = issue(OrganismeFactory(raison_sociale="Menuiserie Quercinoise"))

    with pytest.raises(ValidationError):
        use(texte, mot_de_passe=mot_de_passe)

    assert not User.objects.filter(email="zoe@exemple.fr").exists()


#: Reasons that somebody without the good key could try to tell apart, then those of who holds it.
ECHECS = ("inconnue", "inconnue_compte_connu", "expiree", "utilisee", "revoquee", "autre_email")
ECHECS_DU_PORTEUR = ("mauvais_mot_de_passe", "compte_ferme")


def failing(cas: str) -> dict:
    """What to type so that a key is refused for the reason `cas`; each account or key is made here."""
    cle, texte = issue(par=UserFactory(agent=True))
    typed = {"cle": texte, "email": "zoe@exemple.fr"}
    if cas.startswith("inconnue"):
        typed["cle"] = cles.en_groupes(ecriture.tirer())
        if cas == "inconnue_compte_connu":
            UserFactory(email="zoe@exemple.fr")
    elif cas == "expiree":
        CleActivation.objects.filter(pk=cle.pk).update(expire_le=timezone.now())
    elif cas == "utilisee":
        CleActivation.objects.filter(pk=cle.pk).update(utilisee_le=timezone.now())
    elif cas == "revoquee":
        CleActivation.objects.filter(pk=cle.pk).update(revoquee_le=timezone.now())
    elif cas == "autre_email":
        typed["email"] = "autre@exemple.fr"
    elif cas == "mauvais_mot_de_passe":
        UserFactory(email="zoe@exemple.fr", password="tout autre chose que cela")
    elif cas == "compte_ferme":
        UserFactory(email="zoe@exemple.fr", is_active=False)
    return typed


@pytest.mark.parametrize("cas", [*ECHECS, *ECHECS_DU_PORTEUR])
def test_every_refusal_leaves_one_line_and_nothing_else(cas):
    typed = failing(cas)
    avant = list(CleActivation.objects.values()), User.objects.count(), len(boite())

    with pytest.raises(cles.CleRefusee):
        use(**typed)

    assert (list(CleActivation.objects.values()), User.objects.count(), len(boite())) == avant
    assert not Rattachement.objects.exists()
    line = EvenementSecurite.objects.get(type="cle_refusee")
    assert line.user == User.objects.filter(email=typed["email"]).first()
    assert line.details == {}


def test_every_refusal_but_that_of_a_good_key_does_the_same_work(monkeypatch):
    """Whoever holds the good key and the good e-mail may learn more; nobody else does."""
    hashes = count_hashes(monkeypatch)
    work = {}
    for rang, cas in enumerate(ECHECS):
        typed = failing(cas)
        avant = len(hashes)
        with CaptureQueriesContext(connection) as queries, pytest.raises(cles.CleRefusee):
            use(**typed, origine=Origine(f"192.0.2.{rang}"))
        work[cas] = (len(hashes) - avant, [query["sql"].split()[0] for query in queries])
        utilisation.limites.oublier("cle:email", typed["email"])
        CleActivation.objects.all().delete()
        User.objects.filter(email="zoe@exemple.fr").update(email=f"{cas}@exemple.fr")

    assert work["inconnue"][0] == 1
    assert [cas for cas in work if work[cas] != work["inconnue"]] == []


def count_hashes(monkeypatch) -> list:
    """A list that grows by one with each password hashed or checked."""
    done = []
    encode = MD5PasswordHasher.encode

    def counted(self, *args, **kwargs):
        done.append(1)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return done


def test_tries_are_limited_before_anything_is_looked_at(monkeypatch):
    _, texte = issue()
    hashes = count_hashes(monkeypatch)
    for _ in range(5):
        with pytest.raises(cles.CleRefusee):
            use("FAUX", origine=IP)
    assert len(hashes) == 5

    with pytest.raises(cles.TropDEssais):
        use(texte, origine=IP)
    with pytest.raises(cles.TropDEssais):  # from elsewhere, for the same person
        use(texte, origine=Origine("198.51.100.7"))
    with pytest.raises(cles.TropDEssais):  # for another person, from the same place
        use(texte, email="autre@exemple.fr", origine=IP)
    assert len(hashes) == 5


# At the same moment


@pytest.fixture
def unlimited(monkeypatch):
    monkeypatch.setattr(utilisation.limites, "essayer", lambda *_: True)


@pytest.mark.django_db(transaction=True)
def test_fifty_uses_of_one_key_at_once_make_one_account(unlimited):
    _, texte = issue()

    results = race(*[lambda: use(texte)] * 50)

    users = [result.user for result in results if isinstance(result, cles.Acces)]
    assert len(users) == 1
    assert sum(isinstance(result, cles.CleRefusee) for result in results) == 49
    assert users == list(User.objects.filter(email="zoe@exemple.fr"))
    assert journal().count("cle_utilisee") == 1
    assert len(boite("zoe@exemple.fr")) == 2


@pytest.mark.django_db(transaction=True)
def test_control_without_the_condition_one_key_serves_several_times(unlimited, monkeypatch):
    """The race above proves something: a key read first and marked afterwards is used twice."""

    def read_then_mark(empreinte, email):
        cle = CleActivation.objects.select_related("organisme").get(empreinte=empreinte)
        if cle.utilisee_le:
            return None
        meeting.wait(20)
        CleActivation.objects.filter(pk=cle.pk).update(utilisee_le=timezone.now())
        return cle

    meeting = Barrier(2)
    monkeypatch.setattr(utilisation, "_consume", read_then_mark)
    _, texte = issue()

    results = race(*[lambda: use(texte)] * 2)

    assert [isinstance(result, cles.Acces) for result in results] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_two_keys_of_one_person_at_once_make_one_account(unlimited):
    textes = [issue()[1] for _ in range(2)]

    results = race(*[lambda texte=texte: use(texte) for texte in textes])

    assert len({result.user.pk for result in results}) == 1
    assert User.objects.get(email="zoe@exemple.fr").rattachements.count() == 2


@pytest.mark.django_db(transaction=True)
def test_keys_given_at_once_to_one_person_leave_one_alive():
    organisme, par = OrganismeFactory(), UserFactory(agent=True)

    results = race(*[lambda: issue(organisme, par=par)] * 4)

    assert all(isinstance(result, tuple) for result in results), results
    assert CleActivation.objects.filter(revoquee_le=None).count() == 1
    assert journal() == ["cle_emise"] * 4
