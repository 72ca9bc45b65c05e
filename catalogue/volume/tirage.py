"""What is drawn at random: organisations, places, actions, sessions. The same seed draws the same offer."""

from bisect import bisect
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from types import SimpleNamespace
from uuid import UUID

from catalogue.enums import NiveauEntree, PeriodeFormation, Public, Rythme, StatutAction
from catalogue.models import Certification, Commune, TypeDispositif
from catalogue.volume import mots

S = StatutAction
#: State, whether it is online besides, and in how many actions of a thousand.
ETATS = (
    (S.VALIDEE, True, 800),
    (S.EN_SAISIE, False, 30),
    (S.EN_SAISIE, True, 20),
    (S.EN_ATTENTE_VALIDATION, False, 20),
    (S.EN_ATTENTE_VALIDATION, True, 10),
    (S.EN_ATTENTE_REPONSE, False, 10),
    (S.REFUSEE, False, 30),
    (S.ARCHIVEE, False, 80),
)
#: Sessions of an action: one in three has one, some have a dozen; four on average.
SESSIONS = (1, 1, 1, 2, 2, 3, 4, 5, 8, 13)
DUREES = (1, 2, 3, 5, 10, 20, 45, 90, 150, 270)
COUTS = ("0.00", "450.00", "890.00", "1200.00", "2400.00", "4800.00", "9600.00")


class Liste(list):
    """Rows as `build_contenu` reads them from a manager."""

    def all(self) -> "Liste":
        return self


