"""How a message is written: one text file gives the subject, the text part and the HTML part.

The first line of `templates/courriels/<nom>.txt` is the subject; the rest is blocks separated by an empty
line, from which the HTML part is derived:

* « - » before each line: a list, which a line may introduce;
* « > » before each line: a quotation (filter `cite`, for what somebody typed);
* four spaces before a line: something to copy, in large letters (an activation key);
* an address of ours alone on the last line, after a line that names it: a button (« Créer mon compte : »);
  after several lines, a link on the first of them; after `ARRET`, what ends these mails: a plain link, that
  the headers repeat for mail programs (RFC 8058: they post to it, without opening it);
* anything else: a paragraph.

Nothing is escaped in a text file, everything is in the HTML part. Only addresses of this site become
links: a name that somebody typed cannot put a link to elsewhere in our messages.
"""

import re
from dataclasses import dataclass
from email.utils import formataddr
from functools import cache
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from sofi.caracteres import strip_forbidden
from sofi.chiffrement import dechiffrer
from sofi.models import Courriel

LONGUEUR_OBJET = 150
CONTROLES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: A variable whose lines are kept, each of them quoted.
CITEE = re.compile(r"{{\s*(\w+)\s*\|\s*cite\b")
# What a template would print for a variable that it was not given: no text holds a NUL.
MANQUE = "\0%s\0"
#: Names the address that stops mails nobody has to receive.
ARRET = "Ne plus recevoir ces e-mails"
#: What begins a line of each kind.
SIGNES = {"liste": "- ", "citation": ">", "code": "    "}


class VariableManquante(Exception):
    """A message names a variable that it was not given."""


@dataclass(frozen=True)
class Bloc:
    """A block of the HTML part: liste, citation, code, bouton, lien, fiche, arret or paragraphe."""

    genre: str
    lignes: tuple[str, ...]
    url: str = ""


@cache
def _engine() -> Engine:
    """Templates of plain text: no escaping, and a missing variable is seen."""
    return Engine(
        dirs=[settings.BASE_DIR / "templates" / "courriels"],
        autoescape=False,
        string_if_invalid=MANQUE,
        builtins=["sofi.templatetags.typographie", "sofi.templatetags.courriels"],
    )


def _fill(source: str, contexte: dict) -> str:
    engine = _engine()
    return engine.from_string(source).render(Context(contexte, autoescape=False))


def rediger(nom: str, contexte: dict) -> tuple[str, str]:
    """The subject (one line) and the body, without signature, of the message `nom`.

    `contexte` is completed with `carif` (settings.CARIF) and `site` (the site's address).
    """
    source = _engine().get_template(f"{nom}.txt").source
    contexte = {"carif": settings.CARIF, "site": settings.SOFI_URL} | _on_one_line(contexte, source)
    # Filled apart: a line break in a name must not push the rest of the subject into the body.
    premiere, _, reste = source.partition("\n")
    objet, texte = _fill(premiere, contexte), _fill(reste, contexte)
    if "\0" in objet + texte:
        manquantes = sorted(set(re.findall("\0([^\0]*)\0", objet + texte)))
        raise VariableManquante(f"courriels/{nom}.txt : {', '.join(manquantes)}")
    objet = CONTROLES.sub(" ", objet).strip()
    if len(objet) > LONGUEUR_OBJET:
        objet = objet[: LONGUEUR_OBJET - 1].rstrip() + "…"
    lignes = [ligne.rstrip() for ligne in strip_forbidden(texte).splitlines()]
    return objet, re.sub(r"\n{3,}", "\n\n", "\n".join(lignes)).strip("\n")


def _on_one_line(contexte: dict, source: str) -> dict:
    """`contexte`, in which only the texts that `source` quotes make lines of their own."""
    citees = CITEE.findall(source)
    return {nom: valeur if nom in citees else _flat(valeur) for nom, valeur in contexte.items()}


def _flat(valeur):
    """A text, or each text of a list or of a dictionary, on one line; anything else unchanged."""
    match valeur:
        case str():
            return CONTROLES.sub(" ", valeur)
        case list():
            return [_flat(element) for element in valeur]
        case dict():
            return {nom: _flat(element) for nom, element in valeur.items()}
    return valeur


def decouper(texte: str) -> list[Bloc]:
    """The blocks of a body, in order."""
    blocs = []
    for groupe in texte.split("\n\n"):
        lignes = groupe.strip("\n").split("\n")
        if bouton := _bouton(lignes):
            blocs.append(bouton)
        elif groupe.strip():
            # « Il vous faut : » may be followed by its list without an empty line.
            blocs += [Bloc(genre, tuple(map(_nue, suite))) for genre, suite in groupby(lignes, _genre)]
    return blocs


def _bouton(lignes: list[str]) -> Bloc | None:
    """The button or the link that `lignes` are, if they are one."""
    *avant, url = lignes
    if not url.startswith(f"{settings.SOFI_URL}/") or " " in url:
        return None
    if len(avant) > 1:
        est_fiche = all(_genre(ligne) == "paragraphe" for ligne in avant)
        return Bloc("fiche", tuple(avant), url) if est_fiche else None
    libelle = avant[0].rstrip(":\u00a0\u202f ") if avant else ""
    return Bloc("arret" if libelle == ARRET else "bouton" if libelle else "lien", (libelle,), url)


def _genre(ligne: str) -> str:
    return next((genre for genre, signe in SIGNES.items() if ligne.startswith(signe)), "paragraphe")


def _nue(ligne: str) -> str:
    """`ligne` without the sign that says what it is."""
    return ligne.removeprefix(SIGNES.get(_genre(ligne), "")).strip(" ")


def _ending(blocs: list[Bloc]) -> dict[str, str]:
    """The headers by which a mail program stops these mails in one click, when `blocs` say how."""
    for bloc in blocs:
        if bloc.genre == "arret":
            return {
                "List-Unsubscribe": f"<{bloc.url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
    return {}


@cache
def _style() -> str:
    css = (Path(__file__).parent / "courriel.css").read_text()
    return format_html("<style>{}</style>", mark_safe(css))  # noqa: S308 - a file of ours


def composer(courriel: Courriel) -> EmailMultiAlternatives:
    """The message ready to leave: both parts, and a Message-ID that every attempt repeats.

    Raises `sofi.chiffrement.Illisible` when the body cannot be decrypted any more.
    """
    texte = dechiffrer(courriel.corps)
    commun = {"carif": settings.CARIF, "site": settings.SOFI_URL}
    signature = _fill(_engine().get_template("_signature.txt").source, commun)
    blocs = decouper(texte)
    html = render_to_string(
        "courriels/_message.html",
        commun | {"objet": courriel.objet, "blocs": blocs, "style": _style()},
    )
    message = EmailMultiAlternatives(
        courriel.objet,
        f"{texte}\n\n{signature}",
        from_email=formataddr((f"SOFI – {settings.CARIF.nom_court}", settings.DEFAULT_FROM_EMAIL)),
        to=[courriel.destinataire],
        reply_to=[settings.CARIF.courriel],
        headers={
            "Message-ID": f"<{courriel.uuid}@{urlsplit(settings.SOFI_URL).hostname}>",
            # Absence messages are not to be answered to a robot.
            "Auto-Submitted": "auto-generated",
            **_ending(blocs),
        },
    )
    message.attach_alternative(html, "text/html")
    return message
