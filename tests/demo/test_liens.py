"""The pages that a person of the demo can reach by following links open."""

from collections import Counter
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.urls import resolve

pytestmark = pytest.mark.django_db


#: How many addresses of one view are opened: the demo's states differ, its rows of one state do not.
OF_EACH = 10


def crawl(client, start="/") -> tuple[dict[str, int], dict[str, list[str]]]:
    """Follow the links of each page of the site from `start`.

    Return the status of every address met, and the ids that a page gives to two places.
    """
    seen: dict[str, int] = {}
    doubles: dict[str, list[str]] = {}
    opened: Counter[str] = Counter()
    waiting = [start]
    while waiting:
        url = waiting.pop()
        view = resolve(urlsplit(url).path).view_name
        if url in seen or opened[view] == OF_EACH:
            continue
        opened[view] += 1
        response = client.get(url)
        seen[url] = response.status_code
        if response.status_code == 302:
            waiting.append(urljoin(url, response.url))
        elif response.streaming:
            b"".join(response)  # read to its end, a download closes its file
        elif response.headers["Content-Type"].startswith("text/html"):
            page = BeautifulSoup(response.content, "html.parser")
            ids = Counter(tag["id"] for tag in page.select("[id]"))
            if repeated := [name for name, times in ids.items() if times > 1]:
                doubles[url] = repeated
            targets = (urldefrag(urljoin(url, link["href"])).url for link in page.select("a[href]"))
            waiting += [target for target in targets if target.startswith("/")]
        elif response.streaming:
            b"".join(response)  # a downloaded list holds its file open until it is read
    return seen, doubles


@pytest.mark.parametrize("email", ["nadia.leroux@exemple.fr", "agent@exemple.fr"])
def test_the_links_open_and_no_page_has_two_equal_ids(email, loaded, client):
    client.force_login(get_user_model().objects.get(email=email))

    seen, doubles = crawl(client)

    assert {url: status for url, status in seen.items() if status not in (200, 302)} == {}
    assert doubles == {}
    assert len(seen) > 40
