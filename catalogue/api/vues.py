"""What every address of the API does, and how a list and an object are answered."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.http import http_date, quote_etag
from django.views.decorators.gzip import gzip_page
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from catalogue.adresses import adresse
from catalogue.api import lecture, parametres
from catalogue.api.erreurs import AdresseInconnue
from catalogue.api.parametres import Parametre
from catalogue.api.quotas import CleAuthentication, Plafond
from catalogue.models import TypeDiplome
from sofi.ouverture import open_up, preflight

#: A validation is dated a moment before it is seen: beginning again this much earlier misses none.
RECOUVREMENT = timedelta(minutes=10)


class JsonOnly(BaseContentNegotiation):
    """JSON, whatever was asked for: a browser that opens an address reads it as well."""

    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


@method_decorator(gzip_page, name="dispatch")
class Vue(APIView):
    """Count the request, answer in JSON, open to all, whoever is signed in."""

    authentication_classes = [CleAuthentication]
    throttle_classes = [Plafond]
    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = JsonOnly

    # A browser that asks whether it may (OPTIONS) sends no key, and costs nothing.
    def perform_authentication(self, request):
        if request.method != "OPTIONS":
            super().perform_authentication(request)

    def get_throttles(self):
        return [] if self.request.method == "OPTIONS" else super().get_throttles()

    def options(self, request, *args, **kwargs):
        return preflight()

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if quota := getattr(request, "quota", None):
            response["RateLimit-Limit"] = str(quota.maximum)
            response["RateLimit-Remaining"] = str(max(0, quota.reste))
            response["RateLimit-Reset"] = str(quota.secondes)
        return open_up(response)


class Inconnue(Vue):
    """What is not an address of the API is refused in JSON too."""

    schema = None

    def get(self, request, reste: str):
        raise AdresseInconnue


class Liste(Vue):
    """A page of objects, in the order of their keys."""

    nom: ClassVar[str]
    #: The column that holds the key of each object, how a number holds it, and the number of a key.
    cle: ClassVar[str]
    suite: ClassVar[Parametre]
    numero: ClassVar[Callable[[Any], str]] = staticmethod(str)
    serialiseur: ClassVar[type]
    #: The parameters that narrow the list, by the lookup they stand for.
    filtres: ClassVar[dict[str, Parametre]] = {}
    #: Whether the list takes the parameters of the public search too.
    recherche: ClassVar[bool] = False

    @classmethod
    def declares(cls) -> list[Parametre]:
        """The parameters, in the order of the documentation."""
        return [*cls.filtres.values(), parametres.TAILLE, cls.suite]

    def rows(self, params: QueryDict, conditions: dict, apres) -> QuerySet:
        """Where the keys are read: rows that verify `conditions`, by lookup; those after `apres` count."""
        return lecture.en_ligne().filter(**conditions)

    def objets(self, cles: list) -> QuerySet:
        """The objects of these keys."""
        return lecture.representants(self.cle, cles)

    def get(self, request):
        params = request.query_params
        valeurs = parametres.read(params, self.declares(), self.recherche)
        lu_le, taille = timezone.now(), valeurs["taille"]
        apres = valeurs[self.suite.nom]
        conditions = {
            lookup: valeurs[parametre.nom]
            for lookup, parametre in self.filtres.items()
            if valeurs[parametre.nom] is not None
        }
        cles = lecture.cles_de_page(self.rows(params, conditions, apres), self.cle, apres, taille)
        objets = self.serialiseur(self.objets(cles[:taille]), many=True, context=_context())
        suivant = None
        if len(cles) > taille:
            suite = params.copy()
            suite[self.suite.nom] = self.numero(cles[taille - 1])
            suivant = f"{adresse(self.nom)}?{suite.urlencode()}"
        reprise = timezone.localtime(lu_le - RECOUVREMENT).isoformat(timespec="seconds")
        return Response({"resultats": objets.data, "suivant": suivant, "reprise": reprise})


class Objet(Vue):
    """One object, by its public number."""

    cle: ClassVar[str]
    serialiseur: ClassVar[type]

    @staticmethod
    def cle_of(numero: str):
        """The key in a number of the address; ``None`` when it is not one."""
        return numero

    def get(self, request, numero: str):
        valeur = self.cle_of(numero)
        if valeur is None:
            raise Http404
        row = lecture.find(self.cle, valeur)
        data = self.serialiseur(row, context=_context()).data
        empreinte = hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32]
        etag, modifiee_le = quote_etag(empreinte), None
        if self.cle == "numero":
            # The others are told by one of their sessions: another, older, may take its place.
            modifiee_le = int(row.modifiee_le.timestamp())
        response = get_conditional_response(request._request, etag, modifiee_le, Response(data))
        response["ETag"] = etag
        if modifiee_le is not None:
            response["Last-Modified"] = http_date(modifiee_le)
        return response


def _context() -> dict:
    """What the objects need besides their row; read when one of them asks."""
    return {
        "types_diplome": SimpleLazyObject(lambda: dict(TypeDiplome.objects.values_list("code", "libelle")))
    }
