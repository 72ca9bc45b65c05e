"""A form as a browser sends it back: what the page holds, read from its HTML."""

from html.parser import HTMLParser


class _Lecteur(HTMLParser):
    """Collects the fields of the form that holds the field `repere`."""

    def __init__(self, repere: str):
        super().__init__()
        self.repere, self.champs, self.trouve = repere, [], None
        self._select = self._textarea = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        nom = attrs.get("name", "")
        match tag:
            case "form":
                self.champs = []
            case "input" if nom and self._sent(attrs):
                defaut = "on" if attrs.get("type") in ("checkbox", "radio") else ""
                self.champs.append((nom, attrs.get("value", defaut)))
            case "select":
                self._select = nom
            case "option" if self._select and "selected" in attrs:
                self.champs.append((self._select, attrs.get("value", "")))
            case "textarea":
                self._textarea = nom
                self.champs.append((nom, ""))

    @staticmethod
    def _sent(attrs: dict) -> bool:
        kind = attrs.get("type", "text")
        return kind not in ("submit", "button") and (kind not in ("checkbox", "radio") or "checked" in attrs)

    def handle_data(self, data):
        if self._textarea:
            nom, texte = self.champs[-1]
            # The first line end after <textarea> is not part of the text.
            self.champs[-1] = (nom, texte + (data.removeprefix("\n") if not texte else data))

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "form" and self.trouve is None and self.repere in dict(self.champs):
            self.trouve = self.champs


def fields_of(page: bytes, repere: str) -> dict[str, list[str]]:
    """The fields of the form of `page` that has one called `repere`, as `Client.post` takes them.

    Raises LookupError when there is none.
    """
    lecteur = _Lecteur(repere)
    lecteur.feed(page.decode())
    if lecteur.trouve is None:
        raise LookupError(f"La page n’a pas de formulaire avec « {repere} ».")
    champs: dict[str, list[str]] = {}
    for nom, valeur in lecteur.trouve:
        champs.setdefault(nom, []).append(valeur)
    return champs
