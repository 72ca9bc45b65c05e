"""What was typed in a form when the session had ended, kept until its author has signed in again.

It is kept in the new session of the same browser, on the server, for the person whose session had ended:
nobody else who signs in there ever sees it. So is what was sent to a page of another space of theirs than the
one they work in now.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils import timezone

#: Key of the browser's session.
CLE = "saisies_gardees"
DUREE = timedelta(hours=2)
#: Forms kept at most (one per tab that was open), and characters of one: twenty times the longest step.
NOMBRE = 5
TAILLE = 200_000
CHAMPS = 1_000
#: Never kept, whatever the form. The last three are the passwords of « Changer mon mot de passe ».
SECRETS = re.compile(r"csrf|passe|password|secret|otp|^(cle|actuel|nouveau|confirmation)$", re.IGNORECASE)
#: Pages whose forms hold nothing but proofs.
PREUVES = reverse_lazy("accounts:second_facteur")
#: What a form says for itself.
TECHNIQUES = re.compile(r"^(jeton|version|revision|empreinte|parent|retour|action|next|suite)$")


@dataclass(frozen=True)
class SaisieGardee:
    """A form as it was posted: its address, its fields (name, value) in order, and when."""

    chemin: str
    champs: list[tuple[str, str]]
    le: datetime

    @property
    def textes(self) -> list[str]:
        """What the person typed in words, by which they know their form again; not the codes of choices."""
        typed = (valeur.strip() for nom, valeur in self.champs if not TECHNIQUES.match(nom))
        return [valeur for valeur in typed if len(valeur) > 2 and not valeur.isdigit()]


class TropLong(Exception):
    """A form that is not kept: no page of ours sends one that long."""


def keep(session, personne: int, chemin: str, post: QueryDict) -> bool:
    """Keep `post`, the fields sent to `chemin` by `personne` (their key); say whether there were any.

    Raises TropLong.
    """
    champs = [(nom, v) for nom, valeurs in post.lists() if not SECRETS.search(nom) for v in valeurs]
    if not champs or chemin.startswith(str(PREUVES)):
        return False
    if len(champs) > CHAMPS or sum(len(nom) + len(valeur) for nom, valeur in champs) > TAILLE:
        raise TropLong
    gardees = _of(session, personne)
    gardees = [saisie for saisie in gardees if saisie["chemin"] != chemin][-NOMBRE + 1 :]
    gardees.append({"chemin": chemin, "champs": champs, "le": timezone.now().isoformat()})
    session[CLE] = {"personne": personne, "espace": espace_of(session, personne), "saisies": gardees}
    return True


def expect(session, personne: int, espace: int | None) -> None:
    """Remember that the session of `personne`, who worked for the organisme `espace`, has just ended: a form
    open in another tab may follow."""
    session[CLE] = {"personne": personne, "espace": espace, "saisies": []}


def espace_of(session, personne: int) -> int | None:
    """Return the organisme (its key) that `personne` worked for when their session ended; None without."""
    gardees = session.get(CLE)
    return gardees.get("espace") if gardees and gardees["personne"] == personne else None


def waiting_for(session) -> int | None:
    """Return the key of the person for whom something is kept in a session nobody has signed in to yet."""
    return session[CLE]["personne"] if CLE in session else None


def kept_for(session, personne: int) -> list[SaisieGardee]:
    """Return what is kept for `personne`, the oldest first; forget what is somebody else's or too old."""
    if CLE not in session:
        return []
    recentes = [
        SaisieGardee(saisie["chemin"], [(nom, valeur) for nom, valeur in saisie["champs"]], le)
        for saisie in _of(session, personne)
        if (le := datetime.fromisoformat(saisie["le"])) > timezone.now() - DUREE
    ]
    if not recentes:
        forget(session)
    return recentes


def forget(session, chemin: str | None = None) -> None:
    """Forget what was kept for `chemin`: it was sent again, or given up; everything without it."""
    gardees = session.get(CLE)
    if gardees is None:
        return
    restent = [saisie for saisie in gardees["saisies"] if chemin and saisie["chemin"] != chemin]
    if restent:
        session[CLE] = gardees | {"saisies": restent}
    else:
        del session[CLE]


def _of(session, personne: int) -> list[dict]:
    gardees = session.get(CLE)
    return list(gardees["saisies"]) if gardees and gardees["personne"] == personne else []
