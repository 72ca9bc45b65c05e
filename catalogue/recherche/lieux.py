"""The place of a search: from what a person types to the communes around, with their distances."""

import re
from dataclasses import dataclass
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

from django.conf import settings
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, Q, Value, When

from catalogue.models import Commune
from catalogue.models.fields import CleNom
from catalogue.recherche.departements import DEPARTEMENTS
from catalogue.villes import key_of, without_cedex
from sofi.forms import quoted
from sofi.typographie import NBSP

#: Kilometres around the commune; 0 is the commune alone.
RAYONS = (0, 5, 10, 20, 30, 50, 100)
RAYON_TERRE = 6371.0
KM_PAR_DEGRE = 111.2
#: How many communes a message proposes.
LIMITE_CHOIX = 5
_CODE = re.compile(r"\(?\b([0-9]{5})\b\)?")
_DEPARTEMENT = re.compile(r"\s*\(([0-9][0-9AB][0-9]?)\)\s*$", re.IGNORECASE)
#: What is left out of a name: « Sables-d’Olonne », « Baule ».
_ARTICLE = r"^(?:l(?:e|a|es)?[^a-z0-9]+)?"


class LieuInconnu(Exception):
    """No commune is called so, or several are; the message says what to type instead."""


@dataclass(frozen=True)
class Lieu:
    """One commune, or those of a postal code, and how far around to look (km)."""

    communes: tuple[Commune, ...]
    rayon: int = 0

    @property
    def libelle(self) -> str:
        """« Nantes, à moins de 20 km »."""
        noms = ", ".join(commune.nom for commune in self.communes[:LIMITE_CHOIX])
        return f"{noms}, à moins de {self.rayon}{NBSP}km" if self.rayon else noms

    @cached_property
    def distances(self) -> dict[str, float]:
        """INSEE code → kilometres from the nearest of the communes, 0 for themselves, nearest first.

        A commune whose position is not known is within no radius, but for itself. One query, none without
        radius nor known position.
        """
        found = {commune.insee: 0.0 for commune in self.communes}
        centres = [commune for commune in self.communes if commune.latitude is not None]
        if self.rayon and centres:
            around = Commune.objects.filter(_boxes(centres, self.rayon), actuelle=None)
            for insee, latitude, longitude in around.values_list("insee", "latitude", "longitude"):
                nearest = min(km_between(c.latitude, c.longitude, latitude, longitude) for c in centres)
                if nearest <= self.rayon:
                    found.setdefault(insee, nearest)
        return dict(sorted(found.items(), key=lambda pair: (pair[1], pair[0])))


def wider(lieu: Lieu) -> list[int]:
    """The radii beyond that of `lieu`, nearest first."""
    return [km for km in RAYONS if km > lieu.rayon]


def km_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Kilometres as the crow flies between two points in degrees (haversine)."""
    a, b = radians(latitude), radians(other_latitude)
    across = radians(other_longitude - longitude)
    h = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(across / 2) ** 2
    return 2 * RAYON_TERRE * asin(sqrt(min(1.0, h)))


def _boxes(centres: list[Commune], rayon: int) -> Q:
    """The squares that hold the circles: what the index on the positions answers."""
    boxes = Q()
    for centre in centres:
        tall = rayon / KM_PAR_DEGRE
        wide = tall / max(0.01, cos(radians(abs(centre.latitude) + tall)))
        boxes |= Q(
            latitude__range=(centre.latitude - tall, centre.latitude + tall),
            longitude__range=(centre.longitude - wide, centre.longitude + wide),
        )
    return boxes


def find(texte: str) -> tuple[Commune, ...]:
    """The commune called `texte`, or those of its postal code: « Nantes », « 44000 », « Nantes (44) ».

    A former commune is its present one; « Ancenis » is Ancenis-Saint-Géréon, the only one that begins so.
    Raises `LieuInconnu`, which also says where a département or the region is asked for. One query, two when
    none has the very name.
    """
    postal = _CODE.search(texte)
    reste = _CODE.sub(" ", texte, count=1)
    departement = _DEPARTEMENT.search(reste)
    nom = key_of(without_cedex(_DEPARTEMENT.sub("", reste).strip()))
    ici = Q()
    if postal:
        ici &= Q(codes_postaux__contains=[postal[1]])
    if departement:
        ici &= Q(departement=departement[1].upper())
    if not postal and not nom:
        raise LieuInconnu(f"Tapez le nom d’une commune ou son code postal{NBSP}: {quoted('Nantes')}, 44000.")
    rows = Commune.objects.filter(ici).select_related("actuelle").order_by("insee")
    if nom:
        rows = rows.alias(cle=CleNom("tri")).filter(cle=nom)
    found = list({(row.actuelle or row).insee: row.actuelle or row for row in rows[:50]}.values())
    if not found and not nom:
        raise LieuInconnu(f"Aucune commune connue n’a le code postal {postal[1]}{NBSP}: vérifiez-le.")
    if not found:
        _refuse_larger(texte, nom)
        return (_beginning(texte, nom, ici),)
    if len(found) > 1 and not postal:
        raise LieuInconnu(_ask(texte, found, "s’appellent"))
    return tuple(found)


def _refuse_larger(texte: str, nom: str) -> None:
    """Raise `LieuInconnu` when `nom`, which no commune bears, is that of the region or of one of its
    départements."""
    if nom == key_of(settings.CARIF.region):
        raise LieuInconnu(f"{quoted(texte)} est une région{NBSP}: videz cette case pour y chercher partout.")
    if any(nom in (code.lower(), key_of(DEPARTEMENTS[code])) for code in settings.CARIF.departements):
        raise LieuInconnu(
            f"{quoted(texte)} est un département{NBSP}: videz cette case, et choisissez-le dans les filtres, "
            f"à {quoted('Département')}."
        )


def _beginning(texte: str, nom: str, ici: Q) -> Commune:
    """The only present commune of `ici` whose name begins by the words of `nom`, an article apart.

    Raises `LieuInconnu`, which proposes those that do, then those that look like it. One query.
    """
    debut = Q(tri__regex=_ARTICLE + r"[^a-z0-9]+".join(nom.split()) + r"\M")
    rangs = [When(debut & ici, then=0), When(debut, then=1)]
    near = list(
        Commune.objects.filter(debut | Q(tri__trigram_similar=nom), actuelle=None)
        .annotate(rang=Case(*rangs, default=2), ressemblance=TrigramSimilarity("tri", Value(nom)))
        .order_by("rang", "-ressemblance", "tri", "insee")[:LIMITE_CHOIX]
    )
    found = [commune for commune in near if commune.rang == 0]
    if len(found) == 1:
        return found[0]
    if found:
        raise LieuInconnu(_ask(texte, found, "commencent par"))
    names = ", ".join(_precise(commune) for commune in near)
    advice = f"essayez {names}" if names else "vérifiez son nom, ou tapez son code postal"
    raise LieuInconnu(f"{quoted(texte)} n’est pas une commune connue{NBSP}: {advice}.")


def _ask(texte: str, found: list[Commune], verbe: str) -> str:
    names = ", ".join(_precise(commune) for commune in found[:LIMITE_CHOIX])
    return f"Plusieurs communes {verbe} {quoted(texte)}{NBSP}: tapez par exemple {names}."


def _precise(commune: Commune) -> str:
    """« Nantes (44) »: what `find` understands."""
    return f"{commune.nom} ({commune.departement})"
