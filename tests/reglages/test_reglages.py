"""The settings of administrators: written once, versioned, and never over somebody else's change."""

from datetime import date
from unittest import mock

import pytest
from django.urls import reverse

from catalogue.calendrier import Calendrier
from catalogue.enums import Financeur
from catalogue.models import Delais, EvenementReglage, JourFerme, TexteType, TypeDispositif
from catalogue.reglages import saisie
from catalogue.reglages.saisie import ReglageRefuse
from tests.concurrence import race, without_locks
from tests.factories import (
    DispositifFactory,
    JourFermeFactory,
    TexteTypeFactory,
    TypeDispositifFactory,
    UserFactory,
)
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db
TYPES = reverse("reglages:dispositifs")
JOURS = reverse("reglages:jours")
DELAIS = reverse("reglages:delais")
TYPE = {"libelle": "Régional", "financeurs": ["2"], "ordre": "5", "est_actif": "on"}


@pytest.fixture
def administrateur():
    return UserFactory(administrateur=True, prenom="Awa", nom="Diallo")


@pytest.fixture
def admin(client, administrateur):
    client.force_login(administrateur)
    return client


def edit_url(row: TypeDispositif | TexteType) -> str:
    nom = "dispositif_edit" if isinstance(row, TypeDispositif) else "texte_edit"
    return reverse(f"reglages:{nom}", args=[row.pk])


def test_a_type_is_added_with_its_first_version(admin, administrateur):
    response = admin.post(reverse("reglages:dispositif_create"), TYPE | {"code": "region"}, follow=True)

    assert "L’enregistrement a bien été effectué." in words(response)
    row = TypeDispositif.objects.get(pk="region")
    assert (row.libelle, row.financeurs, row.est_actif, row.version) == ("Régional", ["2"], True, 1)
    ligne = EvenementReglage.objects.get()
    assert (ligne.objet, ligne.objet_pk, ligne.version, ligne.auteur) == (
        "typedispositif",
        "region",
        1,
        administrateur,
    )
    assert ligne.changements["libelle"] == [None, "Régional"]


def test_a_second_click_on_a_new_type_adds_nothing(admin):
    for _ in range(2):
        response = admin.post(reverse("reglages:dispositif_create"), TYPE | {"code": "region"})
        assert response.status_code == 302
    assert EvenementReglage.objects.count() == 1


def test_a_code_taken_by_another_type_is_refused_on_its_field(admin):
    TypeDispositifFactory(code="region", libelle="Autre chose")
    shown = page(admin.post(reverse("reglages:dispositif_create"), TYPE | {"code": "region"}))
    assert "a déjà ce code" in text(shown.select_one("#id_code_error"))
    assert shown.select_one("#id_libelle")["value"] == "Régional"


def test_a_change_says_before_and_after_in_its_history(admin):
    row = TypeDispositifFactory(code="region", libelle="Région", financeurs=["2"])
    admin.post(edit_url(row), TYPE | {"version": 1, "financeurs": ["2", "3"]})

    ligne = EvenementReglage.objects.get()
    assert ligne.version == 2
    assert ligne.changements == {
        "libelle": ["Région", "Régional"],
        "financeurs": [["2"], ["2", "3"]],
        "ordre": [0, 5],
    }
    shown = words(admin.get(reverse("reglages:historique"), {"objet": "typedispositif", "cle": "region"}))
    assert "Modification : Régional (type de dispositif, version 2)" in shown
    assert "Financeurs : Conseil régional → Conseil régional, Fonds social européen (FSE)" in shown
    assert "Awa Diallo" in shown


def test_nothing_changed_writes_nothing(admin):
    row = TypeDispositifFactory(libelle="Régional", financeurs=["2"], ordre=5)
    admin.post(edit_url(row), TYPE | {"version": 1})
    assert not EvenementReglage.objects.exists()


def test_the_main_financeur_stays_first(admin):
    row = TypeDispositifFactory(financeurs=["16", "4"])
    admin.post(edit_url(row), TYPE | {"version": 1, "financeurs": ["5", "4", "16"]})
    row.refresh_from_db()
    assert row.financeurs == ["16", "4", "5"]


def test_the_code_cannot_be_changed(admin):
    row = TypeDispositifFactory(code="region")
    admin.post(edit_url(row), TYPE | {"version": 1, "code": "autre"})
    assert list(TypeDispositif.objects.values_list("code", flat=True)) == ["region"]


def test_a_stale_form_overwrites_nothing_and_keeps_what_was_typed(admin, administrateur):
    row = TypeDispositifFactory(libelle="Région", financeurs=["2"])
    saisie.update(TypeDispositif(pk=row.pk, libelle="Conseil régional"), ["libelle"], 1, by=administrateur)

    response = admin.post(edit_url(row), TYPE | {"version": 1, "libelle": "Programme régional"})

    assert response.status_code == 409
    shown = page(response)
    assert "rien n’a été écrasé" in text(shown.main)
    assert "Libellé , valeur enregistrée : Conseil régional" in text(shown.main)
    assert shown.select_one("#id_libelle")["value"] == "Programme régional"
    assert TypeDispositif.objects.get(pk=row.pk).libelle == "Conseil régional"

    version = shown.select_one("[name=version]")["value"]
    admin.post(edit_url(row), TYPE | {"version": version, "libelle": "Programme régional"})
    assert TypeDispositif.objects.get(pk=row.pk).libelle == "Programme régional"


