"""Thirty attacks in every text of the database: on every page, as whoever sees it, none of them runs."""

import re
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from zeal import zeal_ignore

from catalogue.bench.formulaire import fields_of
from catalogue.models import Commune, Diffusion, FicheRecherche, Retrait
from catalogue.numeros import numero_action, numero_organisme
from sofi.courriels import envoyer
from sofi.courriels.redaction import composer
from tests.acces.monde import build_monde
from tests.acces.table import TABLE
from tests.acces.test_adresses import expected
from tests.courriels.conftest import gabarit  # noqa: F401 - a fixture
from tests.courriels.outils import envoyer_tout
from tests.factories import OrganismeFactory, publier
from tests.hostile.attaques import ATTAQUES, TOUTES, attaque
from tests.hostile.empoisonnement import poison_all, rewrite
from tests.hostile.monde import build_hostile
from tests.hostile.test_envois import PARAMETRES
from tests.navigateur.ailleurs import CHAMPS, ORPHELINES, SUPPRIMABLES, delete_elsewhere, save_elsewhere
from tests.navigateur.surveillance import traces, watch
from tests.navigateur.test_pages import SANS_PAGE

pytestmark = pytest.mark.django_db(transaction=True)

#: Columns that no page shows.
JAMAIS_MONTREES = {
    # read by us as « Firefox, Linux », never shown as it was sent
    "accounts_evenementsecurite.navigateur",
    "accounts_sessionnavigateur.navigateur",
    "accounts_totp.name",
    # of use in a mail only
    "catalogue_avisenattente.texte",
    "catalogue_avisenattente.url",
    "catalogue_signalement.courriel",
    # of use to the program only: a batch, what a decision undone puts back
    "catalogue_lot.parametres",
    "catalogue_decisionannulable.avant",
    # kept from the national files
    "catalogue_ficherepertoire.intitule",
    "catalogue_remplacement.ancien_etat",
}
#: Where one learns that somebody else saved meanwhile, whatever the texts around have become.
EN_CONFLIT = {*CHAMPS, "reglages:dispositif_edit", "reglages:texte_edit"}
#: Where a text that nobody escaped would be: each attack gets out of one of these at least.
SANS_ECHAPPEMENT = (
    "<main>{}</main>",
    '<main><input value="{}"></main>',
    "<main><input value='{}'></main>",
    "<title>{}</title>",
    "<main><textarea>{}</textarea></main>",
    "<main></main><style>{}</style>",
    "<main><!-- {} --></main>",
    "<main></main><script>const texte = `{}`</script>",
    "<main></main><script>// {}</script>",
    '<main></main><script>document.write("{}")</script>',
)


class Promenade:
    """Goes from page to page, and keeps what is wrong with each and which columns were read."""

    def __init__(self, page, ran: list):
        self.page, self.ran = page, ran
        self.fautes: list[str] = []
        self.marques: set[str] = set()

    def visit(self, url: str, *, statut: int = 200) -> None:
        reponse = self.page.goto(url)
        if reponse.status != statut:
            self.fautes.append(f"{url} : {reponse.status}")
        self.look(url)

    def look(self, quoi: str) -> None:
        """Keep what is wrong with the page as it stands, called `quoi`."""
        self.fautes += [f"{quoi} : {trace}" for trace in traces(self.page)]
        self.fautes += [f"{quoi} : {ran} a tourné" for ran in self.ran]
        self.ran.clear()
        self.marques |= set(re.findall(r"~\d{3}", self.page.content()))


@pytest.fixture
def promenade(watched, ran):
    """A walk of which nothing may come back."""
    promenade = Promenade(watched, ran)
    yield promenade
    assert promenade.fautes == []


@pytest.fixture
def nue(new_context):
    """A walk in a page of no site, where nothing forbids anything."""
    page, ran = new_context().new_page(), []
    watch(page, "about:blank", ran)
    return Promenade(page, ran)


def names_of(role: str) -> list[str]:
    """The names of the pages that `role` reads."""
    return [
        nom
        for nom, row in TABLE.items()
        if expected(nom, "GET", role) == 200 and row.options is None and nom not in SANS_PAGE
    ]


