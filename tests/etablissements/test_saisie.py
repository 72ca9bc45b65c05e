"""Typing an organisme's sheet, its places and its contacts, as a browser does."""

from datetime import date

import pytest
from django.urls import reverse

from catalogue.enums import StatutSite
from catalogue.models import Contact, EvenementEtablissement, Organisme, Site
from tests.factories import (
    ActionFactory,
    CommuneFactory,
    ContactFactory,
    OrganismeFactory,
    SiteFactory,
    siret,
)
from tests.tunnel.outils import fields, page, words

pytestmark = pytest.mark.django_db

SITE = {"nom": "Atelier du port", "ligne1": "3 rue des Chantiers", "code_postal": "44 000", "ville": ""}


def url(nom, *args):
    return reverse(f"etablissements:{nom}", args=args)


def submit(client, adresse, **typed):
    """Open the form, type, send."""
    return client.post(adresse, fields(client.get(adresse)) | typed)


def errors(response) -> dict[str, str]:
    """The error summary: each sentence by the field it leads to."""
    return {a["href"]: a.get_text() for a in page(response).select(".resume-erreurs a")}


def test_a_place_is_added_waits_for_its_check_and_is_journalled(of, organisme, nantes, gestionnaire):
    response = submit(of, url("site_create", organisme.pk), **SITE, telephone="02.40.20.40.20")
    site = Site.objects.get()
    assert response.url == url("site", site.pk)
    assert (site.organisme, site.statut, site.code_postal) == (organisme, StatutSite.A_VALIDER, "44000")
    assert (site.ville, site.commune, site.departement) == ("Nantes", nantes, "44")
    assert site.telephone == "02 40 20 40 20"
    line = EvenementEtablissement.objects.get()
    assert (line.objet, line.objet_pk, line.type, line.auteur) == ("site", site.pk, "creation", gestionnaire)
    assert (line.par_carif, line.pour_organisme) == (False, False)
    sheet = words(of.get(response.url))
    assert "En attente de validation" in sheet
    assert "Création du site « Atelier du port – Nantes »" in sheet


def test_several_communes_are_asked_for_without_javascript(of, organisme):
    for insee, nom in (("44163", "Vair-sur-Loire"), ("44003", "Ancenis-Saint-Géréon")):
        CommuneFactory(insee=insee, nom=nom, codes_postaux=["44150"])
    adresse = url("site_create", organisme.pk)
    assert not page(of.get(adresse)).select("[name=commune_choisie]")

    asked = submit(of, adresse, **SITE | {"code_postal": "44150"})

    assert errors(asked)["#id_commune_choisie"].startswith("Le code postal 44150 est celui de 2 communes")
    choix = page(asked).select("[name=commune_choisie]")
    assert [choice["value"] for choice in choix] == ["44003", "44163"]
    done = of.post(adresse, fields(asked) | {"commune_choisie": "44163"})
    assert done.status_code == 302
    assert (Site.objects.get().ville, Site.objects.get().commune_id) == ("Vair-sur-Loire", "44163")


def test_a_cedex_keeps_its_town(of, organisme, nantes):
    typed = SITE | {"code_postal": "44041", "ville": "Nantes CEDEX 1"}
    assert submit(of, url("site_create", organisme.pk), **typed).status_code == 302
    site = Site.objects.get()
    assert (site.ville, site.commune, site.code_postal) == ("Nantes CEDEX 1", nantes, "44041")


def test_an_unknown_cedex_is_accepted_with_a_warning(of, organisme, nantes):
    typed = SITE | {"code_postal": "44999", "ville": "Ailleurs CEDEX"}
    response = of.post(
        url("site_create", organisme.pk),
        fields(of.get(url("site_create", organisme.pk))) | typed,
        follow=True,
    )
    assert "Le code postal 44999 n’est pas connu" in words(response)
    assert Site.objects.get().commune is None