def test_a_closed_type_leaves_new_forms_and_stays_where_it_is(client):
    ferme = TypeDispositifFactory(code="ferme", libelle="Ancien programme", est_actif=False)
    TypeDispositifFactory(libelle="Financement privé")
    garde = DispositifFactory(type=ferme)
    client.force_login(UserFactory(organisme=garde.organisme))

    def offered(url):
        return [o.get_text() for o in page(client.get(url)).select("#id_type option")[1:]]

    nouveau = reverse("tunnel:dispositif_create", args=[garde.session_id])
    assert offered(nouveau) == ["Financement privé"]
    assert "Ancien programme" in offered(reverse("tunnel:dispositif", args=[garde.pk]))


def test_the_list_names_the_financeurs_and_asks_a_constant_number_of_queries(
    admin, django_assert_num_queries
):
    for rang, nombre in enumerate((1, 2)):
        for n in range(nombre):
            TypeDispositifFactory(code=f"type-{rang}-{n}", financeurs=["5"])
        with django_assert_num_queries(2):
            shown = page(admin.get(TYPES))
    assert len(shown.select("tbody tr")) == 3
    assert "Entreprise" in text(shown.select("tbody tr")[0])


def test_a_prepared_text_is_read_as_it_would_leave_without_being_saved(admin):
    row = TexteTypeFactory(texte="Bonjour")
    typed = {"usage": "refus", "libelle": "Doublon", "texte": "{organisme} : voir {intitule}.", "ordre": "1"}
    shown = page(admin.post(edit_url(row), typed | {"version": 1, "apercu": "1"}))
    assert "Estuaire Formation : voir CAP boucher" in text(shown.main)
    assert TexteType.objects.get().texte == "Bonjour"


def test_an_unknown_word_between_braces_is_refused_on_the_text(admin):
    typed = {"usage": "refus", "libelle": "Doublon", "texte": "{organsime}, non.", "ordre": "1"}
    shown = page(admin.post(reverse("reglages:texte_create"), typed))
    assert "rien ne remplace {organsime}" in text(shown.select_one("#id_texte_error"))
    assert not TexteType.objects.exists()


def test_a_text_renamed_like_another_is_refused_on_its_name(admin):
    TexteTypeFactory(usage="refus", libelle="Doublon")
    row = TexteTypeFactory(usage="refus", libelle="Autre")
    typed = {"usage": "refus", "libelle": "Doublon", "texte": "Non.", "ordre": "0", "version": 1}
    shown = page(admin.post(edit_url(row), typed))
    assert "porte déjà ce nom" in text(shown.select_one("#id_libelle_error"))


def test_a_second_click_on_a_new_text_adds_nothing(admin):
    typed = {"usage": "refus", "libelle": "Doublon", "texte": "Non.", "ordre": "0", "est_actif": "on"}
    for _ in range(2):
        assert admin.post(reverse("reglages:texte_create"), typed).status_code == 302
    assert TexteType.objects.count() == EvenementReglage.objects.count() == 1


def test_closing_a_text_is_called_closing(admin):
    row = TexteTypeFactory(libelle="Doublon")
    typed = {"usage": row.usage, "libelle": row.libelle, "texte": row.texte, "ordre": "0", "version": 1}
    admin.post(edit_url(row), typed)
    assert not TexteType.objects.get().est_actif
    assert "Fermeture : Doublon" in words(admin.get(reverse("reglages:historique")))


def test_delays_are_changed_and_their_order_is_checked(admin):
    delais = {"cible": "3", "urgence": "21", "premiere_relance": "10", "fin_session": "45", "version": "1"}
    shown = page(admin.post(DELAIS, delais | {"seconde_relance": "10"}))
    assert "vient après la première" in text(shown.select_one("#id_seconde_relance_error"))

    assert admin.post(DELAIS, delais | {"seconde_relance": "20"}).status_code == 302
    row = Delais.objects.get()
    assert (row.cible, row.urgence, row.premiere_relance, row.seconde_relance, row.fin_session) == (
        *(3, 21, 10, 20, 45),
    )
    assert EvenementReglage.objects.get().changements["cible"] == [2, 3]


