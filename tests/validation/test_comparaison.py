"""What a new version changes to what is online, told before deciding."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue import saisie, workflow
from catalogue.enums import NiveauEntree, Public
from catalogue.models import Action
from catalogue.validation.comparables import SANS_OBJET
from catalogue.validation.comparaison import changes
from tests.factories import (
    ActionFactory,
    DispositifFactory,
    FormationFactory,
    SessionFactory,
    SiteFactory,
    TypeDispositifFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db
ANNEE = timezone.localdate().year + 1


@pytest.fixture
def reopened(agent):
    """An action online with one session, reopened."""
    action = ActionFactory(duree_centre=400)
    session = SessionFactory(action=action, date_debut=date(ANNEE, 1, 1), date_fin=date(ANNEE, 12, 31))
    DispositifFactory(session=session)
    publier(action)
    return workflow.apply(action.pk, "reopen", by=agent)


def edit(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    saisie.update(row, list(fields), row.version, by=UserFactory(valideur=True))


def told(action):
    """The differences: where, field, online, proposed."""
    tree = Action.objects.with_tree().get(pk=action.pk)
    found = changes(tree, list(action.diffusions.order_by("numero")))
    return [(changement.ou, changement.champ, changement.avant, changement.apres) for changement in found]


def page(client, action):
    return BeautifulSoup(client.get(reverse("validation:dossier", args=[action.pk])).content, "html.parser")


def test_nothing_changed_is_said_in_words(client, reopened):
    assert told(reopened) == []
    assert "Aucune différence avec la version en ligne." in page(client, reopened).main.get_text()


def test_an_action_never_online_says_nothing(client, agent):
    action = ActionFactory(complete=True)

    assert told(action) == []
    assert page(client, action).select_one(".changements") is None


def test_an_incomplete_action_is_compared_all_the_same(client, reopened):
    session = reopened.sessions.get()
    edit(reopened, duree_centre=450, site_dispensateur=None)
    edit(session, date_debut=None, site_lieu=None)
    edit(session.dispositifs.get(), type=None)

    rows = told(reopened)

    assert ("Action", "Durée en centre", "400\u00a0h", "450\u00a0h") in rows
    assert (f"Session {session.numero}", "Date début", f"1er\u00a0janvier {ANNEE}", "") in rows
    assert [row[3] for row in rows if row[1] in ("Site dispensateur", "Site lieu")] == ["", ""]
    assert (f"Session {session.numero}", "Dispositif ajouté", "", "Dispositif à choisir") in rows
    assert page(client, reopened).select_one(".changements a")


def test_without_any_session_left_the_rest_is_compared(client, reopened):
    gone = reopened.sessions.get()
    saisie.delete(gone, by=UserFactory(valideur=True))
    edit(reopened, duree_centre=450)

    assert told(reopened) == [
        ("Action", "Durée en centre", "400\u00a0h", "450\u00a0h"),
        (f"Session {gone.numero}", "Session retirée", f"à partir du 1er\u00a0janvier {ANNEE}", ""),
    ]


def test_each_change_is_told_in_words(reopened):
    session = reopened.sessions.get()
    numero = session.numero
    site = SiteFactory(organisme=reopened.organisme, nom="Antenne", ville="Laval", code_postal="53000")
    avant_lieu = session.site_lieu
    edit(
        reopened,
        complement_intitule="en soirée",
        niveau_entree=NiveauEntree.NIVEAU_3,
        duree_centre=None,
        duree_hebdo=Decimal("28.50"),
    )
    edit(session, date_debut=date(ANNEE, 2, 1), rythmes=["alternance", "discontinu"], site_lieu=site)

    assert told(reopened) == [
        ("Action", "Complément intitulé", "", "en soirée"),
        ("Action", "Niveau d’entrée", "Sans niveau spécifique", "Niveau 3\u00a0: CAP, BEP"),
        ("Action", "Durée en centre", "400\u00a0h", ""),
        ("Action", "Durée hebdo", "35\u00a0h", "28,5\u00a0h"),
        (
            f"Session {numero}",
            "Site lieu",
            f"{avant_lieu.nom}, 1 rue des Écoles, 44000 Nantes",
            "Antenne, 1 rue des Écoles, 53000 Laval",
        ),
        (f"Session {numero}", "Date début", f"1er\u00a0janvier {ANNEE}", f"1er\u00a0février {ANNEE}"),
        (
            f"Session {numero}",
            "Rythmes",
            "Temps plein",
            "En alternance, Discontinu (par modules ou regroupements)",
        ),
    ]


def test_a_yearly_renewal_tells_more_than_its_sessions(reopened):
    """Every session online is replaced by another: the rest is compared as well."""
    gone = reopened.sessions.get()
    new = SessionFactory(action=reopened, date_debut=date(ANNEE + 1, 1, 1))
    DispositifFactory(session=new)
    saisie.delete(gone, by=UserFactory(valideur=True))
    edit(reopened, duree_centre=450)
    organisme = reopened.organisme
    organisme.telephone = "0261910000"
    organisme.save()

    debut = f"1er\u00a0janvier {ANNEE + 1}"
    assert told(reopened) == [
        (
            "Organisme",
            "Téléphone",
            "02 40 00 00 00",
            "02\u00a061\u00a091\u00a000\u00a000",
        ),
        ("Action", "Durée en centre", "400\u00a0h", "450\u00a0h"),
        (f"Session du {debut}", "Session ajoutée", "", f"à partir du {debut}"),
        (f"Session {gone.numero}", "Session retirée", f"à partir du 1er\u00a0janvier {ANNEE}", ""),
    ]


def test_a_dispositif_is_told_field_by_field(reopened):
    session = reopened.sessions.get()
    edit(
        session.dispositifs.get(),
        cout_stagiaire=Decimal("1200.50"),
        publics=[Public.DEMANDEUR_EMPLOI, Public.SALARIE],
        prise_en_charge=None,
        nb_places=None,
    )

    ou, prefixe = f"Session {session.numero}", "Dispositif «\u00a0Financement privé\u00a0»"
    assert told(reopened) == [
        (ou, f"{prefixe}, publics", "Tout public", "Demandeur d’emploi, Salarié"),
        (ou, f"{prefixe}, places", "12", ""),
        (ou, f"{prefixe}, coût stagiaire", "3\u00a0500,00\u00a0€", "1\u00a0200,50\u00a0€"),
        (ou, f"{prefixe}, frais pris en charge", "oui", ""),
    ]


def test_dispositifs_of_one_type_are_matched_by_what_they_share(agent):
    """One of two changes, a third comes, one of two alike goes: nothing else is said to have changed."""
    session = SessionFactory(action=ActionFactory())
    cher, double, _ = [
        DispositifFactory(session=session, cout_stagiaire=prix, codes_externes=code)
        for prix, code in ((900, "A"), (100, "B"), (100, "B"))
    ]
    action = publier(session.action)
    workflow.apply(action.pk, "reopen", by=agent)
    ou = f"Session {action.sessions.get().numero}"
    prive = "Financement privé, Tout public, codes externes\u00a0: {}, places\u00a0: 12, "
    prive += "coût stagiaire\u00a0: {},00\u00a0€, frais pris en charge\u00a0: oui"

    saisie.delete(double, by=agent)
    assert told(action) == [(ou, "Dispositif retiré", prive.format("B", 100), "")]

    edit(cher, cout_stagiaire=950)
    DispositifFactory(
        session=session, type=TypeDispositifFactory(code="aif", libelle="AIF"), codes_externes="C"
    )
    rows = [row[1:] for row in told(action)]
    assert rows[0] == (
        "Dispositif «\u00a0Financement privé\u00a0», coût stagiaire",
        "900,00\u00a0€",
        "950,00\u00a0€",
    )
    assert [row[0] for row in rows[1:]] == ["Dispositif retiré", "Dispositif ajouté"]


def test_a_free_title_that_changes_is_told(client, agent):
    formation = FormationFactory(certification=None, intitule_libre="Anglais")
    action = publier(ActionFactory(formation=formation, complete=True))
    formation.intitule_libre = "Anglais des affaires"
    formation.save()

    assert told(action) == [("Formation", "Intitulé", "Anglais", "Anglais des affaires")]
    assert "Le public voit exactement ce dossier" not in page(client, action).main.get_text()


def test_a_part_of_a_place_that_does_not_show_is_told_with_its_name(client, reopened):
    site = reopened.site_dispensateur
    avant, site.telephone = site.telephone, "0261910099"
    site.save()

    apres = "02\u00a061\u00a091\u00a000\u00a099"
    assert ("Action", "Site dispensateur, téléphone", avant, apres) in told(reopened)
    line = page(client, reopened).find(id=f"action-{reopened.pk}-site_dispensateur")
    assert site.nom in line.dd.get_text()
    assert line.select_one(".changement strong").get_text() == "Site dispensateur, téléphone\u00a0:"


def test_two_places_of_one_name_and_address_are_told_apart(reopened):
    ancien = reopened.site_dispensateur
    site = SiteFactory(
        organisme=reopened.organisme, nom=ancien.nom, ville=ancien.ville, code_postal=ancien.code_postal
    )
    edit(reopened, site_dispensateur=site)

    (_, champ, avant, apres) = told(reopened)[0]
    assert champ == "Site dispensateur"
    assert avant != apres


def leaves(contenu, chemin=()):
    """The paths of the values of a sheet; a list of codes is one value, a list of dispositifs is not."""
    for cle, valeur in contenu.items():
        if isinstance(valeur, dict):
            yield from leaves(valeur, (*chemin, cle))
        elif isinstance(valeur, list) and valeur and isinstance(valeur[0], dict):
            yield from leaves(valeur[0], (*chemin, cle, 0))
        else:
            yield (*chemin, cle)


def test_every_published_value_is_compared_or_said_not_to_be(reopened):
    """Each value of the sheet online is changed in turn: a difference is told, with two different texts."""
    diffusion = reopened.diffusions.get()
    tree = Action.objects.with_tree().get(pk=reopened.pk)
    autres = {"date_debut": "2020-01-01", "date_fin": "2020-01-01", "duree_hebdo": "12.50"}
    autres |= {"cout_stagiaire": "1.00", "niveau": 8, "niveau_entree": "14", "code": "1", "etat": 11}
    origine, muets = deepcopy(diffusion.contenu), set()
    for chemin in leaves(origine):
        diffusion.contenu = deepcopy(origine)
        partie = diffusion.contenu
        for cle in chemin[:-1]:
            partie = partie[cle]
        cle = chemin[-1]
        match partie[cle]:
            case bool(valeur):
                autre = not valeur
            case int(valeur):
                autre = autres.get(cle, valeur + 7)
            case list(valeur):
                autre = [*valeur, "9"]
            case _:
                autre = autres.get(cle, 9 if cle in ("niveau", "nb_places", "capacite") else "99999")
        partie[cle] = autre
        found = changes(tree, [diffusion])
        if not found:
            muets.add(".".join("*" if cle == 0 else cle for cle in chemin))
        assert all(changement.avant != changement.apres for changement in found), chemin

    assert muets == SANS_OBJET.keys()


def test_a_sheet_written_before_a_value_existed_says_nothing_of_it(reopened):
    diffusion = reopened.diffusions.get()
    del diffusion.contenu["organisme"]["uai"]
    del diffusion.contenu["dispositifs"][0]["est_apprentissage"]

    assert changes(Action.objects.with_tree().get(pk=reopened.pk), [diffusion]) == []


class TestPage:
    def test_each_difference_is_told_once_and_reached_by_a_link(self, client, reopened):
        session = reopened.sessions.get()
        edit(reopened, duree_centre=450)
        edit(session, capacite=20)
        edit(session.dispositifs.get(), nb_places=14)

        soup = page(client, reopened)

        box = soup.select_one(".changements")
        assert box.summary.get_text(strip=True) == "3 différences avec la version en ligne"
        assert [item.strong.get_text() for item in box.select("li")] == [
            "Action\u00a0:",
            f"Session {session.numero}\u00a0:",
        ]
        places = [soup.find(id=link["href"].removeprefix("#")) for link in box.select("a")]
        textes = [
            [(p.find("del").get_text(), p.find("ins").get_text()) for p in place]
            for place in (place.select(".avant-apres") for place in places)
        ]
        assert textes[0] == [("400\u00a0h", "450\u00a0h")]
        assert textes[1] == [("12", "20")]
        assert ("12", "14") in textes[2]
        assert sum(fiche.get_text().count("450\u00a0h") for fiche in soup.select(".fiche")) == 1
        assert not box.find("table")

    def test_dispositifs_without_change_are_folded(self, client, reopened):
        session = reopened.sessions.get()
        table = f"#dispositif-{session.dispositifs.get().pk}"
        assert page(client, reopened).select_one(table).find_parent("details") is None

        edit(reopened, duree_centre=450)
        folded = page(client, reopened).select_one(table).find_parent("details")
        assert folded.summary.get_text(strip=True).startswith("1 dispositif sans changement")

        edit(session.dispositifs.get(), nb_places=14)
        assert page(client, reopened).select_one(table).find_parent("details") is None

    def test_an_added_session_is_not_folded(self, client, reopened):
        new = SessionFactory(action=reopened, date_debut=date(ANNEE + 1, 1, 1))
        dispositif = DispositifFactory(session=new)

        soup = page(client, reopened)

        assert soup.find(id=f"session-{new.pk}-capacite").find_parent("details") is None
        assert soup.find(id=f"dispositif-{dispositif.pk}").find_parent("details") is None
