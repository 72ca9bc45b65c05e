"""The feeds over HTTP: tags, 304, HEAD, compression; what is made on demand; what is refused, in words."""

import gzip
import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date

from catalogue import workflow
from catalogue.flux import fichiers
from catalogue.lheo import flux
from catalogue.lheo.fichier import NOMS
from catalogue.models import ExportFlux, FragmentLheo, Retrait
from catalogue.numeros import numero_organisme
from sofi.models import Limite
from tests.factories import OrganismeFactory, UserFactory, publier
from tests.lheo.outils import numbers_in, spoil

pytestmark = pytest.mark.django_db
COMPLET = "/flux/lheo-2.3.xml.gz"


def fetch(client, url: str, params: dict | None = None, *, method: str = "get", **options):
    """The answer, its bytes in `octets`; read to its end, it is closed."""
    response = getattr(client, method)(url, params, **options)
    response.octets = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def numero(action) -> str:
    return action.diffusions.get().pk


@pytest.fixture
def action():
    return publier()


@pytest.fixture
def ecrits(action, settings, tmp_path):
    """The feeds of one session, written."""
    settings.FLUX_DIR = tmp_path
    flux.export(tmp_path, timezone.now())
    return tmp_path


class TestStoredFiles:
    def test_anybody_may_read_them(self, client, ecrits, action):
        for url in (COMPLET, "/flux/france-travail.xml.gz"):
            response = fetch(client, url)
            octets = response.octets
            assert numbers_in(gzip.decompress(octets)) == [numero(action)]
            assert response["ETag"] == f'"{hashlib.sha256(octets).hexdigest()}"'
            assert response["Content-Type"] == "application/gzip"
            assert "Content-Encoding" not in response
            assert response["Cache-Control"] == "public, no-cache"
            assert "attachment" in response["Content-Disposition"]
            assert int(response["Content-Length"]) == len(octets)

    def test_head_says_the_same_without_the_file(self, client, ecrits):
        tete = fetch(client, COMPLET, method="head")
        assert tete.status_code == 200
        assert tete["ETag"] == fetch(client, COMPLET)["ETag"]
        assert int(tete["Content-Length"]) == (ecrits / NOMS["complet"]).stat().st_size

    def test_who_has_it_already_is_told_so(self, client, ecrits):
        response = fetch(client, COMPLET)
        etag, modifie = response["ETag"], response["Last-Modified"]
        for headers in ({"if-none-match": etag}, {"if-modified-since": modifie}):
            response = fetch(client, COMPLET, headers=headers)
            assert (response.status_code, response.octets) == (304, b"")
        hier = http_date((timezone.now() - timedelta(days=1)).timestamp())
        assert fetch(client, COMPLET, headers={"if-modified-since": hier}).status_code == 200
        assert fetch(client, COMPLET, headers={"if-none-match": '"autre"'}).status_code == 200

    def test_between_the_two_renamings_no_wrong_tag_is_given(self, client, ecrits):
        (ecrits / NOMS["complet"]).write_bytes(b"un autre fichier")
        response = fetch(client, COMPLET)
        assert response.status_code == 200
        assert "ETag" not in response

    def test_without_a_file_there_is_no_page(self, client):
        assert fetch(client, COMPLET).status_code == 404

    def test_no_query(self, client, ecrits, django_assert_num_queries):
        with django_assert_num_queries(0):
            fetch(client, COMPLET)


