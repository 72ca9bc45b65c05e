"""What is drawn at random: organisations, places, actions, sessions. The same seed draws the same offer."""

from bisect import bisect
from datetime import date, timedelta
from itertools import accumulate, product
from random import Random
from types import SimpleNamespace

from catalogue.enums import NiveauEntree, PeriodeFormation, Public, Rythme, StatutAction
from catalogue.identifiants import LETTRES_UAI
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
#: Read once: an enumeration makes its list anew each time.
RYTHMES, PERIODES, PUBLICS = Rythme.values, PeriodeFormation.values, Public.values
#: Days from the first to the last, hours in the centre that they hold, hours in a company of a longer course.
DUREES = (
    (1, (7, 14), None),
    (2, (14, 21), None),
    (3, (21, 28), None),
    (5, (28, 35), None),
    (10, (35, 70), None),
    (20, (70, 105), None),
    (45, (105, 140), 70),
    (90, (210, 280), 140),
    (150, (400, 490), 210),
    (270, (600, 800), 420),
)
#: Sessions start from so many days ago, when they have been online, to so many ahead: one in five has ended.
PASSE, AVENIR = 250, 400
#: Days that what is sent has waited, on average: most wait a week, a few a month.
ATTENTE = 8
#: Shares of the organisations: certified Qualiopi; with a UAI, hence able to train apprentices.
PART_QUALIOPI, PART_UAI = 0.92, 0.5
#: A certificate, in days; and since when it runs.
QUALIOPI, QUALIOPI_DEPUIS = 3 * 365, (200, 800)
#: How often a code whose last year is over is drawn all the same: what was online is not always mended.
PART_CODES_FINIS = 0.1
#: UAI of places come after those of organisations.
RANG_SITES = 50_000
UN_JOUR = timedelta(days=1)
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
        en_vigueur = Certification.objects.filter(retiree_le=None)
        self.certifications = list(en_vigueur.select_related("type_diplome").order_by("pk"))
        self.alea.shuffle(self.certifications)
        self._rangs = popularity(len(self.certifications), 0.9)
        communes = Commune.objects.filter(actuelle=None).order_by("pk")
        # Towns with many postal codes are large.
        self.communes = sorted(communes, key=lambda commune: -len(commune.codes_postaux))
        self._villes = popularity(len(self.communes), 0.8)
        types = list(TypeDispositif.objects.order_by("ordre", "pk"))
        self._types = {droits: allowed(types, *droits) for droits in product((False, True), repeat=2)}
        self._etats = list(accumulate(part for *_, part in ETATS))

    def pick(self, rows: list, cumules: list[float]):
        """One of `rows`, as often as `cumules` says."""
        return rows[bisect(cumules, self.alea.random() * cumules[-1], hi=len(rows) - 1)]

    def jeton(self) -> str:
        return f"{self.alea.getrandbits(128):032x}"

    def organisme(self, pk: int) -> SimpleNamespace:
        """An organisation; one in two hundred has a SIRET whose key is wrong."""
        commune, alea = self.pick(self.communes, self._villes), self.alea
        nom = f"{alea.choice(mots.FORMES)} {alea.choice(mots.OBJETS)} {commune.nom}"
        siret = siret_of(pk)
        if pk % 200 == 0:
            siret = f"{siret[:-1]}{(int(siret[-1]) + 1) % 10}"
        debut = self.jour - timedelta(days=alea.randint(*QUALIOPI_DEPUIS))
        est_qualiopi = alea.random() < PART_QUALIOPI
        return SimpleNamespace(
            pk=pk,
            raison_sociale=f"{nom} {pk}",
            nom_usage=nom if pk % 3 == 0 else "",
            siret=siret,
            nda=f"5244{pk % 100_000:05d}{commune.departement[:2]}",
            uai=uai_of(pk) if alea.random() < PART_UAI else "",
            est_qualiopi=est_qualiopi,
            qualiopi_debut=debut if est_qualiopi else None,
            qualiopi_fin=debut + timedelta(days=QUALIOPI) if est_qualiopi else None,
            telephone=f"02 40 {pk // 10_000 % 100:02d} {pk // 100 % 100:02d} {pk % 100:02d}",
            courriel=f"contact@organisme{pk}.exemple.fr",
            site_web=f"https://organisme{pk}.exemple.fr/",
            **self._adresse(commune),
        )

    def site(self, pk: int, organisme: SimpleNamespace, rang: int) -> SimpleNamespace:
        """A place of `organisme`: its own town for the first, others for the rest; a UAI when it has one."""
        commune = self.pick(self.communes, self._villes)
        adresse = self._adresse(commune)
        if rang == 0:
            adresse = {nom: getattr(organisme, nom) for nom in adresse}
        return SimpleNamespace(
            pk=pk,
            nom=f"Site {adresse['ville']}" if rang else organisme.raison_sociale,
            siret=organisme.siret if rang == 0 else "",
            uai=organisme.uai and (uai_of(RANG_SITES + pk) if rang else organisme.uai),
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
        while True:
            certification = self.pick(self.certifications, self._rangs)
            derniere = certification.annee_derniere_session
            if derniere is None or derniere >= self.jour.year or self.alea.random() < PART_CODES_FINIS:
                return certification

    def etat(self) -> tuple[StatutAction, bool]:
        """A state, and whether the action is online."""
        statut, en_ligne, _ = self.pick(ETATS, self._etats)
        return statut, en_ligne

    def ages(self, statut: StatutAction, en_ligne: bool) -> tuple[int, int]:
        """How many days ago the action was sent; and sent again, or taken up, when it was decided since."""
        attente = int(self.alea.expovariate(1 / ATTENTE))
        if en_ligne and statut != S.VALIDEE:
            return attente + self.alea.randint(5, 200), attente
        if statut == S.EN_ATTENTE_REPONSE:
            attente += 3
        elif statut != S.EN_ATTENTE_VALIDATION:
            attente = self.alea.randint(3, 200)
        return attente, attente

    def action(self, pk: int, formation, organisme, sites: list) -> SimpleNamespace:
        alea = self.alea
        jours, heures, entreprise = alea.choice(DUREES)
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
            jours=jours,
            duree_centre=alea.choice(heures),
            duree_entreprise=alea.choice((None, entreprise)),
            duree_hebdo=None,
            commentaire_duree=alea.choice(mots.DUREES),
            commentaire_prerequis=alea.choice(mots.PREREQUIS),
            certification_precedente="",
        )

    def session(self, action: SimpleNamespace, sites: list, depuis: int) -> SimpleNamespace:
        """A session that starts `depuis` days ago at most. Places are shared between its dispositifs."""
        alea = self.alea
        lieu = alea.choice(sites)
        debut, fin = self._dates(action, lieu, depuis)
        capacite = alea.choice((8, 12, 15, 20))
        nombre = alea.choice((1, 1, 1, 2))
        organisme = action.organisme
        couverte = organisme.est_qualiopi and organisme.qualiopi_debut <= debut <= organisme.qualiopi_fin
        types = self._types[couverte, bool(organisme.uai)]
        return SimpleNamespace(
            site_lieu=lieu,
            date_debut=debut,
            date_fin=fin,
            rythmes=[alea.choice(RYTHMES)],
            periodes=[alea.choice(PERIODES)] if alea.random() < 0.5 else [],
            modalites_enseignement=alea.choice("0001112"),
            capacite=capacite,
            places_disponibles=alea.choice((0, capacite, capacite // 2)),
            dispositifs=Liste(self._dispositif(types, capacite // nombre) for _ in range(nombre)),
        )

    def _dates(self, action: SimpleNamespace, lieu: SimpleNamespace, depuis: int) -> tuple[date, date]:
        """Never twice the same for a formation at one place, nor after the last year of a code that runs.

        Permanent entries last the civil year; where that is taken, what is left of it from the day drawn.
        """
        formation, permanentes = action.formation, action.modalites_es == "1"
        jusqu_a = AVENIR
        derniere = formation.certification.annee_derniere_session
        if derniere and derniere >= self.jour.year:
            jusqu_a = min(jusqu_a, (date(derniere, 12, 31) - self.jour).days)
        tiree = self.jour + timedelta(days=self.alea.randint(-depuis, jusqu_a))
        debut = date(tiree.year, 1, 1) if permanentes else tiree
        while True:
            fin = date(debut.year, 12, 31) if permanentes else debut + timedelta(days=action.jours)
            cle = (action.site_dispensateur.pk, lieu.pk, debut, fin)
            if cle not in formation.prises:
                formation.prises.add(cle)
                return debut, fin
            debut, tiree = tiree, tiree - UN_JOUR

    def _dispositif(self, types: tuple[list, list[float]], places: int) -> SimpleNamespace:
        alea, type_ = self.alea, self.pick(*types)
        return SimpleNamespace(
            type=type_,
            type_id=type_.pk,
            publics=[alea.choice(PUBLICS)],
            codes_externes="",
            nb_places=places,
            cout_stagiaire=alea.choice(COUTS),
            prise_en_charge=alea.random() < 0.5,
            est_actif=True,
        )

    def leave_gaps(self, action: SimpleNamespace, sessions: list[SimpleNamespace]) -> None:
        """A draft as people leave it: without its hours, without its dispositifs, or ready to be sent."""
        manque = self.alea.choice(("durées", "dispositifs", "", ""))
        if manque == "durées":
            action.duree_centre = action.duree_entreprise = None
            action.type_parcours = ""
        elif manque == "dispositifs":
            for session in sessions:
                session.dispositifs.clear()


def popularity(nombre: int, pente: float, decalage: int = 3) -> list[float]:
    """Cumulated weights of `nombre` things by rank: the first comes most often (Zipf)."""
    return list(accumulate(1 / (rang + decalage) ** pente for rang in range(nombre)))


def allowed(types: list[TypeDispositif], qualiopi: bool, uai: bool) -> tuple[list, list[float]]:
    """Those of `types` that a certificate and a UAI, had or not, allow; with their weights, cumulated."""
    permis = {
        type_: 1 / (rang + 3) ** 1.2
        for rang, type_ in enumerate(types)
        if (qualiopi or not type_.exige_qualiopi) and (uai or not type_.est_apprentissage)
    }
    return list(permis), list(accumulate(permis.values()))


def siret_of(rang: int) -> str:
    """A SIRET with valid keys, the same for the same rank."""
    siren = _with_key(f"{80_000_000 + rang:08d}")
    return _with_key(f"{siren}0001")


def uai_of(rang: int) -> str:
    """A UAI with its letter, the same for the same rank."""
    chiffres = 440_000 + rang
    return f"{chiffres:07d}{LETTRES_UAI[chiffres % 23]}"


def _with_key(chiffres: str) -> str:
    total = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) * (1 if rang % 2 else 2)
        total += valeur - 9 if valeur > 9 else valeur
    return chiffres + str(-total % 10)