def test_without_communes_the_town_is_plain_text(of, organisme):
    assert submit(of, url("site_create", organisme.pk), **SITE | {"ville": "Nantes"}).status_code == 302
    assert (Site.objects.get().ville, Site.objects.get().commune) == ("Nantes", None)


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("nom", "", "Renseignez « Nom du site »."),
        ("ligne1", "", "Renseignez « Adresse, ligne 1 »."),
        ("ligne2", "x" * 51, "« Adresse, ligne 2 » compte 51 caractères"),
        ("code_postal", "4400", "« Code postal » compte 5 chiffres"),
        ("siret", "123 456", "Un SIRET compte 14 chiffres"),
        ("siret", "99999999999999", "Ce SIRET n’existe pas"),
        ("uai", "0440001A", "La lettre de ce code UAI"),
        ("telephone", "02 40", "10 chiffres"),
        ("courriel", "contact", "« E-mail » doit être une adresse e-mail"),
        ("acces_pmr", "peut-être", "n’est plus proposée"),
        ("accessibilite", "x" * 251, "compte 251 caractères"),
    ],
)
def test_an_error_names_its_field_and_the_remedy(of, organisme, nantes, champ, valeur, phrase):
    response = submit(of, url("site_create", organisme.pk), **SITE | {champ: valeur})
    said = {href: " ".join(texte.split()) for href, texte in errors(response).items()}
    assert response.status_code == 200
    assert phrase in said[f"#id_{champ}"]
    assert not Site.objects.exists()


def test_a_siret_is_typed_in_groups_and_that_of_another_company_warns(of, organisme, nantes):
    autre = siret(987)
    typed = SITE | {"siret": f"{autre[:3]} {autre[3:6]} {autre[6:9]} {autre[9:]}"}
    adresse = url("site_create", organisme.pk)
    response = of.post(adresse, fields(of.get(adresse)) | typed, follow=True)
    assert Site.objects.get().siret == autre
    assert f"ne commence pas par le SIREN de l’organisme ({organisme.siret[:9]})" in words(response)


def test_a_place_at_the_address_of_another_warns(of, organisme, nantes):
    SiteFactory(organisme=organisme, nom="Le premier", ligne1="3, RUE DES CHANTIERS")
    SiteFactory(nom="Celui d’un autre", ligne1="3 rue des Chantiers")
    adresse = url("site_create", organisme.pk)
    response = of.post(adresse, fields(of.get(adresse)) | SITE, follow=True)
    assert "est à la même adresse : Le premier – Nantes" in words(response)
    assert "Celui d’un autre" not in words(response)


@pytest.mark.parametrize(
    ("champ", "valeur", "statut"),
    [
        ("ligne1", "5 rue des Chantiers", StatutSite.A_VALIDER),
        ("siret", siret(5), StatutSite.A_VALIDER),
        ("nom", "Autre nom", StatutSite.ACTIF),
        ("telephone", "02 40 11 22 33", StatutSite.ACTIF),
        ("accessibilite", "Ascenseur", StatutSite.ACTIF),
    ],
)
def test_what_was_checked_and_changes_is_to_be_checked_again(of, organisme, nantes, champ, valeur, statut):
    site = SiteFactory(organisme=organisme, commune=nantes)
    adresse = url("site_edit", site.pk)
    assert "le Carif-Oref le vérifiera de nouveau" in words(of.get(adresse))
    submit(of, adresse, **{champ: valeur})
    site.refresh_from_db()
    assert site.statut == statut
    types = list(EvenementEtablissement.objects.order_by("pk").values_list("type", flat=True))
    assert types == ["modification"] + (["recheck"] if statut == StatutSite.A_VALIDER else [])


def test_a_commune_found_for_an_old_address_asks_for_no_new_check(of, organisme, nantes):
    site = SiteFactory(organisme=organisme, commune=None)
    submit(of, url("site_edit", site.pk), telephone="02 40 11 22 33")
    site.refresh_from_db()
    assert (site.statut, site.commune) == (StatutSite.ACTIF, nantes)


def test_an_agent_s_correction_is_to_be_checked_and_a_valideur_s_is_not(agent, carif, nantes):
    for client, statut in ((agent, StatutSite.A_VALIDER), (carif, StatutSite.ACTIF)):
        site = SiteFactory(commune=nantes)
        submit(client, url("site_edit", site.pk), ligne1="5 rue des Chantiers")
        site.refresh_from_db()
        assert site.statut == statut


def test_an_organisme_changes_its_sheet_but_not_its_identity(of, organisme, nantes):
    adresse = url("organisme_edit", organisme.pk)
    form = fields(of.get(adresse))
    assert form.keys().isdisjoint({"raison_sociale", "siret", "nda"})
    response = of.post(
        adresse,
        form
        | {
            "raison_sociale": "Pirate",
            "siret": siret(42),
            "nom_usage": "Estuaire",
            "est_qualiopi": "on",
            "qualiopi_debut": "01/01/2026",
            "qualiopi_fin": "31/12/2028",
            "ligne1": "12 quai des Apprentis",
            "code_postal": "44200",
            "site_web": "www.exemple.fr",
        },
    )
    assert response.url == url("organisme", organisme.pk)
    stored = Organisme.objects.get(pk=organisme.pk)
    assert (stored.raison_sociale, stored.siret) == (organisme.raison_sociale, organisme.siret)
    assert (stored.nom_usage, stored.site_web) == ("Estuaire", "https://www.exemple.fr")
    assert (stored.ville, stored.commune, stored.departement) == ("Nantes", nantes, "44")
    assert (stored.qualiopi_debut, stored.qualiopi_fin) == (date(2026, 1, 1), date(2028, 12, 31))


