"""A real browser on the real site: Debian's Chromium driven by Playwright, axe and a watch on the CSP.

Without Chromium these tests are skipped, saying so; with REQUIRE_BROWSER=1 they fail instead.
"""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command

from tests.navigateur.personne import Clavier, Souris
from tests.navigateur.surveillance import watch

# Playwright's synchronous API keeps an event loop in the test's thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
DRAPEAUX = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


#: After the last test a page may still be asking the site for something, which keeps the base open.
ENCORE_OUVERTE = "ignore:Error when trying to teardown test databases"


def pytest_collection_modifyitems(items):
    """Skip, or fail when asked to, where there is no browser."""
    for item in items:
        if "navigateur" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings(ENCORE_OUVERTE))
    if CHROMIUM:
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.exit("REQUIRE_BROWSER=1, mais Chromium n’est pas installé (paquet Debian « chromium »).", 1)
    for item in items:
        if "navigateur" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason="Chromium n’est pas installé (paquet « chromium »)."))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": DRAPEAUX}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"locale": "fr-FR", "timezone_id": "Europe/Paris", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def nomenclatures(transactional_db):
    """The national and regional lists, as the demo has them."""
    call_command("load_nomenclatures", verbosity=0)


@pytest.fixture
def open_page(live_server, new_context):
    """Return `open_page(**context options)`: a page on the site, whose faults fail the test at its end."""
    faults = []

    def build(**options):
        page = new_context(base_url=live_server.url, **options).new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield build
    # A refused form answers 4xx, which the console repeats; what is left is the CSP or a script.
    assert [fault for fault in faults if "status of 4" not in fault] == []


@pytest.fixture
def sign_in(live_server):
    """Return `sign_in(page, client)`: give the page the session of a test client."""

    def give(page, client):
        cle = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": cle, "url": live_server.url}
        page.context.add_cookies([cookie])

    return give


@pytest.fixture
def ran():
    """What ran in the page `watched`."""
    return []


@pytest.fixture
def watched(live_server, open_page, ran):
    """A page that notes in `ran` the calls of `xss`, dialogs, and requests to addresses nobody wrote."""
    page = open_page()
    watch(page, live_server.url, ran)
    yield page
    assert ran == []


@pytest.fixture
def souris(open_page):
    """A person with a mouse, and JavaScript."""
    return Souris(open_page())


@pytest.fixture
def sans_javascript(open_page):
    """A person whose browser runs no script."""
    return Souris(open_page(java_script_enabled=False))


@pytest.fixture
def clavier(open_page):
    """A person who has a keyboard only."""
    return Clavier(open_page())


@pytest.fixture
def axe():
    """Return `axe(page)`, which fails when axe finds anything on the page as it stands."""
    engine = Axe()

    def check(page):
        result = engine.run(page)
        found = [
            f"{rule['id']} ({rule['help']}): {[node['html'][:200] for node in rule['nodes']]}"
            for rule in result.response["violations"]
        ]
        assert found == [], f"{page.url}\n" + "\n".join(found)

    return check
