"""The little world of `tests.acces`, after everything that makes a page show what somebody typed."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from accounts.demandes import traitement
from accounts.models import CodeSecours, SessionNavigateur, Totp
from catalogue import (
    completude,
    demandes_aif,
    derogations,
    fil,
    notes,
    remplacement,
    saisie,
    signalement,
    workflow,
    workflow_site,
)
from catalogue.enums import CauseCorrection, StatutSignalement, TypeAvis
from catalogue.models import (
    Action,
    AvisEnAttente,
    FicheRepertoire,
    FiltreEnregistre,
    Formacode,
    Lot,
    LotLigne,
    Mesure,
    MotRecherche,
    Remplacement,
    RemplacementFiche,
    TypeDispositif,
)
from catalogue.points import Point
from catalogue.reglages import saisie as reglages
from sofi.origine import Origine
from tests.acces.monde import Monde, build_monde
from tests.acces.table import TABLE
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    CommuneFactory,
    CourrielFactory,
    DemandeAIFFactory,
    DemandeCleFactory,
    SignalementFactory,
    SiteFactory,
    TexteTypeFactory,
    publier,
)

#: What both sides read of an action.
DE_L_ACTION = ("tunnel:recapitulatif", "echanges:historique", "echanges:fil")
ORIGINE = Origine("192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64)")


@dataclass
class MondeHostile:
    """The world, with the address of every row of the table and of the pages that what happened adds."""

    monde: Monde
    #: By name of the table: made before the texts are attacked, as making one may publish an offer.
    adresses: dict[str, str]
    #: By role, the pages in another state than the table's.
    autres: dict[str, list[str]]


def build_hostile() -> MondeHostile:
    """Create the world in the database of the test; its texts are still those of every day."""
    monde = build_monde()
    adresses = {nom: reverse(nom, kwargs=row.kwargs(monde)) for nom, row in TABLE.items()}
    actions = _actions(monde)
    remplacee, ancien = _replaced(monde)
    actions.append(remplacee)
    ouvertes, atelier = _demandes(monde)
    ouvertes += [reverse(nom, args=[action.pk]) for action in actions for nom in DE_L_ACTION]
    certifications = reverse("referentiels:certification_list")
    ouvertes += [f"{certifications}?q={ancien}", f"{certifications}?q=777"]
    ouvertes += [reverse("referentiels:certification", args=[ancien])]
    atelier += [reverse("validation:dossier", args=[action.pk]) for action in actions]
    atelier += [reverse("validation:lot", args=[lot.pk]) for lot in Lot.objects.all()]
    atelier += [reverse("remplacements:code", args=[ancien])]
    _reglages(monde)
    _restes(monde)
    return MondeHostile(monde, adresses, {"of_a": ouvertes, "carif": ouvertes + atelier})


def _actions(monde: Monde) -> list[Action]:
    """Actions with a question, an answer, a refusal, a replaced code, and what both sides wrote of them."""
    of, carif = monde.users["of_a"], monde.users["carif"]

    def ask(action: Action, *, pointe: bool = True) -> None:
        points = pointe * [
            Point("action.duree_centre", CauseCorrection.INCORRECT, texte="En heures"),
            Point("session.date_fin", CauseCorrection.OBSOLETE, action.sessions.first().pk, texte="Passée"),
        ]
        workflow.apply(action.pk, "request_changes", by=carif, texte="Combien d’heures ?", points=points)

    def sent(**champs) -> Action:
        action = ActionFactory(formation=monde.formation, complete=True, **champs)
        return workflow.apply(action.pk, "submit", by=of)

    question, repondue, refusee, corrigee = sent(), sent(), sent(), sent()
    longue = sent(duree_centre=4000)
    ask(question)
    ask(repondue, pointe=False)
    workflow.apply(repondue.pk, "answer", by=of, texte="Quatre cents.")
    workflow.apply(refusee.pk, "refuse", by=carif, texte="Hors du champ.")
    # corrected by the staff, then online, then corrected by its organisme: two versions to compare
    corrigee.complement_intitule = "En un an"
    saisie.update(corrigee, ["complement_intitule"], corrigee.version, by=carif)
    workflow.apply(corrigee.pk, "approve", by=carif)
    corrigee = workflow.apply(corrigee.pk, "reopen", by=of)
    corrigee.commentaire_duree = "Par demi-journées"
    saisie.update(corrigee, ["commentaire_duree"], corrigee.version, by=of)
    for auteur in (of, carif):
        fil.post(question.pk, "Où en êtes-vous ?", attend=True, jeton=uuid4(), by=auteur)
    notes.add(question, "À revoir lundi.", uuid4(), by=carif)
    notes.add(monde.en_attente, "À revoir mardi.", uuid4(), by=carif)
    for constat in completude.findings(Action.objects.with_tree().get(pk=longue.pk)):
        derogations.waive(longue.pk, constat.cle, "Vu avec eux.", by=carif)
    en_ligne = publier(ActionFactory(formation=monde.formation, complete=True), by=carif)
    publier(workflow.apply(en_ligne.pk, "reopen", by=of), by=carif)
    archivee = publier(ActionFactory(formation=monde.formation, complete=True), by=carif)
    workflow.apply(archivee.pk, "archive", by=carif, texte="Doublon.")
    lot = Lot.objects.create(auteur=carif, decision="refuse", parametres={"texte": "Non."})
    faite = {"resultat": "refuse", "message": "Modifiée entre-temps.", "fait_le": timezone.now()}
    LotLigne.objects.create(lot=lot, action=refusee, revision=1, **faite)
    return [question, repondue, refusee, corrigee, longue, archivee]


def _replaced(monde: Monde) -> tuple[Action, str]:
    """An action whose Certifinfo code was replaced, which its organisme has not read yet, and that code."""
    ancienne, nouvelle = CertificationFactory(), CertificationFactory(objectif="Cuire.", programme="Four")
    action = ActionFactory(formation__organisme=monde.organisme, formation__certification=ancienne)
    ActionFactory(formation__certification=ancienne)  # another organisme's, which still carries it
    ancienne.annee_derniere_session = timezone.localdate().year - 1
    ancienne.code_rncp = "RNCP1"
    ancienne.save()
    for code in (ancienne.pk, "777"):  # one that has a sheet still, and one whose title is all we know
        Remplacement.objects.create(
            ancien_code=code, ancien_intitule="Ancien intitulé", ancien_etat="Périmée", nouvelle=nouvelle
        )
    return remplacement.replace_one(action.pk, nouvelle.pk, by=monde.users["carif"]), ancienne.pk


def _demandes(monde: Monde) -> tuple[list[str], list[str]]:
    """What was asked and answered beside the offer: the pages of both sides, and those of the staff."""
    carif = monde.users["carif"]
    aif = DemandeAIFFactory(organisme=monde.organisme, precisions="Pour mars.")
    demandes_aif.take(aif.pk, by=carif)
    demandes_aif.refuse(aif.pk, "Un code existe.", by=carif, version=aif.version)
    online = publier(ActionFactory(formation=monde.formation, complete=True), by=carif)
    report = SignalementFactory(action=online)
    signalement.answer(
        report.pk, StatutSignalement.CORRIGE, "C’est corrigé.", version=report.version, by=monde.users["of_a"]
    )
    refuse = SiteFactory(organisme=monde.organisme, statut="a_valider", accessibilite="Rampe à droite")
    workflow_site.apply_to_site(refuse.pk, "refuse", by=carif, version=refuse.version, texte="Introuvable.")
    a_valider = SiteFactory(organisme=monde.organisme, statut="a_valider")
    ActionFactory(formation=monde.formation, site_dispensateur=a_valider)
    registre = {"nom": "Nom au registre", "adresse": "1 rue du Registre", "est_ouvert": True}
    refusee, ouverte = (
        DemandeCleFactory(registre=registre | {"le": timezone.now().isoformat()}, message="Bonjour.")
        for _ in range(2)
    )
    traitement.refuser(refusee, "Déjà inscrit.", par=carif, origine=ORIGINE)
    return (
        [
            reverse("aif:demande", args=[aif.pk]),
            reverse("signalements:liste") + "?etat=traites",
            reverse("signalements:signalement", args=[report.pk]),
            reverse("etablissements:site", args=[refuse.pk]),
            reverse("etablissements:site", args=[a_valider.pk]),
        ],
        [reverse("accounts:demande", args=[demande.pk]) for demande in (refusee, ouverte)],
    )


def _reglages(monde: Monde) -> None:
    """What the administrators set: each setting has been changed once."""
    admin = monde.users["admin"]
    texte, sorte = TexteTypeFactory(), TypeDispositif.objects.first()
    texte.texte, sorte.libelle = "Un autre texte.", "Financement personnel"
    reglages.update(texte, ["texte"], texte.version, by=admin)
    reglages.update(sorte, ["libelle"], sorte.version, by=admin)


def _restes(monde: Monde) -> None:
    """What no page of the little world makes: lists of the State, devices, mail, figures."""
    carif, now = monde.users["carif"], timezone.now()
    CommuneFactory()
    Formacode.objects.create(code="21599", libelle="Cuisine")
    FicheRepertoire.objects.create(numero="RNCP1", intitule="Cuisinier", niveau=3, est_active=True)
    RemplacementFiche.objects.create(ancienne="RNCP1", nouvelle="RNCP2")
    MotRecherche.objects.get_or_create(mot="cuisinier")
    FiltreEnregistre.objects.create(user=carif, nom="À moi", requete="tri=depot", est_partage=True)
    FiltreEnregistre.objects.create(
        user=monde.users["agent"], nom="À nous", requete="etat=x", est_partage=True
    )
    Totp.objects.create(user=carif, name="Téléphone", secret=b"0")
    CodeSecours.objects.create(user=carif, rang=1, empreinte="x")
    Mesure.objects.get_or_create(code="essai", cle="1", valeur=1, calculee_le=now)
    for user in filter(None, monde.users.values()):
        SessionNavigateur.objects.create(
            session_key=uuid4().hex,
            user=user,
            navigateur=ORIGINE.navigateur,
            expire_date=now + timedelta(days=1),
        )
    CourrielFactory(abandonne=True)
    AvisEnAttente.objects.create(
        user=carif, type=TypeAvis.values[0], texte="Une ligne.", url="https://exemple.fr/", cree_le=now
    )
    monde.organisme.nom_usage = "Les cuisiniers"
    monde.organisme.ligne1, monde.organisme.code_postal, monde.organisme.ville = "1 quai", "44000", "Nantes"
    monde.organisme.save()