def test_no_attack_runs_on_any_page(promenade, sign_in, pytestconfig):
    """A short column holds another attack at each row; with `--tours 30`, each of them that fits in turn."""
    hostile = build_hostile()
    hostile.monde.sign_in_all()
    for tour in range(pytestconfig.getoption("tours")):
        bilan = poison_all(tour=tour)
        rewrite()
        ailleurs = urlencode({"lieu": f"x {Commune.objects.get().nom}"[:100]})
        hostile.autres["anonyme"] = [f"{reverse('diffusion:recherche')}?{ailleurs}"]
        for role in ("anonyme", "of_a", "carif", "admin"):
            promenade.page.context.clear_cookies()
            if role != "anonyme":
                sign_in(promenade.page, hostile.monde.client(role))
            for url in [hostile.adresses[nom] for nom in names_of(role)] + hostile.autres.get(role, []):
                promenade.visit(url)
        for numero in Retrait.objects.values_list("numero", flat=True):
            promenade.visit(reverse("diffusion:session", args=[numero]), statut=410)

    montrees = {nom for nom, marque in bilan.marques.items() if not marque or marque in promenade.marques}
    assert bilan.marques.keys() - montrees == JAMAIS_MONTREES


def test_no_attack_runs_on_the_page_of_what_is_gone(promenade):
    row = publier().diffusions.get()
    poison_all()
    Diffusion.objects.update(date_debut="2020-01-01", date_fin="2020-02-01")
    FicheRecherche.objects.update(date_debut="2020-01-01", date_fin="2020-02-01")
    for nom, cle in (
        ("session", row.numero),
        ("action", numero_action(row.action_id)),
        ("organisme", numero_organisme(row.organisme_id)),
        ("formation", row.certification_code),
    ):
        promenade.visit(reverse(f"diffusion:{nom}", args=[cle]), statut=410)


def test_no_attack_runs_from_an_address(promenade, sign_in):
    """What a link from elsewhere puts in the address is shown as well: the words of a search, the filters."""
    monde = build_monde()
    adresses = {nom: reverse(nom, kwargs=TABLE[nom].kwargs(monde)) for nom in names_of("carif")}
    sign_in(promenade.page, monde.client("carif"))
    for rang, (nom, url) in enumerate(adresses.items()):
        reponse = promenade.page.goto(f"{url}?{urlencode(dict.fromkeys(PARAMETRES, attaque(rang, 200)))}")
        assert reponse.status < 500, nom
        promenade.look(nom)


def test_no_attack_runs_where_a_refused_form_is_shown_again(nue):
    """Each field of each form of each page, with all the attacks: in a page without any policy."""
    monde = build_monde()
    monde.sign_in_all()
    renvoyees = []
    for role in ("anonyme", "of_a", "carif", "admin"):
        client = monde.client(role)
        client.raise_request_exception = False
        for nom in names_of(role):
            url = reverse(nom, kwargs=TABLE[nom].kwargs(monde))
            for cible, saisie in forms_of(client.get(url), url):
                # Each of a form's lists looks for its own choice.
                with transaction.atomic(), zeal_ignore():
                    reponse = client.post(cible, saisie)
                    transaction.set_rollback(True)
                assert reponse.status_code < 500, (role, nom, cible)
                if reponse.status_code != 302:
                    renvoyees.append(nom)
                    nue.page.set_content(reponse.content.decode(), wait_until="domcontentloaded")
                    nue.look(f"{role} {nom}")

    assert nue.fautes == []
    assert len(renvoyees) > 40


def forms_of(response, url: str) -> list[tuple[str, dict]]:
    """Where each form of a page goes, with attacks in the place of all that a person types or chooses."""
    forms = []
    for form in BeautifulSoup(response.content, "html.parser").select("main form[method=post]"):
        saisie, est_libre = {}, False
        for rang, champ in enumerate(form.select("[name]")):
            garde = champ.get("type") in ("hidden", "submit") or champ.name == "button"
            saisie[champ["name"]] = champ.get("value", "") if garde else attaque(rang)
            est_libre |= not garde
        if est_libre:
            forms.append((form.get("action") or url, saisie))
    return forms