class TestAnOrganisme:
    def url(self, action):
        return reverse("flux:organisme", args=[numero_organisme(action.organisme_id)])

    def test_its_sessions_and_no_other(self, client, action):
        publier()
        response = fetch(client, self.url(action))
        assert numbers_in(response.octets) == [numero(action)]
        assert response["Content-Type"] == "application/xml"

    def test_compressed_when_the_reader_takes_it(self, client, action):
        response = fetch(client, self.url(action), headers={"accept-encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip"
        assert numbers_in(gzip.decompress(response.octets)) == [numero(action)]

    def test_304_until_something_changes(self, client, action):
        etag = fetch(client, self.url(action))["ETag"]
        assert etag.startswith('"')
        assert fetch(client, self.url(action), headers={"if-none-match": etag}).status_code == 304
        retouch(action)
        assert fetch(client, self.url(action), headers={"if-none-match": etag}).status_code == 200

    def test_304_to_a_compressed_reader(self, client, action):
        headers = {"accept-encoding": "gzip"}
        etag = fetch(client, self.url(action), headers=headers)["ETag"]
        assert fetch(client, self.url(action), headers=headers | {"if-none-match": etag}).status_code == 304

    def test_204_when_nothing_is_online(self, client, action):
        url = self.url(action)
        etag = fetch(client, url)["ETag"]
        workflow.apply(action.pk, "archive", by=UserFactory(valideur=True), texte="Finie")
        assert fetch(client, url, headers={"if-none-match": etag}).status_code == 204

    @pytest.mark.parametrize("nom", ["52_OF999999", "52_OF0", "x", "52_AC1", "52_OF9" + "9" * 30])
    def test_an_unknown_number_is_no_page(self, client, nom):
        assert fetch(client, f"/flux/organismes/{nom}.xml").status_code == 404

    @pytest.mark.parametrize("number", [1, 3])
    def test_queries_do_not_grow(self, client, django_assert_num_queries, number):
        """The ration, organisme, what was written, what was withdrawn, the document."""
        organisme = OrganismeFactory(certifie=True)
        for _ in range(number):
            from tests.factories import ActionFactory

            publier(ActionFactory(complete=True, formation__organisme=organisme))
        url = reverse("flux:organisme", args=[numero_organisme(organisme.pk)])
        with django_assert_num_queries(5):
            assert len(numbers_in(fetch(client, url).octets)) == number


class TestWhatChanged:
    def test_since_a_moment(self, client, action):
        ancienne = publier()
        FragmentLheo.objects.filter(pk=numero(ancienne)).update(ecrit_le=timezone.now() - timedelta(hours=2))
        depuis = (timezone.now() - timedelta(hours=1)).isoformat()
        response = fetch(client, "/flux/modifications.xml", {"depuis": depuis})
        assert numbers_in(response.octets) == [numero(action)]
        # As somebody pastes it: the « + » of the time zone is read as a space.
        assert fetch(client, f"/flux/modifications.xml?depuis={depuis}").status_code == 200

    def test_a_day_is_enough(self, client, action):
        response = fetch(client, "/flux/modifications.xml", {"depuis": f"{timezone.localdate()}"})
        assert response.status_code == 200

    def test_204_when_nothing_did(self, client):
        response = fetch(client, "/flux/modifications.xml", {"depuis": timezone.now().isoformat()})
        assert response.status_code == 204

    @pytest.mark.parametrize("url", ["/flux/modifications.xml", "/flux/suppressions.csv"])
    @pytest.mark.parametrize(
        ("depuis", "mots"),
        [
            ("", "Ajoutez depuis quand"),
            ("hier", "n’est ni une date"),
            ("2027-02-31", "n’est ni une date"),
            ("0001-01-01T00:00:00+23:59", ""),
            ("2020-01-01", "Reprenez le flux complet"),
            ("0001-01-01", "Reprenez le flux complet"),
            ("0001-01-01T00:00:00Z", "Reprenez le flux complet"),
            ("<script>", "n’est ni une date"),
            ("9999-12-31", "est à venir"),
            ("9999-12-31T23:59:59Z", "est à venir"),
            ("9999-12-31T23:59:59-12:00", "est à venir"),
        ],
    )
    def test_what_cannot_be_answered_is_told(self, client, url, depuis, mots):
        response = fetch(client, url, {"depuis": depuis})
        assert response.status_code == 400
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert mots in response.octets.decode()

    @pytest.mark.parametrize("url", ["/flux/modifications.xml", "/flux/suppressions.csv"])
    def test_a_clock_may_be_a_little_ahead_and_no_more(self, client, action, url):
        for minutes, statut in ((3, 200), (10, 400)):
            depuis = (timezone.now() + timedelta(minutes=minutes)).isoformat()
            assert fetch(client, url, {"depuis": depuis}).status_code == statut

    def test_deletions(self, client, action):
        perdue = numero(action)
        workflow.apply(action.pk, "archive", by=UserFactory(valideur=True), texte="Finie")
        response = fetch(client, "/flux/suppressions.csv", {"depuis": f"{timezone.localdate()}"})
        titre, ligne = response.octets.decode().splitlines()
        assert titre == "numero;le;motif"
        assert ligne.startswith(f"{perdue};{timezone.localdate()}T")
        assert ligne.endswith(";archivee")


class TestByDate:
    """A date has no more than a second: it is believed once nothing may be dated within it any more."""

    @pytest.fixture(params=["organisme", "modifications", "suppressions"])
    def url(self, request, action):
        if request.param == "organisme":
            return reverse("flux:organisme", args=[numero_organisme(action.organisme_id)])
        return f"{reverse(f'flux:{request.param}')}?depuis={timezone.localdate() - timedelta(days=2)}"

    def test_two_changes_of_one_second(self, client, action, url):
        le = timezone.now().replace(microsecond=0)
        FragmentLheo.objects.update(ecrit_le=le)
        lu_le = fetch(client, url)["Last-Modified"]
        assert lu_le == http_date(le.timestamp())
        retouch(action)
        FragmentLheo.objects.update(ecrit_le=le + timedelta(milliseconds=500))
        assert fetch(client, url, headers={"if-modified-since": lu_le}).status_code == 200
        # Nor later, when that second is long past.
        FragmentLheo.objects.update(ecrit_le=le - timedelta(hours=1, milliseconds=-500))
        avant = http_date((le - timedelta(hours=1)).timestamp())
        assert fetch(client, url, headers={"if-modified-since": avant}).status_code == 200

    def test_a_date_long_past_is_believed(self, client, action, url):
        FragmentLheo.objects.update(ecrit_le=timezone.now() - timedelta(hours=1))
        modifie = fetch(client, url)["Last-Modified"]
        response = fetch(client, url, headers={"if-modified-since": modifie})
        assert (response.status_code, response.octets) == (304, b"")
        retouch(action)
        assert fetch(client, url, headers={"if-modified-since": modifie}).status_code == 200


def test_the_list_of_deletions_has_the_tag_of_what_it_says(client, action):
    url = f"/flux/suppressions.csv?depuis={timezone.localdate()}"
    vide = fetch(client, url)
    assert vide["ETag"] == f'"{hashlib.sha256(vide.octets).hexdigest()}"'
    headers = {"if-none-match": vide["ETag"]}
    assert fetch(client, url, headers=headers).status_code == 304

    workflow.apply(action.pk, "archive", by=UserFactory(valideur=True), texte="Finie")

    pleine = fetch(client, url, headers=headers)
    assert pleine.status_code == 200
    assert pleine["Last-Modified"] == http_date(Retrait.objects.get().le.timestamp())


def test_a_run_of_the_feeds_gives_it_a_later_date(client, action, settings, tmp_path):
    """It tells more then: the date of an answer before is not believed."""
    settings.FLUX_DIR = tmp_path
    url = f"/flux/suppressions.csv?depuis={timezone.localdate() - timedelta(days=2)}"
    il_y_a = timezone.now() - timedelta(hours=2)
    FragmentLheo.objects.update(ecrit_le=il_y_a)
    modifie = fetch(client, url)["Last-Modified"]
    workflow.apply(action.pk, "archive", by=UserFactory(valideur=True), texte="Finie")
    Retrait.objects.update(le=il_y_a)
    flux.export(tmp_path, timezone.now())
    response = fetch(client, url, headers={"if-modified-since": modifie})
    assert (response.status_code, len(response.octets.splitlines())) == (200, 2)


def test_a_run_of_the_feeds_dates_what_changed_too(client, action, settings, tmp_path):
    settings.FLUX_DIR = tmp_path
    url = f"/flux/modifications.xml?depuis={timezone.localdate() - timedelta(days=2)}"
    now, tardive = timezone.now(), publier()
    FragmentLheo.objects.filter(pk=numero(action)).update(ecrit_le=now - timedelta(hours=4))
    FragmentLheo.objects.filter(pk=numero(tardive)).update(ecrit_le=now - timedelta(hours=2))
    flux.export(tmp_path, now)
    ExportFlux.objects.update(commence_le=now - timedelta(hours=3), fini_le=now - timedelta(hours=3))
    lue = fetch(client, url)
    assert numbers_in(lue.octets) == [numero(action)]
    headers = {"if-modified-since": lue["Last-Modified"]}
    assert fetch(client, url, headers=headers).status_code == 304

    flux.export(tmp_path, now)

    assert numbers_in(fetch(client, url, headers=headers).octets) == [numero(action), numero(tardive)]


def retouch(action):
    """What is online of `action` says something else."""
    row = action.diffusions.get()
    spoil(row.pk, formation=row.contenu["formation"] | {"objectif": "Autre chose."})


def test_documents_made_on_demand_are_rationed(client, action, monkeypatch):
    monkeypatch.setattr(fichiers, "MAXIMUM", 2)
    url = f"/flux/organismes/{numero_organisme(action.organisme_id)}.xml"

    answers = [fetch(client, url) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 590 < int(answers[-1]["Retry-After"]) <= 600
    Limite.objects.update(finit_le=timezone.now() + timedelta(seconds=42))
    presque = fetch(client, url)
    assert presque["Retry-After"] == "42"
    assert "attendez encore 42\u00a0s." in presque.octets.decode()
    assert answers[-1]["Access-Control-Allow-Origin"] == "*"
