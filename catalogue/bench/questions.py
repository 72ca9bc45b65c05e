"""What people ask of the public search: a mix drawn from the offer, its worst questions not hidden."""

from datetime import timedelta
from random import Random
from urllib.parse import urlencode

from django.utils import timezone

from catalogue.certifications.mots import words
from catalogue.models import Certification, Commune, MotRecherche, TypeDispositif

#: On nearly every sheet; on none.
TRES_COURANTS = ("titre", "professionnel", "formation", "gestion", "CAP")
SANS_REPONSE = ("zzyzxq", "qwrtpsdf", "xylophonographie")
RAYONS = ("10", "20", "30", "50")


def build_questions(nombre: int, graine: int = 1) -> list[str]:
    """`nombre` query strings: 30 % very common words, 40 % trades (a slip in some), 10 % with a town, 15 % no
    text, the rest finds nothing; each with the filters people add (département, level, funding, dates)."""
    return list(Questions(graine).draw(nombre))


class Questions:
    def __init__(self, graine: int):
        self.alea = Random(graine)
        intitules = Certification.objects.order_by("pk").values_list("intitule", flat=True)
        self.metiers = [" ".join(words(intitule)[-2:]) for intitule in intitules]
        # A number typed alone is a way to a page, not a word.
        courants = MotRecherche.objects.exclude(mot__regex="^[0-9]").order_by("-nombre", "mot")
        self.courants = [*TRES_COURANTS, *courants.values_list("mot", flat=True)[:20]]
        communes = Commune.objects.filter(actuelle=None).order_by("pk")
        self.communes = list(communes.values_list("nom", flat=True))
        self.departements = sorted(set(communes.values_list("departement", flat=True)))
        self.types = list(TypeDispositif.objects.order_by("pk").values_list("pk", flat=True))

    def draw(self, nombre: int):
        for _ in range(nombre):
            params = self._text() | self._filters()
            yield urlencode(params)

    def _text(self) -> dict[str, str]:
        alea, tirage = self.alea, self.alea.random()
        if tirage < 0.30:
            return {"q": alea.choice(self.courants)}
        if tirage < 0.70:
            metier = alea.choice(self.metiers)
            return {"q": _slip(metier, alea) if alea.random() < 0.1 else metier}
        if tirage < 0.80:
            place = {"lieu": alea.choice(self.communes), "rayon": alea.choice(RAYONS)}
            return {"q": alea.choice(self.metiers)} | place
        return {} if tirage < 0.95 else {"q": alea.choice(SANS_REPONSE)}

    def _filters(self) -> dict[str, str]:
        alea, filtres = self.alea, {}
        if alea.random() < 0.4:
            filtres["departement"] = alea.choice(self.departements)
        if alea.random() < 0.2:
            filtres["niveau"] = str(alea.randint(3, 7))
        if alea.random() < 0.25:
            filtres["dispositif"] = alea.choice(self.types)
        if alea.random() < 0.3:
            debut = timezone.localdate() + timedelta(days=alea.randint(0, 200))
            filtres["debut_min"] = debut.isoformat()
        return filtres


def _slip(texte: str, alea: Random) -> str:
    """`texte` with two letters exchanged, as fingers do."""
    rang = alea.randrange(max(len(texte) - 1, 1))
    return texte[:rang] + texte[rang + 1 : rang + 2] + texte[rang : rang + 1] + texte[rang + 2 :]