def test_no_attack_runs_where_somebody_else_saved_or_deleted_meanwhile(nue):
    """The pages that keep what was typed, with the texts of every day in the form: beside what is stored, or
    when nothing is any more."""
    hostile = build_hostile()
    hostile.monde.sign_in_all()
    ouverts = []
    for role in ("of_a", "carif", "admin"):
        client = hostile.monde.client(role)
        client.raise_request_exception = False
        for nom in names_of(role):
            with suppress(LookupError):
                saisie = fields_of(client.get(hostile.adresses[nom]).content, "version")
                ouverts.append((nom, client, saisie))
    for nom in CHAMPS:
        save_elsewhere(hostile.monde, nom)
    communes = list(Commune.objects.all())
    poison_all()
    # An address is typed with a town that there is.
    Commune.objects.bulk_update(communes, ["nom"])
    rewrite()
    for modele in apps.get_models():
        if any(champ.name == "version" and not champ.editable for champ in modele._meta.fields):
            modele._base_manager.update(version=F("version") + 1)

    en_conflit = look_at_conflicts(nue, hostile, ouverts)
    supprimees = set()
    for nom in SUPPRIMABLES:
        delete_elsewhere(hostile.monde, nom)
        supprimees |= look_at_conflicts(nue, hostile, [ouvert for ouvert in ouverts if ouvert[0] == nom])
    orphelines = look_at_conflicts(nue, hostile, [ouvert for ouvert in ouverts if ouvert[0] in ORPHELINES])

    assert nue.fautes == []
    assert en_conflit >= EN_CONFLIT
    assert supprimees == set(SUPPRIMABLES)
    assert orphelines == set(ORPHELINES)


def look_at_conflicts(nue, hostile, ouverts: list[tuple]) -> set[str]:
    """Send the forms `ouverts` (name, browser, fields); the names of those refused for what others did."""
    en_conflit = set()
    for nom, client, saisie in ouverts:
        # Each of a form's lists looks for its own choice.
        with transaction.atomic(), zeal_ignore():
            reponse = client.post(hostile.adresses[nom], saisie)
            transaction.set_rollback(True)
        if reponse.status_code == 409:
            en_conflit.add(nom)
            nue.page.set_content(reponse.content.decode(), wait_until="domcontentloaded")
            nue.look(nom)
    return en_conflit


def test_no_attack_runs_in_a_mail(promenade, nue, gabarit, settings, tmp_path):  # noqa: F811 - the fixture
    settings.EMAIL_BACKEND = "sofi.courriels.boite.BoiteDemo"
    settings.EMAIL_FILE_PATH = tmp_path / "boite"
    texte = "{{ nom }}\nBonjour {{ nom }},\n\n{{ motif|cite }}\n\n- {{ nom }}\n\n    {{ nom }}\n"
    courriel = envoyer(
        gabarit(texte), a="camille@exemple.fr", contexte={"nom": TOUTES, "motif": "\n".join(ATTAQUES)}
    )
    nue.page.set_content(composer(courriel).alternatives[0].content)
    nue.look("le message")
    envoyer_tout()
    promenade.visit(reverse("demonstration:boite"))
    promenade.page.get_by_role("main").get_by_role("link", name=re.compile("xss")).click()
    promenade.look("le message de la démonstration")

    assert nue.fautes == []
    assert "xss(30)" in promenade.page.get_by_role("main").inner_text()


@pytest.mark.parametrize("texte", [t for t in ATTAQUES if "constructor" not in t])  # asks for Angular
def test_the_walk_sees_each_attack(nue, texte):
    """The control: where nothing is escaped, each attack runs or leaves a trace."""
    for contexte in SANS_ECHAPPEMENT:
        nue.page.set_content(contexte.format(texte), wait_until="domcontentloaded")
        nue.look(contexte)

    assert nue.fautes


def test_the_walk_sees_a_page_that_forgets_to_escape(new_context, live_server, settings):
    """The control of the control: a page of the site itself."""
    settings.ROOT_URLCONF = "tests.navigateur.urls_sans_protection"
    OrganismeFactory(raison_sociale=attaque(2, 200))
    page, ran = new_context(base_url=live_server.url).new_page(), []
    watch(page, live_server.url, ran)
    promenade = Promenade(page, ran)

    promenade.visit("/sans-protection/")

    assert any("3 a tourné" in faute for faute in promenade.fautes)
    assert any("onerror" in faute for faute in promenade.fautes)
