"""What an attack does when it runs, and what it leaves in a page when it could have."""

from playwright.sync_api import Page

#: What is in the page and that no page of ours holds: a typed text that became an element, an attribute that
#: runs, a link or a file from elsewhere. « Elsewhere » is any scheme but those of `LIENS`.
TRACES = r"""() => {
    const LIENS = /^(https?:|mailto:|tel:|\/|#|\?|$)/;
    const ADRESSES = ["href", "src", "action", "formaction", "data", "poster", "srcdoc", "xlink:href"];
    const DONNEES = "script[type='application/ld+json']";
    const ELEMENTS = "iframe, object, embed, applet, math, marquee, video, audio, base, frame, "
        + `script:not([src]):not(${DONNEES}), `
        + `main :is(script:not(${DONNEES}), style, link, meta, title:not(svg > title))`;
    const vus = [];
    const nommer = (element) => vus.push(element.outerHTML.slice(0, 120));
    const parcourir = (racine) => {
        racine.querySelectorAll(ELEMENTS).forEach(nommer);
        racine.querySelectorAll("*").forEach((element) => {
            if (element.localName === "template") parcourir(element.content);
            for (const { name, value } of element.attributes) {
                if (name.startsWith("on")) nommer(element);
                if (ADRESSES.includes(name) && !LIENS.test(value)) nommer(element);
            }
        });
        racine.querySelectorAll("img:not([src^='/'])").forEach(nommer);
    };
    parcourir(document);
    document.querySelectorAll(DONNEES).forEach((bloc) => {
        try { JSON.parse(bloc.textContent); } catch (erreur) { nommer(bloc); }
    });
    document.querySelectorAll("details").forEach((bloc) => { bloc.open = true; });
    return vus;
}"""


def watch(page: Page, site: str, ran: list) -> None:
    """Let `page` note in `ran` what runs: calls of `xss`, dialogs, requests beyond `site`'s own."""
    page.expose_function("xss", lambda rang: ran.append(rang))
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: _is_ours(request.url, site) or ran.append(request.url))


def _is_ours(url: str, site: str) -> bool:
    return url.startswith(f"{site}/") and not url.endswith("/x")


def traces(page: Page) -> list[str]:
    """What in the page, as it stands, was a text; its folded parts are open from now on."""
    return page.evaluate(TRACES)
