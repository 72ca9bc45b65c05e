"""Factories of the whole offer. Traits give the states; nothing is in a state the workflow forbids."""

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import uuid4

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import CleActivation, DemandeCle, Rattachement, RoleCarif, User
from catalogue import enums, models
from catalogue.certifications.sigles import initials_of
from sofi.chiffrement import chiffrer
from sofi.models import Courriel

MOT_DE_PASSE = "correct cheval agrafe pile"


def siret(rang: int) -> str:
    """A SIRET with valid keys: a SIREN by Luhn, then an establishment number by Luhn."""
    siren = _with_key(f"{10_000_000 + rang:08d}")
    return _with_key(f"{siren}0001")


def _with_key(chiffres: str) -> str:
    """`chiffres` followed by the digit that makes Luhn's sum a multiple of ten."""
    total = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) * (1 if rang % 2 else 2)
        total += valeur - 9 if valeur > 9 else valeur
    return chiffres + str(-total % 10)


class UserFactory(DjangoModelFactory):
    """A person; `organisme=` attaches them as `role` (gestionnaire by default)."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        agent = factory.Trait(role_carif=RoleCarif.AGENT)
        valideur = factory.Trait(role_carif=RoleCarif.VALIDEUR)
        administrateur = factory.Trait(role_carif=RoleCarif.ADMINISTRATEUR)

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    prenom = "Camille"
    nom = factory.Sequence(lambda n: f"Durand{n}")
    password = factory.django.Password(MOT_DE_PASSE)

    @factory.post_generation
    def organisme(self, create, organisme, role=enums.RoleOrganisme.GESTIONNAIRE, **_):
        if create and organisme:
            Rattachement.objects.create(user=self, organisme=organisme, role=role)


class OrganismeFactory(DjangoModelFactory):
    """An organisation; `certifie=True`: its Qualiopi certificate runs whenever the test takes place."""

    class Meta:
        model = models.Organisme

    class Params:
        certifie = factory.Trait(
            est_qualiopi=True, qualiopi_debut=date(2021, 1, 1), qualiopi_fin=date(2099, 12, 31)
        )

    raison_sociale = factory.Sequence(lambda n: f"Organisme {n}")
    siret = factory.Sequence(siret)
    nda = factory.Sequence(lambda n: f"5244{n:05d}44")
    telephone = "02 40 00 00 00"
    courriel = factory.Sequence(lambda n: f"contact{n}@organisme.example")


class DemandeCleFactory(DjangoModelFactory):
    """A request for a key, of an organisme that SOFI does not know yet."""

    class Meta:
        model = DemandeCle

    raison_sociale = factory.Sequence(lambda n: f"Nouvel organisme {n}")
    siret = factory.Sequence(lambda n: siret(5_000_000 + n))
    nda = "52440123444"
    prenom = "Zoé"
    nom = "Roy"
    email = factory.Sequence(lambda n: f"zoe{n}@exemple.fr")
    telephone = "02 40 00 00 00"
    jeton = factory.LazyFunction(uuid4)


class CleActivationFactory(DjangoModelFactory):
    """A live key whose text nobody knows (`tests.accounts.outils_cles.issue` gives one that is known)."""

    class Meta:
        model = CleActivation

    empreinte = factory.LazyFunction(lambda: uuid4().hex * 2)
    organisme = factory.SubFactory(OrganismeFactory)
    role = enums.RoleOrganisme.GESTIONNAIRE
    email = factory.Sequence(lambda n: f"zoe{n}@exemple.fr")
    prenom = "Zoé"
    nom = "Roy"
    emise_par = factory.SubFactory(UserFactory, agent=True)
    expire_le = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = models.Site

    organisme = factory.SubFactory(OrganismeFactory)
    nom = factory.Sequence(lambda n: f"Site {n}")
    ligne1 = "1 rue des Écoles"
    code_postal = "44000"
    ville = "Nantes"
    statut = enums.StatutSite.ACTIF


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = models.Contact

    organisme = factory.SubFactory(OrganismeFactory)
    type = enums.TypeContact.HANDICAP
    prenom = "Alix"
    nom = factory.Sequence(lambda n: f"Marchand{n}")
    telephone = "02 40 00 00 01"
    courriel = factory.Sequence(lambda n: f"alix{n}@organisme.example")


class CommuneFactory(DjangoModelFactory):
    """Nantes by default; `actuelle=` makes a former commune."""

    class Meta:
        model = models.Commune
        django_get_or_create = ("insee",)

    insee = "44109"
    nom = "Nantes"
    codes_postaux = ["44000", "44100", "44200", "44300"]
    departement = "44"


class TypeDiplomeFactory(DjangoModelFactory):
    class Meta:
        model = models.TypeDiplome
        django_get_or_create = ("code",)

    code = "500"
    libelle = "Certificat d’aptitude professionnelle"


class CertificationFactory(DjangoModelFactory):
    class Meta:
        model = models.Certification
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: str(900_000 + n))
    intitule = factory.Sequence(lambda n: f"CAP métier {n}")
    sigles = factory.LazyAttribute(lambda certification: list(initials_of(certification.intitule)))
    type_diplome = factory.SubFactory(TypeDiplomeFactory)
    niveau = 3
    etat = enums.EtatCertification.PUBLIEE
    formacodes = ["21599"]


class TypeDispositifFactory(DjangoModelFactory):
    class Meta:
        model = models.TypeDispositif
        django_get_or_create = ("code",)

    code = "financement-prive"
    libelle = "Financement privé"
    financeurs = ["5", "10"]


class TexteTypeFactory(DjangoModelFactory):
    class Meta:
        model = models.TexteType

    usage = enums.UsageTexte.REFUS
    libelle = factory.Sequence(lambda n: f"Texte {n}")
    texte = "{organisme}, votre action {numero_action} n’est pas retenue."


class JourFermeFactory(DjangoModelFactory):
    class Meta:
        model = models.JourFerme

    jour = factory.Sequence(lambda n: date(2030, 1, 1) + timedelta(days=n))
    libelle = "Pont"


class FormationFactory(DjangoModelFactory):
    class Meta:
        model = models.Formation

    organisme = factory.SubFactory(OrganismeFactory, certifie=True)
    certification = factory.SubFactory(CertificationFactory)


class ActionFactory(DjangoModelFactory):
    """An action being typed with all its own fields; `complete=True` adds a session and a dispositif.

    The traits put it in a later state with the dates that state needs. To publish for real, use
    `catalogue.workflow.apply` (see `publier`).
    """

    class Meta:
        model = models.Action
        skip_postgeneration_save = True

    class Params:
        attente = factory.Trait(
            statut=enums.StatutAction.EN_ATTENTE_VALIDATION,
            soumise_le=factory.LazyFunction(timezone.now),
            premier_debut=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30)),
        )
        question = factory.Trait(
            statut=enums.StatutAction.EN_ATTENTE_REPONSE, soumise_le=factory.LazyFunction(timezone.now)
        )
        validee = factory.Trait(
            statut=enums.StatutAction.VALIDEE,
            soumise_le=factory.LazyFunction(timezone.now),
            decidee_le=factory.LazyFunction(timezone.now),
            validee_le=factory.LazyFunction(timezone.now),
        )
        refusee = factory.Trait(
            statut=enums.StatutAction.REFUSEE,
            soumise_le=factory.LazyFunction(timezone.now),
            decidee_le=factory.LazyFunction(timezone.now),
        )
        archivee = factory.Trait(statut=enums.StatutAction.ARCHIVEE)

    formation = factory.SubFactory(FormationFactory)
    organisme = factory.SelfAttribute("formation.organisme")
    site_dispensateur = factory.SubFactory(SiteFactory, organisme=factory.SelfAttribute("..organisme"))
    niveau_entree = enums.NiveauEntree.SANS_NIVEAU
    type_parcours = enums.TypeParcours.GROUPE
    modalites_es = enums.ModalitesES.DATES_FIXES
    duree_centre = 400
    duree_entreprise = 140
    duree_hebdo = Decimal("35.00")
    commentaire_prerequis = "Savoir lire et écrire."

    @factory.post_generation
    def complete(self, create, wanted, **_):
        if create and wanted:
            DispositifFactory(session=SessionFactory(action=self))


class SessionFactory(DjangoModelFactory):
    """A session that starts in a month and lasts half a year, with all its fields."""

    class Meta:
        model = models.Session

    action = factory.SubFactory(ActionFactory)
    organisme = factory.SelfAttribute("action.organisme")
    site_lieu = factory.SubFactory(SiteFactory, organisme=factory.SelfAttribute("..organisme"))
    date_debut = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))
    date_fin = factory.LazyAttribute(lambda s: s.date_debut + timedelta(days=180))
    rythmes = [enums.Rythme.TEMPS_PLEIN]
    periodes = [enums.PeriodeFormation.JOURNEE]
    modalites_enseignement = enums.ModalitesEnseignement.PRESENTIEL
    capacite = 12
    places_disponibles = 8


class DispositifFactory(DjangoModelFactory):
    class Meta:
        model = models.Dispositif

    session = factory.SubFactory(SessionFactory)
    organisme = factory.SelfAttribute("session.organisme")
    type = factory.SubFactory(TypeDispositifFactory)
    publics = [enums.Public.TOUT_PUBLIC]
    nb_places = 12
    cout_stagiaire = Decimal("3500.00")
    prise_en_charge = True


class DemandeAIFFactory(DjangoModelFactory):
    """A « Demande AIF hors Certifinfo » as an OF sends it, that nobody has taken; without its journal."""

    class Meta:
        model = models.DemandeAIF

    numero = factory.Sequence(lambda n: f"AIF-2026-{n:05d}")
    organisme = factory.SubFactory(OrganismeFactory)
    auteur = factory.SubFactory(UserFactory)
    intitule = "Voilerie et sellerie nautique"
    objectif = "Tracer, couper et assembler une voile."
    programme = "Matières\nTracé\nCouture"
    siret = factory.SelfAttribute("organisme.siret")
    nom_usage = factory.SelfAttribute("organisme.nom")
    date_debut = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))
    date_fin = factory.LazyAttribute(lambda d: d.date_debut + timedelta(days=60))
    duree_centre = 210
    duree_hebdo = Decimal("35.00")
    url = "https://www.exemple.fr/voilerie"
    lieu_organisme = "Atelier du port"
    lieu_lignes = ["3 quai du Port"]
    lieu_code_postal = "85100"
    lieu_ville = "Les Sables-d’Olonne"
    places_session = 8
    places_aif = 5


def publier(action: models.Action | None = None, *, by: User | None = None) -> models.Action:
    """A complete action taken to « validée » by the workflow itself, hence online."""
    from catalogue import workflow

    action = action or ActionFactory(complete=True)
    by = by or UserFactory(valideur=True)
    workflow.apply(action.pk, "submit", by=by)
    return workflow.apply(action.pk, "approve", by=by)


class CourrielFactory(DjangoModelFactory):
    """A message that waits for its next attempt, after one failure; `abandonne=True`: given up."""

    class Meta:
        model = Courriel

    class Params:
        abandonne = factory.Trait(
            prochain_essai_le=None,
            abandonne_le=factory.LazyFunction(timezone.now),
            derniere_erreur="L’adresse du destinataire est refusée par le serveur (code\u00a0550).",
        )

    destinataire = factory.Sequence(lambda n: f"destinataire{n}@exemple.fr")
    nom = "essai"
    objet = factory.Sequence(lambda n: f"Message {n}")
    corps = factory.LazyFunction(lambda: chiffrer("Le contenu."))
    prochain_essai_le = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=5))
    tentatives = 1
    derniere_erreur = "Le serveur de messagerie est injoignable."


class SignalementFactory(DjangoModelFactory):
    """What a visitor reported, still to be answered; `action=` must be online."""

    class Meta:
        model = models.Signalement

    action = factory.LazyFunction(publier)
    organisme = factory.SelfAttribute("action.organisme")
    numero = factory.LazyAttribute(lambda row: row.action.diffusions.first().numero)
    objet = enums.ObjetSignalement.DATES
    texte = "La session commence en fait le lundi suivant."
    courriel = factory.Sequence(lambda n: f"visiteur{n}@exemple.fr")


class CleApiFactory(DjangoModelFactory):
    """A key whose text nobody knows."""

    class Meta:
        model = models.CleApi

    nom = factory.Sequence(lambda n: f"Partenaire {n}")
    courriel = factory.Sequence(lambda n: f"partenaire{n}@exemple.fr")
    empreinte = factory.LazyFunction(lambda: uuid4().hex * 2)
    debut = "sofi_abc"
    cree_par = factory.SubFactory(UserFactory, administrateur=True)


class RechercheSuivieFactory(DjangoModelFactory):
    """A search followed for a day; `a_confirmer=True`: that nobody confirmed yet, `fermee=True`: closed.

    `jeton` is what its link to confirm holds.
    """

    class Meta:
        model = models.RechercheSuivie

    class Params:
        jeton = factory.Sequence(lambda n: f"jeton-du-suivi-{n}")
        a_confirmer = factory.Trait(
            statut=enums.StatutSuivi.A_CONFIRMER,
            confirmee_le=None,
            vue_jusqu_a=None,
            finit_le=factory.LazyAttribute(lambda row: row.ecrit_le + timedelta(hours=48)),
        )
        fermee = factory.Trait(statut=enums.StatutSuivi.FERMEE)

    courriel = factory.Sequence(lambda n: f"abonne{n}@exemple.fr")
    requete = "q=boulanger"
    statut = enums.StatutSuivi.SUIVIE
    empreinte = factory.LazyAttribute(lambda row: sha256(row.jeton.encode()).hexdigest())
    ecrit_le = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    cree_le = confirmee_le = vue_jusqu_a = factory.SelfAttribute("ecrit_le")
    finit_le = factory.LazyFunction(lambda: timezone.now() + timedelta(days=20))