class Tirage:
    """Everything that is drawn, from one generator."""

    def __init__(self, graine: int, jour: date):
        self.alea = Random(graine)
        self.jour = jour
        self.certifications = list(Certification.objects.select_related("type_diplome").order_by("pk"))
        self.alea.shuffle(self.certifications)
        self._rangs = popularity(len(self.certifications), 0.9)
        communes = Commune.objects.filter(actuelle=None).order_by("pk")
        # Towns with many postal codes are large.
        self.communes = sorted(communes, key=lambda commune: -len(commune.codes_postaux))
        self._villes = popularity(len(self.communes), 0.8)
        self.types = list(TypeDispositif.objects.order_by("ordre", "pk"))
        self._types = popularity(len(self.types), 1.2)
        self._etats = list(accumulate(part for *_, part in ETATS))

    def pick(self, rows: list, cumules: list[float]):
        """One of `rows`, as often as `cumules` says."""
        return rows[bisect(cumules, self.alea.random() * cumules[-1], hi=len(rows) - 1)]

    def jeton(self) -> str:
        return str(UUID(int=self.alea.getrandbits(128), version=4))

    def organisme(self, pk: int) -> SimpleNamespace:
        """An organisation; one in two hundred has a SIRET whose key is wrong."""
        commune, alea = self.pick(self.communes, self._villes), self.alea
        nom = f"{alea.choice(mots.FORMES)} {alea.choice(mots.OBJETS)} {commune.nom}"
        siret = siret_of(pk)
        if pk % 200 == 0:
            siret = f"{siret[:-1]}{(int(siret[-1]) + 1) % 10}"
        return SimpleNamespace(
            pk=pk,
            raison_sociale=f"{nom} {pk}",
            nom_usage=nom if pk % 3 == 0 else "",
            siret=siret,
            nda=f"5244{pk % 100_000:05d}{commune.departement[:2]}",
            uai="",
            telephone=f"02 40 {pk // 10_000 % 100:02d} {pk // 100 % 100:02d} {pk % 100:02d}",
            courriel=f"contact@organisme{pk}.exemple.fr",
            site_web=f"https://organisme{pk}.exemple.fr/",
            **self._adresse(commune),
        )

    def site(self, pk: int, organisme: SimpleNamespace, rang: int) -> SimpleNamespace:
        """A place of `organisme`: its own town for the first, others for the rest."""
        commune = self.pick(self.communes, self._villes)
        adresse = self._adresse(commune)
        if rang == 0:
            adresse = {nom: getattr(organisme, nom) for nom in adresse}
        return SimpleNamespace(
            pk=pk,
            nom=f"Site {adresse['ville']}" if rang else organisme.raison_sociale,
            siret=organisme.siret if rang == 0 else "",
            uai="",
            telephone=organisme.telephone,
            courriel="",
            **adresse,
        )

    def _adresse(self, commune: Commune) -> dict:
        lignes = [f"{self.alea.randint(1, 120)} {self.alea.choice(mots.VOIES)}"]
        code = self.alea.choice(commune.codes_postaux) if commune.codes_postaux else "44000"
        return {
            "lignes": lignes,
            "code_postal": code,
            "ville": commune.nom[:50],
            "departement": commune.departement,
            "commune_id": commune.pk,
        }

    def certification(self) -> Certification:
        """The usual ones come back a lot, the rare ones seldom."""
        return self.pick(self.certifications, self._rangs)

    def etat(self) -> tuple[StatutAction, bool]:
        """A state, and whether the action is online."""
        statut, en_ligne, _ = self.pick(ETATS, self._etats)
        return statut, en_ligne

    def action(self, pk: int, formation, organisme, sites: list) -> SimpleNamespace:
        alea = self.alea
        entreprise = alea.choice((None, None, 70, 140, 420))
        niveaux = (NiveauEntree.SANS_NIVEAU, NiveauEntree.NIVEAU_3, NiveauEntree.NIVEAU_4)
        return SimpleNamespace(
            pk=pk,
            formation=formation,
            organisme=organisme,
            site_dispensateur=alea.choice(sites),
            complement_intitule=alea.choice(mots.COMPLEMENTS),
            complement_descriptif=alea.choice(mots.DESCRIPTIFS),
            url=f"{organisme.site_web}formations/{pk}",
            niveau_entree=alea.choice(niveaux).value,
            type_parcours=alea.choice("1234"),
            modalites_pedagogiques=alea.choice(mots.PEDAGOGIES),
            modalites_es="1" if alea.random() < 0.3 else "0",
            duree_centre=alea.choice((7, 14, 35, 70, 140, 400, 800, 1200)),
            duree_entreprise=entreprise,
            duree_hebdo=None,
            commentaire_duree=alea.choice(mots.DUREES),
            commentaire_prerequis=alea.choice(mots.PREREQUIS),
            certification_precedente="",
        )

    def session(self, action: SimpleNamespace, sites: list) -> SimpleNamespace:
        """Permanent entries last the civil year; one start in three is past, half of those have ended."""
        alea = self.alea
        debut = self.jour + timedelta(days=alea.randint(-250, 400))
        fin = debut + timedelta(days=alea.choice(DUREES))
        if action.modalites_es == "1":
            debut, fin = date(debut.year, 1, 1), date(debut.year, 12, 31)
        capacite = alea.choice((8, 12, 15, 20))
        return SimpleNamespace(
            site_lieu=alea.choice(sites),
            date_debut=debut,
            date_fin=fin,
            rythmes=[alea.choice(Rythme.values)],
            periodes=[alea.choice(PeriodeFormation.values)] if alea.random() < 0.5 else [],
            modalites_enseignement=alea.choice("0001112"),
            capacite=capacite,
            places_disponibles=alea.choice((0, capacite, capacite // 2)),
            dispositifs=Liste(self._dispositif(capacite) for _ in range(alea.choice((1, 1, 1, 2)))),
        )

    def _dispositif(self, capacite: int) -> SimpleNamespace:
        alea, type_ = self.alea, self.pick(self.types, self._types)
        return SimpleNamespace(
            type=type_,
            type_id=type_.pk,
            publics=[alea.choice(Public.values)],
            codes_externes="",
            nb_places=capacite,
            cout_stagiaire=alea.choice(COUTS),
            prise_en_charge=alea.random() < 0.5,
            est_actif=True,
        )


def popularity(nombre: int, pente: float, decalage: int = 3) -> list[float]:
    """Cumulated weights of `nombre` things by rank: the first comes most often (Zipf)."""
    return list(accumulate(1 / (rang + decalage) ** pente for rang in range(nombre)))


def siret_of(rang: int) -> str:
    """A SIRET with valid keys, the same for the same rank."""
    siren = _with_key(f"{80_000_000 + rang:08d}")
    return _with_key(f"{siren}0001")


def _with_key(chiffres: str) -> str:
    total = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) * (1 if rang % 2 else 2)
        total += valeur - 9 if valeur > 9 else valeur
    return chiffres + str(-total % 10)