def test_an_organisme_without_nda_may_type_it(of, organisme):
    Organisme.objects.update(nda="")
    submit(of, url("organisme_edit", organisme.pk), nda="52 44 01234 44")
    assert Organisme.objects.get(pk=organisme.pk).nda == "52440123444"
    assert "nda" not in fields(of.get(url("organisme_edit", organisme.pk)))


@pytest.mark.parametrize(
    ("typed", "champ", "phrase"),
    [
        ({"est_qualiopi": "on"}, "qualiopi_debut", "Renseignez « Début du certificat »"),
        ({"qualiopi_fin": "31/12/2028"}, "est_qualiopi", "Cochez « L’organisme est certifié Qualiopi »"),
        (
            {"est_qualiopi": "on", "qualiopi_debut": "01/01/2026", "qualiopi_fin": "01/01/2026"},
            "qualiopi_fin",
            "doit suivre le début",
        ),
        ({"ville": "Nantes"}, "ligne1", "ou effacez toute l’adresse"),
        ({"ligne1": "3 rue du Port"}, "code_postal", "ou effacez toute l’adresse"),
        ({"site_web": "ftp://exemple.fr"}, "site_web", "https://"),
    ],
)
def test_the_sheet_is_coherent(of, organisme, typed, champ, phrase):
    response = submit(of, url("organisme_edit", organisme.pk), **typed)
    said = {href: " ".join(texte.split()) for href, texte in errors(response).items()}
    assert phrase in said[f"#id_{champ}"]


def test_the_carif_oref_adds_an_organisme_and_is_told_of_another_region(carif, valideur):
    code = siret(77)
    adresse = url("organisme_create")
    typed = {"raison_sociale": "Lyon Formation", "siret": code, "nda": "84 69 01234 69"}
    response = carif.post(adresse, fields(carif.get(adresse)) | typed, follow=True)
    organisme = Organisme.objects.get()
    assert (organisme.siret, organisme.nda) == (code, "84690123469")
    assert "ne commence pas par 52" in words(response)
    assert EvenementEtablissement.objects.get().par_carif
    assert "ne commence pas par" not in words(
        carif.post(
            url("organisme_edit", organisme.pk),
            fields(carif.get(url("organisme_edit", organisme.pk))) | {"nom_usage": "LF"},
            follow=True,
        )
    )


def test_a_siret_is_registered_once(carif):
    deja = OrganismeFactory()
    response = submit(carif, url("organisme_create"), raison_sociale="Double", siret=deja.siret)
    assert "déjà enregistré avec ce SIRET" in errors(response)["#id_siret"]
    assert Organisme.objects.count() == 1


def test_a_contact_is_added_changed_and_deleted(of, organisme):
    site = SiteFactory(organisme=organisme)
    adresse = f"{url('contact_create', organisme.pk)}?site={site.pk}"
    form = fields(of.get(adresse))
    assert form["site"] == str(site.pk)
    of.post(adresse, form | {"type": "1", "prenom": "Alix", "nom": "Roy", "courriel": "alix@exemple.fr"})
    contact = Contact.objects.get()
    assert (contact.site, contact.get_type_display()) == (site, "Référent handicap")
    submit(of, url("contact_edit", contact.pk), telephone="0240112233")
    contact.refresh_from_db()
    assert (contact.telephone, contact.version) == ("02 40 11 22 33", 2)
    assert "Alix Roy" in words(of.get(url("contact_delete", contact.pk)))
    of.post(url("contact_delete", contact.pk))
    assert not Contact.objects.exists()
    types = list(EvenementEtablissement.objects.order_by("pk").values_list("type", "objet_pk"))
    assert types == [(t, contact.pk) for t in ("creation", "modification", "suppression")]


def test_a_contact_can_be_reached(of, organisme):
    response = submit(of, url("contact_create", organisme.pk), type="4")
    assert "il faut au moins l’un des deux" in errors(response)["#id_telephone"]


def test_a_contact_s_place_is_one_of_ours(of, organisme):
    ailleurs = SiteFactory()
    response = submit(
        of, url("contact_create", organisme.pk), type="4", telephone="0240112233", site=str(ailleurs.pk)
    )
    assert "n’est plus proposée" in errors(response)["#id_site"]


