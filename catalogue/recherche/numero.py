"""A number typed alone goes straight to what it names: session, action, organisme, formation, Formacode."""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict

from catalogue.certifications.mots import Numero, parse_number
from catalogue.certifications.remplacements import prepared_successors
from catalogue.models import Certification, Diffusion, FicheRecherche, Retrait
from catalogue.numeros import ACTION, FORMATION, ORGANISME, canonical_numero, cle_of
from catalogue.recherche import jetons
from catalogue.recherche.requete import holds

_PUBLIC = re.compile(r"(?:N[°O])?(?P<numero>[0-9A-Z]{1,3}[-_][A-Z0-9]{1,17})")
#: A session's, without the sign that parts its two halves, or without the first: « 52000018 », « 000018 ».
_RANG = re.compile(rf"(?:N[°O])?(?:{settings.CARIF.code_lheo})?(?P<rang>[0-9]{{6,10}})")
_FORMACODE = re.compile(r"(?:formacode\s*)?([0-9]{5})", re.IGNORECASE)


class Sorte(Enum):
    """What a number names."""

    SESSION = "session"
    ACTION = "action"
    ORGANISME = "organisme"
    #: What an organisme offers of a certification.
    OFFRE = "offre"
    #: By its Certifinfo code.
    FORMATION = "formation"
    #: Several formations bear the number: `valeurs` are their Certifinfo codes.
    FORMATIONS = "certification"
    FORMACODE = "formacode"


#: What is numbered by its key → the letters of its number, and the column of that key.
CLES = {
    Sorte.ACTION: (ACTION, "action_id"),
    Sorte.ORGANISME: (ORGANISME, "organisme_id"),
    Sorte.OFFRE: (FORMATION, "formation_id"),
}


@dataclass(frozen=True)
class Destination:
    """What a number typed alone leads to."""

    sorte: Sorte
    valeurs: tuple[str, ...]

    @property
    def conditions(self) -> dict[str, str | int]:
        """The lookup of the search rows that a number names; none where a filter says it (see `narrow`)."""
        if self.sorte is Sorte.SESSION:
            return {"pk": self.valeurs[0]}
        if self.sorte is Sorte.ORGANISME:
            return {}
        lettres, champ = CLES.get(self.sorte, ("", ""))
        # By `Diffusion`, which alone knows formations.
        return {f"diffusion__{champ}": cle_of(self.valeurs[0], lettres)} if champ else {}

    def narrow(self, params: QueryDict) -> QueryDict:
        """The search `params` without its words, and with the filter that says what they name, if any."""
        params = params.copy()
        params.pop("q", None)
        if not self.conditions:
            nom = Sorte.FORMATIONS if self.sorte is Sorte.FORMATION else self.sorte
            params.setlist(nom.value, list(self.valeurs))
        return params


def find(q: str, *, jour: date) -> Destination | None:
    """What `q` names, if it is a number and something online (or that was) bears it; else ``None``.

    A code comes before a session that would be written so. No query unless `q` looks like a number; eight at
    most.
    """
    compact = "".join(q.split()).upper()
    if public := _PUBLIC.fullmatch(compact):
        return _public_number(public["numero"].replace("-", "_"))
    found = _RANG.fullmatch(compact)
    rang = found["rang"] if found else ""
    # No code begins so.
    if rang.startswith("0") and (destination := _session(canonical_numero(rang))):
        return destination
    if numero := parse_number(q):
        codes = _codes_online(numero, jour)
        if len(codes) == 1:
            return Destination(Sorte.FORMATION, tuple(codes))
        if codes:
            return Destination(Sorte.FORMATIONS, tuple(codes))
    if formacode := _FORMACODE.fullmatch(" ".join(q.split())):
        rows = FicheRecherche.objects.filter(date_fin__gte=jour)
        if rows.filter(holds([[jetons.formacode(formacode[1])]])).exists():
            return Destination(Sorte.FORMACODE, (formacode[1],))
    if rang and not rang.startswith("0") and not Certification.objects.filter(pk=numero.numero).exists():
        return _session(canonical_numero(rang))
    return None


def _public_number(numero: str) -> Destination | None:
    """A number of ours. A session that was withdrawn still has a page, which says so."""
    if not numero.startswith(f"{settings.CARIF.code_lheo}_"):
        return None
    for sorte, (lettres, champ) in CLES.items():
        if cle := cle_of(numero, lettres):
            known = Diffusion.objects.filter(**{champ: cle}).exists()
            return Destination(sorte, (numero,)) if known else None
    return _session(canonical_numero(numero) or numero)


def _session(numero: str | None) -> Destination | None:
    """The session of this number, online or that was. Two queries at most."""
    known = numero and any(model.objects.filter(pk=numero).exists() for model in (Diffusion, Retrait))
    return Destination(Sorte.SESSION, (numero,)) if known else None


def _codes_online(demande: Numero, jour: date) -> list[str]:
    """The Certifinfo codes online that `demande` names: as a code first, then as an RNCP or RS number.

    A code that another replaced leads to those that took its place.
    """
    n = demande.numero
    if not demande.type and (codes := _online(Q(certification_code=n), jour) or _replacing(n, jour)):
        return codes
    fiches = Q()
    if demande.type != "RS":
        fiches |= Q(code_rncp=n)
    if demande.type != "RNCP":
        fiches |= Q(codes_rs__contains=[n])
    codes = Certification.objects.filter(fiches).values_list("pk", flat=True)
    return _online(Q(certification_code__in=codes), jour)


def _replacing(code: str, jour: date) -> list[str]:
    return [certification.code for certification in prepared_successors(code, jour)]


def _online(condition: Q, jour: date) -> list[str]:
    """The codes of the sessions online that verify `condition`."""
    codes = Diffusion.objects.actives(jour).filter(condition).order_by("certification_code")
    return list(codes.values_list("certification_code", flat=True).distinct()[:20])
