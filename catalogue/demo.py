"""The demo's organisations, people and offer, typed as people type them: by `saisie` and `workflow`.

What happened is told in `fixtures/demo/offre.toml`, in days before today; this module plays it.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalogue import (
    attribution,
    completude,
    demandes_aif,
    derogations,
    fil,
    journal,
    recherches_suivies,
    remplacement,
    saisie,
    signalement,
    workflow,
)
from catalogue.completude import FINANCEMENT_PRIVE
from catalogue.enums import CauseCorrection, RoleOrganisme, StatutSite, TypeEvenementEtablissement
from catalogue.models import (
    Action,
    Certification,
    Commune,
    Contact,
    DemandeAIF,
    Diffusion,
    Dispositif,
    Formation,
    NoteInterne,
    Organisme,
    PointDemande,
    Session,
    Site,
)
from catalogue.pilotage import mesures
from catalogue.points import Point, tick
from catalogue.recherches_suivies.requete import read
from sofi.chiffrement import dechiffrer
from sofi.models import Courriel

SOURCE = settings.BASE_DIR / "fixtures" / "demo" / "offre.toml"

#: Keys of an action that name a certification.
_CODES = ("certification", "remplacee_par")


def read_source() -> dict:
    """The story of the demo, as plain tables."""
    with SOURCE.open("rb") as file:
        return tomllib.load(file)


def missing_certifications(source: dict) -> set[str]:
    """Codes the story needs and the catalogue does not hold."""
    codes = {action[key] for action in source["actions"] for key in _CODES if key in action}
    return codes - set(Certification.objects.filter(pk__in=codes).values_list("pk", flat=True))


@transaction.atomic
def load(source: dict) -> None:
    """Fill an empty base with `source`; all or nothing."""
    Player(source).play()


class Player:
    """Plays the story, with the clock of each moment."""

    def __init__(self, source: dict):
        self.source = source
        self.now = timezone.now()
        self.defaut = source["defaut"]

    def play(self) -> None:
        self.communes = set(Commune.objects.values_list("pk", flat=True))
        self.organismes = {key: self._organisme(row) for key, row in self.source["organismes"].items()}
        self.sites = {key: self._site(fields) for key, fields in self.source["sites"].items()}
        self._accounts()
        self._contacts()
        self._history()
        for action in sorted(self.source["actions"], key=lambda action: -action["age"]):
            self._action(dict(action))
        for demande in self.source["demandes_aif"]:
            self._demande_aif(demande)
        self._feeds()
        self._recherches()
        mesures.compute(self.now)

    def _organisme(self, fields: dict) -> Organisme:
        """An organisme; the dates of its Qualiopi certificate are told in days from today."""
        today = timezone.localdate(self.now)
        dates = {name: today + timedelta(days=fields[name]) for name in ("qualiopi_debut", "qualiopi_fin")}
        return Organisme.objects.create(est_qualiopi=True, **self._place(fields) | dates)

    def _site(self, fields: dict) -> Site:
        """A place, typed `age` days ago; the Carif-Oref has checked it unless it waits."""
        rest = {"statut": "actif"} | fields | {"organisme": self.organismes[fields["organisme"]]}
        moment = next(self._moments(rest.pop("age", 300)))
        return Site.objects.create(**self._place(rest), cree_le=moment, soumis_le=moment)

    def _history(self) -> None:
        """The journal of the places in the order of time: who typed each, who checked it two days later."""
        lines = []
        for fields, site in zip(self.source["sites"].values(), self.sites.values(), strict=True):
            auteur = self.saisit.get(fields["organisme"], self.valideur)
            lines.append((site.cree_le, site, TypeEvenementEtablissement.CREATION, auteur))
            if site.statut == StatutSite.ACTIF:
                moment = site.cree_le + timedelta(days=2)
                lines.append((moment, site, TypeEvenementEtablissement.APPROVE, self.valideur))
        for moment, site, quoi, auteur in sorted(lines, key=itemgetter(0)):
            with clock(moment):
                journal.record_etablissement(site, quoi, by=auteur)

    def _place(self, fields: dict) -> dict:
        """`fields` with the commune as a key, when the base holds it."""
        rest = {key: value for key, value in fields.items() if key != "commune"}
        return rest | {"commune_id": fields["commune"] if fields["commune"] in self.communes else None}

    def _contacts(self) -> None:
        for fields in self.source["contacts"]:
            site = self.sites[fields["site"]] if "site" in fields else None
            rest = fields | {"organisme": self.organismes[fields["organisme"]], "site": site}
            Contact.objects.create(**rest)

    def _accounts(self) -> None:
        """One password for all, hashed once: Argon2 is slow on purpose."""
        password = make_password(self.source["mot_de_passe"])
        self.saisit: dict = {}
        for compte in self.source["comptes"]:
            compte = dict(compte)
            roles = compte.pop("roles", {})
            user = get_user_model().objects.create(password=password, **compte)
            for cle, role in roles.items():
                user.organismes.add(self.organismes[cle], through_defaults={"role": role})
                if role == RoleOrganisme.GESTIONNAIRE:
                    self.saisit.setdefault(cle, user)
            if user.role_carif == "valideur":
                self.valideur = user
            if user.role_carif == "agent":
                self.agent = user

    def _action(self, histoire: dict) -> None:
        cle = histoire["organisme"]
        organisme = self.organismes[cle]
        auteur = self.saisit.get(cle, self.valideur)
        etapes = histoire.pop("etapes", [])
        moment = self._moments(histoire["age"])
        with clock(next(moment)):
            formation = self._formation(organisme, histoire)
        fields = self._fields("action", Action, histoire) | {"site_dispensateur": self._lieu(histoire)}
        row = Action(formation=formation, organisme=organisme, **fields)
        action = self._save(row, moment, auteur)
        for session in histoire.get("sessions", []):
            self._session(action, dict(session), moment, auteur)
        if "remplacee_par" in histoire:
            with clock(next(self._moments(histoire["remplacee_il_y_a"]))):
                remplacement.replace_one(action.pk, histoire["remplacee_par"], by=self.valideur)
        for rang, etape in enumerate(etapes):
            with clock(next(self._moments(etape["il_y_a"], hour=14 + rang))):
                self._etape(action.pk, dict(etape), auteur)

    def _formation(self, organisme: Organisme, histoire: dict) -> Formation:
        libre = {key: text for key, text in histoire.items() if key.endswith("_libre")}
        code = histoire.get("certification")
        formation, _ = Formation.objects.get_or_create(
            organisme=organisme, certification_id=code, defaults={"cree_le": timezone.now()}, **libre
        )
        return formation

    def _session(self, action: Action, histoire: dict, moment: Iterator[datetime], auteur) -> None:
        fields = self._fields("session", Session, histoire) | {"site_lieu": self._lieu(histoire)}
        sans = histoire.get("sans", [])
        if "date_debut" not in sans:
            fields["date_debut"] = self._day(histoire["debut"], weekday=0)
        if "date_fin" not in sans:
            fields["date_fin"] = self._day(histoire["fin"], weekday=4)
        row = self._save(Session(action=action, organisme=action.organisme, **fields), moment, auteur)
        if "dispositif" in sans:
            return
        for code in histoire.get("types", [FINANCEMENT_PRIVE]):
            fields = self._fields("dispositif", Dispositif, {}) | {"nb_places": row.capacite}
            fields["cout_stagiaire"] = histoire.get("cout", fields["cout_stagiaire"])
            dispositif = Dispositif(session=row, organisme=action.organisme, type_id=code, **fields)
            self._save(dispositif, moment, auteur)

    def _fields(self, name: str, model, histoire: dict) -> dict:
        """The row's columns: the defaults, what the story says, without what is not typed yet."""
        sans = histoire.get("sans", [])
        columns = {field.name for field in model._meta.fields} - {"organisme"}
        typed = self.defaut[name] | {k: v for k, v in histoire.items() if k in columns}
        return {key: value for key, value in typed.items() if key not in sans}

    def _lieu(self, histoire: dict) -> Site | None:
        absent = {"site_dispensateur", "site_lieu"} & set(histoire.get("sans", []))
        return None if absent else self.sites[histoire["site"]]

    def _save(self, row, moment: Iterator[datetime], auteur):
        with clock(next(moment)) as now:
            row.cree_le = row.modifie_le = now
            return saisie.create(row, uuid4(), by=auteur)[0]

    def _etape(self, pk: int, etape: dict, auteur) -> None:
        """One more thing that happened: a transition of the workflow, or what people do around it."""
        texte, champs = etape.get("texte", ""), etape.get("champs", ())
        match etape["fait"]:
            case "modifier":
                row = self._row(pk, etape.get("objet", "action"))
                for champ, valeur in champs.items():
                    setattr(row, champ, valeur)
                saisie.update(row, list(champs), row.version, by=auteur)
            case "ajouter":
                moment = iter([timezone.now()] * 2)
                self._session(Action.objects.get(pk=pk), etape["session"], moment, auteur)
            case "message":
                by = self.agent if etape["par"] == "carif" else auteur
                fil.post(pk, texte, attend=etape["attend"], jeton=uuid4(), by=by)
            case "signaler":
                en_ligne = Diffusion.objects.filter(action=pk).order_by("numero").first()
                signalement.report(en_ligne, objet=etape["sur"], texte=texte, courriel="", jeton=uuid4())
            case "prendre":
                attribution.claim(pk, by=self.valideur if etape.get("par") == "valideur" else self.agent)
            case "noter":
                NoteInterne.objects.create(action_id=pk, auteur=self.agent, texte=texte)
            case "ecarter":
                self._waive(pk, texte)
            case nom:
                self._transition(pk, nom, texte, champs, auteur)

    def _row(self, pk: int, objet: str):
        """The action `pk`, or its first session or dispositif."""
        match objet:
            case "session":
                return Session.objects.filter(action=pk).order_by("pk").first()
            case "dispositif":
                return Dispositif.objects.filter(session__action=pk).order_by("pk").first()
        return Action.objects.get(pk=pk)

    def _waive(self, pk: int, motif: str) -> None:
        """Let the first warning of the action pass, if there is one."""
        constats = completude.findings(Action.objects.with_tree().get(pk=pk))
        avertissements = (c for c in constats if c.poids is completude.Poids.AVERTISSEMENT)
        if constat := next(avertissements, None):
            derogations.waive(pk, constat.cle, motif, by=self.valideur)

    def _transition(self, pk: int, nom: str, texte: str, champs: Sequence[str], auteur) -> None:
        if nom == "answer":
            ouverts = PointDemande.objects.filter(demande__action=pk, corrige_le=None)
            tick(pk, coches=list(ouverts.values_list("pk", flat=True)), by=auteur)
        roles = workflow.TRANSITIONS[nom].roles
        by = self.valideur if workflow.Role.OF not in roles or nom == "archive" else auteur
        workflow.apply(pk, nom, by=by, texte=texte, points=[self._point(pk, champ) for champ in champs])

    def _demande_aif(self, histoire: dict) -> None:
        """A request for an offer without code, sent `il_y_a` days ago, and perhaps taken since."""
        organisme, lieu = self.organismes[histoire["organisme"]], self.sites[histoire["site"]]
        columns = {field.name for field in DemandeAIF._meta.fields} - {"organisme"}
        row = DemandeAIF(
            organisme=organisme,
            siret=organisme.siret,
            nom_usage=organisme.nom,
            date_debut=self._day(histoire["debut"], weekday=0),
            date_fin=self._day(histoire["fin"], weekday=4),
            duree_hebdo=35,
            lieu_organisme=organisme.nom,
            lieu_lignes=lieu.lignes,
            lieu_code_postal=lieu.code_postal,
            lieu_ville=lieu.ville,
            **{name: value for name, value in histoire.items() if name in columns},
        )
        with clock(next(self._moments(histoire["il_y_a"]))) as now:
            row.cree_le = row.modifie_le = now
            row = demandes_aif.create(row, uuid4(), by=self.saisit[histoire["organisme"]])
        if "prise_il_y_a" in histoire:
            with clock(next(self._moments(histoire["prise_il_y_a"], hour=15))):
                demandes_aif.take(row.pk, by=self.agent)

    def _feeds(self) -> None:
        """Each session left in the feed of the night after it went online, as long as that night is past."""
        nuit = timedelta(hours=15)
        parties = Diffusion.objects.filter(fragment__fautes=[], publiee_le__lte=self.now - nuit)
        parties.update(transmise_le=F("publiee_le") + nuit)

    def _recherches(self) -> None:
        """Searches that visitors follow: one was confirmed and had its news a morning, one waits."""
        for histoire in self.source["recherches_suivies"]:
            courriel = histoire["courriel"]
            with clock(self.now - timedelta(days=histoire["il_y_a"])) as now:
                recherches_suivies.ask(courriel, read(histoire["requete"], jour=timezone.localdate()), now)
                if histoire["est_confirmee"]:
                    corps = dechiffrer(Courriel.objects.get(destinataire=courriel).corps)
                    recherches_suivies.confirm(re.search("/confirmer/([^/]+)/", corps)[1], now)
        with clock(next(self._moments(1, hour=8))) as matin:
            recherches_suivies.morning(matin)

    def _point(self, action_pk: int, champ: str) -> Point:
        """A field to correct; « session.… » is of the first session."""
        sessions = Session.objects.filter(action=action_pk).order_by("pk").values_list("pk", flat=True)
        objet_pk = sessions[0] if champ.startswith("session.") else 0
        return Point(champ, CauseCorrection.INCORRECT, objet_pk)

    def _day(self, jours: int, weekday: int) -> date:
        """The Monday on or after (0), or the Friday on or before (4), the day `jours` from today."""
        day = timezone.localdate(self.now) + timedelta(days=jours)
        if weekday == 0:
            return day + timedelta(days=-day.weekday() % 7)
        return day - timedelta(days=(day.weekday() - weekday) % 7)

    def _moments(self, il_y_a: int, hour: int = 9) -> Iterator[datetime]:
        """Moments four minutes apart from `hour` on, a working day `il_y_a` days ago; never to come."""
        day = timezone.localdate(self.now) - timedelta(days=il_y_a)
        day -= timedelta(days=max(0, day.weekday() - 4))
        start = timezone.make_aware(datetime.combine(day, time(hour, 10)))
        while True:
            yield min(start, self.now)
            start += timedelta(minutes=4)


@contextmanager
def clock(moment: datetime):
    """Do something as if it were `moment`, so that dates and the journal tell one story.

    Only for this module, in a command of its own: the clock is everybody's in the process.
    """
    present = timezone.now
    timezone.now = lambda: moment
    try:
        yield moment
    finally:
        timezone.now = present
