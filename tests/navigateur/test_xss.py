"""Thirty attacks in every text that the public pages show: opened in Chromium, none of them runs."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from catalogue.models import Diffusion
from catalogue.numeros import numero_action, numero_organisme
from tests.factories import SignalementFactory, UserFactory, publier

#: Each calls `xss` when it runs.
ATTAQUES = (
    "<script>xss(1)</script>",
    "</script><script>xss(2)</script>",
    "<img src=x onerror=xss(3)>",
    "<svg onload=xss(4)>",
    "<svg><script>xss(5)</script></svg>",
    "<body onload=xss(6)>",
    "<iframe srcdoc='<script>parent.xss(7)</script>'></iframe>",
    "<details open ontoggle=xss(8)>",
    "<input autofocus onfocus=xss(9)>",
    "<video><source onerror=xss(10)></video>",
    "<audio src=x onerror=xss(11)>",
    "<a href=javascript:xss(12) autofocus>x</a>",
    '"><script>xss(13)</script>',
    "'><script>xss(14)</script>",
    '" onmouseover="xss(15)" autofocus onfocus="xss(15)',
    "' onfocus='xss(16)' autofocus='",
    "`-xss(17)-`",
    "${xss(18)}",
    "{{constructor.constructor('xss(19)')()}}",
    "</title><script>xss(20)</script>",
    "</textarea><script>xss(21)</script>",
    "</style><script>xss(22)</script>",
    "--><script>xss(23)</script><!--",
    "]]><script>xss(24)</script>",
    "\u2028xss(25)\u2029//",
    "\\u003cscript\\u003exss(26)\\u003c/script\\u003e",
    "<math><mtext></p><img src=x onerror=xss(27)></math>",
    "<marquee onstart=xss(28)>",
    "<object data='javascript:xss(29)'></object>",
    "<scr\u0000ipt>xss(30)</scr\u0000ipt>".replace("\u0000", "<!-- -->"),
)
TOUTES = " ".join(ATTAQUES)
#: Texts whose value is a code or a key: the rest is what people type.
CODES = {"etat", "niveau", "departement", "numero", "date_debut", "date_fin", "cout_stagiaire", "duree_hebdo"}


def poison(valeur, rang: list[int], cle: str = ""):
    """`valeur` with every text in it replaced by all the attacks, each first in its turn."""
    if isinstance(valeur, dict):
        return {nom: poison(v, rang, nom) for nom, v in valeur.items()}
    if isinstance(valeur, list):
        return [poison(v, rang, cle) for v in valeur]
    if not isinstance(valeur, str) or cle in CODES:
        return valeur
    rang[0] += 1
    premier = rang[0] % len(ATTAQUES)
    if cle in ("url", "site_web"):
        return "javascript:xss('lien')"
    return " ".join(ATTAQUES[premier:] + ATTAQUES[:premier])


@pytest.fixture
def row(nomenclatures):
    """A session online, all the texts of which are attacks, whatever the forms would have refused."""
    row = publier().diffusions.get()
    rang = [0]
    for champ in ("intitule", "ville"):
        setattr(row, champ, TOUTES[: row._meta.get_field(champ).max_length])
    row.contenu = poison(row.contenu, rang)
    row.save()
    assert rang[0] > 40
    return row


@pytest.fixture
def watched(open_page):
    """A page that notes what runs: calls of `xss`, dialogs, requests to addresses nobody wrote."""
    page = open_page()
    ran = []
    page.expose_function("xss", lambda rang: ran.append(rang))
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: request.url.endswith("/x") and ran.append(request.url))
    yield page
    assert ran == []


def test_the_witness_runs(new_context):
    """The control: where there is no policy and no escaping, an attack does run."""
    attaque = ATTAQUES[2]
    ran = (
        new_context()
        .new_page()
        .evaluate("html => new Promise(ran => { window.xss = ran; document.body.innerHTML = html })", attaque)
    )
    assert ran == 3


def test_no_attack_runs_on_a_public_page(watched, row):
    urls = [
        reverse("diffusion:session", args=[row.numero]),
        reverse("diffusion:action", args=[numero_action(row.action_id)]),
        reverse("diffusion:formation", args=[row.certification_code]),
        reverse("diffusion:organisme", args=[numero_organisme(row.organisme_id)]),
        reverse("diffusion:signaler", args=[row.numero]),
    ]
    for url in urls:
        answer = watched.goto(url)
        assert answer.status == 200, url
        for lien in watched.locator("main a[href]").all():
            assert re.match(r"^(https?:|mailto:|tel:|/|#|\?)", lien.get_attribute("href")), url
        # Nothing typed has become an element.
        assert watched.locator("main :is(script, iframe, svg[onload], img, object, video, math)").count() == 0
        assert watched.locator("[onerror], [onload], [onfocus], [ontoggle], [onmouseover]").count() == 0
        for bloc in watched.locator('script[type="application/ld+json"]').all():
            assert watched.evaluate("texte => JSON.parse(texte)['@type']", bloc.text_content()) == "Course"


def test_no_attack_runs_on_the_page_of_what_is_gone(watched, row):
    Diffusion.objects.update(date_debut="2020-01-01", date_fin="2020-02-01")
    for url in (
        reverse("diffusion:session", args=[row.numero]),
        reverse("diffusion:action", args=[numero_action(row.action_id)]),
        reverse("diffusion:organisme", args=[numero_organisme(row.organisme_id)]),
        reverse("diffusion:formation", args=[row.certification_code]),
    ):
        assert watched.goto(url).status == 410


def test_the_pdf_of_attacks_is_a_file_without_script(client, row):
    content = client.get(reverse("diffusion:fiche_pdf", args=[row.numero])).content
    assert content.startswith(b"%PDF-")
    for action in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction <<", b"/URI (javascript"):
        assert action not in content


def test_no_attack_runs_where_reports_are_answered(watched, live_server, client, row):
    kept = SignalementFactory(action=row.action, texte=TOUTES[:2000])
    client.force_login(UserFactory(agent=True))
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    watched.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}]
    )
    for url in (reverse("signalements:liste"), reverse("signalements:signalement", args=[kept.pk])):
        assert watched.goto(url).status == 200
        assert watched.locator("main :is(script, iframe, img)").count() == 0
