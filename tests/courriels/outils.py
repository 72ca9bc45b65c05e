"""Reading the outbox in a test of any area.

    from tests.courriels.outils import boite, envoyer_tout

    client.post(url, {"email": "camille@exemple.fr"})
    [message] = boite("camille@exemple.fr")     # what waits to leave, oldest first
    assert message.objet == "Votre clé d’activation SOFI"
    assert message.lien("/cle-activation/")     # the first address of our site that holds this

    envoyer_tout()                              # one pass of the worker; then django.core.mail.outbox

Nothing leaves by itself: a page only writes the outbox. Works in any test that may use the database.
"""

import re
from dataclasses import dataclass

from django.conf import settings

from sofi.courriels.envoi import tenter
from sofi.courriels.redaction import composer
from sofi.models import Courriel


@dataclass(frozen=True)
class Lu:
    """A message as its reader sees it; `a` is the address, `nom` its template."""

    a: str
    nom: str
    objet: str
    texte: str
    html: str

    def lien(self, morceau: str = "") -> str:
        """The first address of our site in the text that holds `morceau`; fails when there is none."""
        adresses = re.findall(rf"{re.escape(settings.SOFI_URL)}/\S*", self.texte.partition("\n-- \n")[0])
        trouvees = [adresse for adresse in adresses if morceau in adresse]
        assert trouvees, f"Aucun lien vers « {morceau} » dans :\n{self.texte}"
        return trouvees[0]


def lire(courriel: Courriel) -> Lu:
    """What the message says."""
    message = composer(courriel)
    html = message.alternatives[0].content
    return Lu(courriel.destinataire, courriel.nom, message.subject, message.body, html)


def boite(adresse: str | None = None) -> list[Lu]:
    """The messages that wait to leave, oldest first; for one address when it is given."""
    courriels = Courriel.objects.en_attente().order_by("cree_le", "uuid")
    if adresse:
        courriels = courriels.filter(destinataire=adresse)
    return [lire(courriel) for courriel in courriels]


def envoyer_tout() -> None:
    """Make one attempt at each message that waits, as the worker does, with the test's mail backend."""
    for uuid, job in Courriel.objects.en_attente().order_by("cree_le", "uuid").values_list("uuid", "job"):
        tenter(uuid, job)
