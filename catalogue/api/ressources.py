"""The resources of the API: organismes, formations, actions, sessions, certifications, withdrawals."""

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone
from rest_framework.response import Response

from catalogue import numeros
from catalogue.adresses import adresse
from catalogue.api import lecture, parametres, serialiseurs
from catalogue.api.description import described, described_as_index
from catalogue.api.erreurs import PlusEnLigne
from catalogue.api.parametres import suite
from catalogue.api.vues import Liste, Objet, Vue
from catalogue.certifications.remplacements import prepared_successors
from catalogue.models import Retrait


@described("organismes", "Les organismes qui ont une session en ligne.")
class Organismes(Liste):
    nom = "api:organismes"
    cle = "organisme_id"
    suite = suite(parametres.ORGANISME.lire, "52_OF12")
    numero = staticmethod(numeros.numero_organisme)
    serialiseur = serialiseurs.Organisme
    filtres = {
        "certification_code__in": parametres.CERTIFICATION,
        "modifiee_le__gte": parametres.MODIFIE_DEPUIS,
    }


@described("organismes", "Un organisme.", exemple="52_OF12")
class Organisme(Objet):
    cle = "organisme_id"
    serialiseur = serialiseurs.Organisme

    @staticmethod
    def cle_of(numero: str):
        return numeros.cle_of(numero, numeros.ORGANISME)


@described("formations", "Les formations\u00a0: un organisme et une certification.")
class Formations(Liste):
    nom = "api:formations"
    cle = "formation_id"
    suite = suite(parametres.FORMATION.lire, "52_F56")
    numero = staticmethod(numeros.numero_formation)
    serialiseur = serialiseurs.Formation
    filtres = {
        "organisme_id": parametres.ORGANISME,
        "certification_code__in": parametres.CERTIFICATION,
        "modifiee_le__gte": parametres.MODIFIE_DEPUIS,
    }


@described("formations", "Une formation.", exemple="52_F56")
class Formation(Objet):
    cle = "formation_id"
    serialiseur = serialiseurs.Formation

    @staticmethod
    def cle_of(numero: str):
        return numeros.cle_of(numero, numeros.FORMATION)


class Cherchees(Liste):
    """A list that takes the parameters of the public search as well."""

    recherche = True
    filtres = {
        "action_id": parametres.ACTION,
        "organisme_id": parametres.ORGANISME,
        "formation_id": parametres.FORMATION,
        "modifiee_le__gte": parametres.MODIFIE_DEPUIS,
    }

    def rows(self, params: QueryDict, conditions: dict, apres) -> QuerySet:
        return lecture.fiches(params, conditions, apres if self.cle == "diffusion_id" else None)


@described("actions", "Les actions dont une session répond à la recherche.")
class Actions(Cherchees):
    nom = "api:actions"
    cle = "action_id"
    suite = suite(parametres.ACTION.lire, "52_AC34")
    numero = staticmethod(numeros.numero_action)
    serialiseur = serialiseurs.Action
    filtres = {lookup: parametre for lookup, parametre in Cherchees.filtres.items() if lookup != "action_id"}


@described("actions", "Une action.", exemple="52_AC34")
class Action(Objet):
    cle = "action_id"
    serialiseur = serialiseurs.Action

    @staticmethod
    def cle_of(numero: str):
        return numeros.cle_of(numero, numeros.ACTION)


@described("sessions", "Les sessions qui répondent à la recherche.")
class Sessions(Cherchees):
    nom = "api:sessions"
    cle = "diffusion_id"
    suite = suite(parametres.numero_session, "52_000123")
    serialiseur = serialiseurs.Session

    def objets(self, cles: list) -> QuerySet:
        return lecture.representants("numero", cles)


@described("sessions", "Une session.", exemple="52_000123")
class Session(Objet):
    cle = "numero"
    serialiseur = serialiseurs.Session


@described("certifications", "Les certifications auxquelles mène une session en ligne.")
class Certifications(Liste):
    nom = "api:certifications"
    cle = "certification_code"
    suite = suite(parametres.code, "84629")
    serialiseur = serialiseurs.Certification
    filtres = {"organisme_id": parametres.ORGANISME, "modifiee_le__gte": parametres.MODIFIE_DEPUIS}

    def rows(self, params: QueryDict, conditions: dict, apres) -> QuerySet:
        return super().rows(params, conditions, apres).exclude(certification_code="")


@described("certifications", "Une certification.", exemple="84629", deplace=True)
class Certification(Objet):
    cle = "certification_code"
    serialiseur = serialiseurs.Certification

    @staticmethod
    def cle_of(numero: str):
        return numero or None

    def get(self, request, numero: str):
        """A code that one other replaces leads to it, as on the site."""
        try:
            return super().get(request, numero)
        except (Http404, PlusEnLigne):
            successeurs = prepared_successors(numero, timezone.localdate())
            if len(successeurs) != 1:
                raise
            return Response(
                status=301, headers={"Location": adresse("api:certification", successeurs[0].code)}
            )


@described("retraits", "Les sessions retirées par l’organisme ou le Carif-Oref, et pourquoi.")
class Retraits(Liste):
    nom = "api:retraits"
    cle = "numero"
    suite = suite(parametres.numero_session, "52_000123")
    serialiseur = serialiseurs.Retrait
    filtres = {"organisme_id": parametres.ORGANISME, "le__gte": parametres.DEPUIS}

    def rows(self, params: QueryDict, conditions: dict, apres) -> QuerySet:
        return Retrait.objects.filter(**conditions)

    def objets(self, cles: list) -> QuerySet:
        return Retrait.objects.filter(numero__in=cles).order_by("numero")


LISTES = (Organismes, Formations, Actions, Sessions, Certifications, Retraits)


@described_as_index([liste.nom.removeprefix("api:") for liste in LISTES])
class Accueil(Vue):
    """Where the lists are, for whoever begins by the bare address."""

    def get(self, request):
        listes = {liste.nom.removeprefix("api:"): adresse(liste.nom) for liste in LISTES}
        aide = {"documentation": adresse("api:documentation"), "schema": adresse("api:schema_json")}
        return Response(listes | aide)
