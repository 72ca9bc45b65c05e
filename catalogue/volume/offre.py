"""An offer of national size: sources, journal, and what is online with all that follows from it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from catalogue.enums import StatutAction, TypeEvenement
from catalogue.models import (
    Action,
    Demande,
    Diffusion,
    Dispositif,
    Evenement,
    FicheRecherche,
    Formation,
    FragmentLheo,
    Organisme,
    Retrait,
    Session,
    Site,
)
from catalogue.volume.champs import ACTION, ORGANISME, SITE, adresse, textes
from catalogue.volume.copie import Flot, bulk, marked
from catalogue.volume.en_ligne import EnLigne, write_sorties
from catalogue.volume.equipe import Equipe
from catalogue.volume.moments import Moments, dates_of, first_starts
from catalogue.volume.tirage import SESSIONS, Tirage, popularity
from sofi.lignes import tableau

S = StatutAction
SOURCES = (Organisme, Site, Formation, Action, Session, Dispositif, Evenement, Demande, Retrait)
SORTIES = (Diffusion, FicheRecherche, FragmentLheo)
#: Sessions written at a time.
LOT = 5_000
#: Sessions of an organisme on average; and no more organisations than the country has.
PAR_ORGANISME, MAX_ORGANISMES = 45, 25_000
AUTEUR = "volume@exemple.fr"
PARIS = ZoneInfo("Europe/Paris")


class Volume:
    """Writes an offer in empty tables. Certifications, communes and types of dispositif must be there."""

    def __init__(self, sessions: int, graine: int, jour: date, dire: Callable[[str], None] = lambda _: None):
        self.voulues, self.jour, self.dire = sessions, jour, dire
        self.tirage = Tirage(graine, jour)
        self.flots = {model: Flot(model) for model in SOURCES}
        self.equipe = Equipe()
        self.cles = dict.fromkeys(SOURCES, 0)
        self.en_ligne = EnLigne(jour)
        self.nombre = self.numeros = 0

    def write(self) -> int:
        """Write everything; how many sessions there are."""
        self.auteur, _ = get_user_model().objects.get_or_create(
            email=AUTEUR, defaults={"prenom": "Valérie", "nom": "Volume", "role_carif": "valideur"}
        )
        organismes = min(max(self.voulues // PAR_ORGANISME, 1), MAX_ORGANISMES)
        poids = popularity(organismes, 0.7, decalage=1)
        with marked():
            with bulk(model._meta.db_table for model in (*SOURCES, *SORTIES)), self.equipe:
                for rang in range(organismes):
                    # What this organisme and those before it should have written in all.
                    self._organisme(round(self.voulues * poids[rang] / poids[-1]))
                self._flush()
            with connection.cursor() as cursor:
                cursor.execute("SELECT setval('catalogue_session_numero', %s)", [max(self.numeros, 1)])
        return self.nombre

    def _key(self, model) -> int:
        self.cles[model] += 1
        return self.cles[model]

    def _organisme(self, jusqu_a: int) -> None:
        """An organisme with its places, and actions until there are `jusqu_a` sessions."""
        tirage = self.tirage
        organisme = tirage.organisme(self._key(Organisme))
        self.flots[Organisme].add(
            id=str(organisme.pk), **adresse(organisme), **textes(organisme, ORGANISME), jeton=tirage.jeton()
        )
        nombre = 1 + (jusqu_a - self.nombre > 30) + (jusqu_a - self.nombre > 200) * 4
        sites = [tirage.site(self._key(Site), organisme, rang) for rang in range(nombre)]
        for site in sites:
            self.flots[Site].add(
                id=str(site.pk),
                organisme_id=str(organisme.pk),
                **adresse(site),
                **textes(site, SITE),
                statut="actif",
                jeton=tirage.jeton(),
            )
        formations: dict[str, SimpleNamespace] = {}
        while self.nombre < jusqu_a:
            formation = self._formation(organisme, formations)
            self._action(formation, organisme, sites, jusqu_a - self.nombre)
        if len(self.flots[Session]) >= LOT:
            self._flush()

    def _formation(self, organisme: SimpleNamespace, formations: dict) -> SimpleNamespace:
        certification = self.tirage.certification()
        if certification.code not in formations:
            pk = self._key(Formation)
            formations[certification.code] = SimpleNamespace(
                pk=pk,
                certification=certification,
                intitule=certification.intitule,
                objectif=certification.objectif,
                programme=certification.programme,
                prises=set(),
            )
            self.flots[Formation].add(
                id=str(pk), organisme_id=str(organisme.pk), certification_id=certification.code
            )
        return formations[certification.code]

    def _action(self, formation, organisme, sites: list, reste: int) -> None:
        tirage = self.tirage
        statut, en_ligne = tirage.etat()
        action = tirage.action(self._key(Action), formation, organisme, sites)
        action.revision = 3
        age, age_reprise = tirage.ages(statut, en_ligne)
        nombre = min(tirage.alea.choice(SESSIONS), reste)
        sessions = [
            tirage.session(action, sites, depuis)
            for depuis in first_starts(nombre, statut, en_ligne, age_reprise)
        ]
        if statut == S.EN_SAISIE and not en_ligne:
            tirage.leave_gaps(action, sessions)
        # A session at least had not ended on the day the action was sent.
        age = max(age, (self.jour - max(s.date_fin for s in sessions)).days)
        moments = self._moments(age, age_reprise)
        dates = dates_of(statut, en_ligne, moments)
        if statut == S.EN_ATTENTE_VALIDATION:
            envoi = timezone.localdate(moments.reprise)
            a_venir = [s.date_debut for s in sessions if s.date_debut >= envoi]
            dates["premier_debut"] = min(a_venir, default=envoi).isoformat()
        self.flots[Action].add(
            id=str(action.pk),
            formation_id=str(formation.pk),
            organisme_id=str(organisme.pk),
            site_dispensateur_id=str(action.site_dispensateur.pk),
            **textes(action, ACTION),
            statut=statut.value,
            revision=str(action.revision),
            jeton=tirage.jeton(),
            **dates,
        )
        self._journal(action, statut, en_ligne, moments)
        publish = self.en_ligne.publisher(action, moments.decision) if en_ligne else None
        for session in sessions:
            self._session(action, session, statut, publish, moments.decision)

    def _session(self, action, session, statut: S, publish, decision: datetime) -> None:
        self.nombre += 1
        pk = self._key(Session)
        if publish or statut == S.ARCHIVEE:
            self.numeros += 1
            session.numero = f"{settings.CARIF.code_lheo}_{self.numeros:06d}"
        else:
            session.numero = None
        self.flots[Session].add(
            id=str(pk),
            action_id=str(action.pk),
            organisme_id=str(action.organisme.pk),
            site_lieu_id=str(session.site_lieu.pk),
            date_debut=session.date_debut.isoformat(),
            date_fin=session.date_fin.isoformat(),
            rythmes=tableau(session.rythmes),
            periodes=tableau(session.periodes),
            modalites_enseignement=session.modalites_enseignement,
            capacite=str(session.capacite),
            places_disponibles=str(session.places_disponibles),
            numero=session.numero,
            est_archivee="t" if statut == S.ARCHIVEE else "f",
            jeton=self.tirage.jeton(),
        )
        for dispositif in session.dispositifs:
            self.flots[Dispositif].add(
                id=str(self._key(Dispositif)),
                session_id=str(pk),
                organisme_id=str(action.organisme.pk),
                type_id=dispositif.type_id,
                publics=tableau(dispositif.publics),
                nb_places=str(dispositif.nb_places),
                cout_stagiaire=dispositif.cout_stagiaire,
                prise_en_charge="t" if dispositif.prise_en_charge else "f",
                jeton=self.tirage.jeton(),
            )
        if publish:
            publish(session, pk)
        elif session.numero:
            self.flots[Retrait].add(
                numero=session.numero,
                action_id=str(action.pk),
                organisme_id=str(action.organisme.pk),
                motif="archivee",
                le=decision.isoformat(),
            )

    def _journal(self, action, statut: S, en_ligne: bool, moments: Moments) -> None:
        """What happened to the action, and the question that waits."""
        if statut == S.EN_SAISIE and not en_ligne:
            return
        attente, decision = S.EN_ATTENTE_VALIDATION, moments.decision
        self._line(action, TypeEvenement.SUBMIT, S.EN_SAISIE, attente, moments.envoi)
        if en_ligne:
            self._line(action, TypeEvenement.APPROVE, attente, S.VALIDEE, decision, delai_ouvre="1")
            if statut != S.VALIDEE:
                self._line(action, TypeEvenement.REOPEN, S.VALIDEE, S.EN_SAISIE, moments.reprise)
            if statut == attente:
                self._line(action, TypeEvenement.SUBMIT, S.EN_SAISIE, attente, moments.reprise)
        elif statut == S.REFUSEE:
            self._line(action, TypeEvenement.REFUSE, attente, S.REFUSEE, decision, texte="Hors champ.")
        elif statut == S.ARCHIVEE:
            self._line(action, TypeEvenement.ARCHIVE, attente, S.ARCHIVEE, decision, texte="Doublon.")
        elif statut == S.EN_ATTENTE_REPONSE:
            question = "Quelle est la durée en entreprise ?"
            self._line(action, TypeEvenement.REQUEST_CHANGES, attente, statut, decision, texte=question)
            self.flots[Demande].add(
                id=str(self._key(Demande)),
                action_id=str(action.pk),
                question=question,
                posee_par_id=str(self.auteur.pk),
                posee_le=decision.isoformat(),
            )

    def _line(self, action, type_: TypeEvenement, avant: S, apres: S, le: datetime, **champs: str) -> None:
        self.flots[Evenement].add(
            id=str(self._key(Evenement)),
            action_id=str(action.pk),
            type=type_.value,
            statut_avant=avant.value,
            statut_apres=apres.value,
            revision=str(action.revision),
            auteur_id=str(self.auteur.pk),
            par_carif="t",
            le=le.isoformat(),
            **champs,
        )

    def _moments(self, age: int, age_reprise: int) -> Moments:
        envoi = self._instant(age)
        reprise = self._instant(age_reprise) if age_reprise < age else envoi
        decision = envoi + timedelta(days=self.tirage.alea.randint(0, 3))
        return Moments(envoi, min(decision, timezone.now()), reprise)

    def _instant(self, jours: int) -> datetime:
        """Working hours, `jours` days ago; never in the future."""
        heure = time(self.tirage.alea.randint(8, 17), self.tirage.alea.randint(0, 59))
        instant = datetime.combine(self.jour - timedelta(days=jours), heure, PARIS)
        return min(instant, timezone.now())

    def _flush(self) -> None:
        """Copy what waits; what follows from what is online is written beside, while the next is made."""
        for flot in (*self.flots.values(), self.en_ligne.flot):
            flot.write()
        if rows := self.en_ligne.take():
            self.equipe.do(partial(write_sorties, rows))
        self.dire(f"{self.nombre} sessions")