def test_a_closed_day_counts_in_the_delays_until_it_is_open_again(admin):
    admin.post(JOURS, {"jour": "2027-05-07", "libelle": "Pont de l’Ascension"})
    row = JourFerme.objects.get()
    assert not Calendrier.load().is_open(date(2027, 5, 7))

    url = reverse("reglages:jour_supprimer", args=[row.pk])
    assert "vendredi 7 mai 2027" in words(admin.get(JOURS, {"annee": "2027"}))
    for _ in range(2):
        assert admin.post(url, {"annee": "2027"}).url == f"{JOURS}?annee=2027"
    assert Calendrier.load().is_open(date(2027, 5, 7))
    assert [ligne.version for ligne in EvenementReglage.objects.all()] == [2, 1]
    assert "Suppression : Pont de l’Ascension" in words(admin.get(reverse("reglages:historique")))


def test_a_day_already_closed_is_refused_on_its_field(admin):
    JourFermeFactory(jour=date(2027, 5, 6), libelle="Ascension")
    shown = page(admin.post(JOURS, {"jour": "2027-05-06", "libelle": "Pont"}))
    assert "déjà dans la liste" in text(shown.select_one("#id_libelle_error, #id_jour_error"))


def test_holidays_of_a_year_are_added_once_and_leave_the_others_alone(admin):
    JourFermeFactory(jour=date(2027, 5, 6), libelle="Jeudi férié")
    url = reverse("reglages:jours_feries")

    assert "10 jours fériés ajoutés pour 2027" in words(
        admin.post(url, {"feries-annee": "2027"}, follow=True)
    )
    assert "étaient déjà dans la liste" in words(admin.post(url, {"feries-annee": "2027"}, follow=True))

    assert JourFerme.objects.count() == 11
    assert JourFerme.objects.get(jour=date(2027, 5, 6)).libelle == "Jeudi férié"


@pytest.mark.parametrize("jour", ["1999-12-31", "31/12/1926"])
def test_a_day_of_a_year_without_a_page_is_refused_in_words(admin, jour):
    """Closed, it could be neither read nor opened again, and the list of years would never end."""
    shown = admin.post(JOURS, {"jour": jour, "libelle": "Pont"})

    assert shown.status_code == 200
    assert "entre 2000 et 2100" in text(page(shown).select_one("#id_jour_error"))
    assert not JourFerme.objects.exists()


@pytest.mark.parametrize("annee", ["12", "20271", "٢٠٢٧", "1999", "2101", "abcd"])
def test_an_impossible_year_does_not_exist(admin, annee):
    assert admin.get(JOURS, {"annee": annee}).status_code == 404


@pytest.mark.parametrize("geste", ["create", "update", "delete_jour", "add_feries"])
@pytest.mark.parametrize("trait", ["agent", "valideur"])
def test_only_administrators_write(geste, trait):
    user, row = UserFactory(**{trait: True}), JourFermeFactory()
    calls = {
        "create": lambda: saisie.create(JourFerme(jour=date(2027, 1, 2), libelle="x"), ["jour"], by=user),
        "update": lambda: saisie.update(row, ["libelle"], 1, by=user),
        "delete_jour": lambda: saisie.delete_jour(row.pk, by=user),
        "add_feries": lambda: saisie.add_feries(2027, by=user),
    }
    with pytest.raises(ReglageRefuse, match="administrateurs"):
        calls[geste]()
    assert not EvenementReglage.objects.exists()


def test_every_code_of_lheo_s_financeurs_has_a_name():
    assert {int(code) for code in Financeur.values} == set(range(21))


def two_administrators():
    row = TypeDispositifFactory(libelle="Région")

    def save(libelle):
        by = UserFactory(administrateur=True)
        return lambda: saisie.update(TypeDispositif(pk=row.pk, libelle=libelle), ["libelle"], 1, by=by)

    return race(save("Un"), save("Deux"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_of_two_administrators_one_is_told(_round):
    results = two_administrators()
    assert [type(result) for result in results].count(ReglageRefuse) == 1
    assert [ligne.version for ligne in EvenementReglage.objects.all()] == [2]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_write():
    with without_locks((saisie, "_plain")):
        results = two_administrators()
    assert not any(isinstance(result, ReglageRefuse) for result in results)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_add_the_holidays_once():
    by = UserFactory(administrateur=True)
    results = race(*[lambda: saisie.add_feries(2027, by=by)] * 2)
    assert sorted(results) == [0, 11]
    assert EvenementReglage.objects.count() == JourFerme.objects.count() == 11


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_add_one_text():
    by = UserFactory(administrateur=True)
    texte = {"usage": "refus", "libelle": "Doublon", "texte": "Non."}
    results = race(*[lambda: saisie.create(TexteType(**texte), [*texte], by=by)] * 2)
    assert {row.pk for row in results} == {TexteType.objects.get().pk}
    assert EvenementReglage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_twin_two_clicks_break():
    by = UserFactory(administrateur=True)
    texte = {"usage": "refus", "libelle": "Doublon", "texte": "Non."}
    with mock.patch.object(saisie, "_says_twin", return_value=False):
        results = race(*[lambda: saisie.create(TexteType(**texte), [*texte], by=by)] * 2)
    assert any(isinstance(result, Exception) for result in results)