@pytest.mark.parametrize("nom", ["organisme_edit", "site_create", "contact_create"])
def test_readers_and_strangers_type_nothing(lecteur, autre, organisme, nom):
    for client in (lecteur, autre):
        assert client.get(url(nom, organisme.pk)).status_code == 404
        assert client.post(url(nom, organisme.pk), SITE).status_code == 404


def test_a_second_click_on_delete_is_told_so(of, organisme):
    contact = ContactFactory(organisme=organisme)
    for _ in range(2):
        response = of.post(url("contact_delete", contact.pk), {"organisme": organisme.pk}, follow=True)
    assert "C’est déjà fait" in words(response)


def test_what_was_typed_in_a_row_deleted_meanwhile_makes_a_new_one(of, organisme):
    contact = ContactFactory(organisme=organisme)
    adresse = url("contact_edit", contact.pk)
    form = fields(of.get(adresse)) | {"organisme": organisme.pk, "nom": "Gardé"}
    contact.delete()
    response = of.post(adresse, form)
    assert response.status_code == 409
    again = page(response).select_one("form[data-sofi-garde]")
    assert again["action"] == url("contact_create", organisme.pk)
    of.post(again["action"], fields(response))
    assert Contact.objects.get().nom == "Gardé"


def test_of_two_saves_the_second_sees_the_first_and_decides(of, carif, organisme, valideur):
    adresse = url("organisme_edit", organisme.pk)
    mine = fields(of.get(adresse))
    submit(carif, adresse, telephone="02 40 99 99 99")
    response = of.post(adresse, mine | {"telephone": "02 40 11 11 11"})
    assert response.status_code == 409
    assert f"Valeur enregistrée par {valideur} : 02 40 99 99 99" in words(response)
    assert fields(response)["telephone"] == "02 40 11 11 11"
    assert of.post(adresse, fields(response)).status_code == 302
    assert Organisme.objects.get(pk=organisme.pk).telephone == "02 40 11 11 11"


def test_the_same_form_sent_twice_makes_one_place(of, organisme, nantes):
    adresse = url("site_create", organisme.pk)
    form = fields(of.get(adresse)) | SITE
    of.post(adresse, form)
    of.post(adresse, form | {"nom": "Atelier du vieux port"})
    assert [site.nom for site in Site.objects.all()] == ["Atelier du vieux port"]


def test_the_same_token_elsewhere_makes_another_place(of, carif, organisme, nantes):
    form = fields(of.get(url("site_create", organisme.pk))) | SITE
    of.post(url("site_create", organisme.pk), form)
    carif.post(url("site_create", OrganismeFactory().pk), form)
    assert Site.objects.count() == 2


def test_an_agent_in_the_organisme_s_space_is_journalled_as_such(agent, organisme, nantes):
    agent.post(reverse("accounts:espace_entrer", args=[organisme.pk]))
    submit(agent, url("site_create", organisme.pk), **SITE)
    line = EvenementEtablissement.objects.select_related("auteur", "organisme").get()
    assert (line.par_carif, line.pour_organisme) == (True, True)
    assert line.qui == f"{line.auteur} (Carif-Oref) pour {organisme}"
    assert agent.get(url("organisme_edit", OrganismeFactory().pk)).status_code == 404


def test_the_list_of_places_leads_to_their_sheets_and_to_adding_one(of, lecteur, organisme):
    site = SiteFactory(organisme=organisme)
    liste = reverse("tableau_de_bord:site_list")
    html = page(of.get(liste))
    assert html.select_one("tbody th a")["href"] == url("site", site.pk)
    assert html.select_one(f"main a[href='{url('site_create', organisme.pk)}']")
    assert not page(lecteur.get(liste)).select_one(f"main a[href='{url('site_create', organisme.pk)}']")


def test_what_is_missing_on_the_sheet_leads_to_its_field(of, organisme):
    Organisme.objects.update(nda="")
    action = ActionFactory(formation__organisme=organisme, complete=True)
    html = page(of.get(reverse("tunnel:recapitulatif", args=[action.pk])))
    assert html.select_one(f"#manques a[href='{url('organisme_edit', organisme.pk)}#id_nda']")


def test_a_step_offers_to_add_the_place_that_is_missing(of, organisme):
    action = ActionFactory(formation__organisme=organisme)
    html = page(of.get(reverse("tunnel:action", args=[action.pk])))
    lien = html.select_one("#id_site_dispensateur_helptext a")
    assert (lien["href"], lien["target"]) == (url("site_create", organisme.pk), "_blank")
