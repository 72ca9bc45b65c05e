"""How the API describes itself: each address to drf-spectacular, the whole as a schema."""

from functools import cache

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from catalogue.api import parametres
from catalogue.api.erreurs import TYPE
from catalogue.api.serialiseurs import Probleme

#: Sentences of the errors, by status.
ERREURS = {
    400: "Un paramètre est incorrect, donné deux fois, ou inconnu\u00a0: l’objet le nomme.",
    401: "La clé n’existe pas, ou a été révoquée.",
    404: "Rien ne porte ce numéro.",
    410: "L’objet a été en ligne et ne l’est plus.",
    429: "Le quota de l’heure est atteint\u00a0: attendez «\u00a0Retry-After\u00a0» secondes.",
    503: "La base de données ne répond pas\u00a0: attendez «\u00a0Retry-After\u00a0» secondes.",
}
#: The tag of the index of the lists, which is no resource.
ACCUEIL = "accueil"
DEPLACE = "Un seul code remplace celui-ci\u00a0: son adresse est dans «\u00a0Location\u00a0»."
MODIFIE = "L’objet n’a pas changé depuis «\u00a0If-None-Match\u00a0» ou «\u00a0If-Modified-Since\u00a0»."


def described(famille: str, resume: str, *, exemple: str = "", deplace: bool = False):
    """A decorator of views: their operation in the schema. `exemple` is the number of an object.

    `deplace`: its number may have given way to another.
    """

    def decorate(vue):
        if exemple:
            parameters = [_path(exemple)]
            responses = {200: vue.serialiseur, 304: OpenApiResponse(description=MODIFIE)} | _errors(404, 410)
            responses |= {301: OpenApiResponse(description=DEPLACE)} if deplace else {}
        else:
            recherche = parametres.of_search() if vue.recherche else []
            parameters = [_query(parametre) for parametre in [*recherche, *vue.declares()]]
            responses = {200: _page(famille, vue.serialiseur)} | _errors(400)
        operation = extend_schema(
            operation_id=f"{famille}_{'lire' if exemple else 'lister'}",
            summary=resume,
            description=resume,
            tags=[famille],
            parameters=parameters,
            responses=responses | _errors(401, 429, 503),
        )
        vue.get = operation(_own_get(vue))
        return vue

    return decorate


def described_as_index(familles: list[str]):
    """A decorator of the view that gives the addresses of the lists of `familles`: its operation."""

    def decorate(vue):
        champs = {nom: serializers.URLField(help_text="L’adresse de cette liste.") for nom in familles}
        champs |= {
            "documentation": serializers.URLField(help_text="La page qui explique l’API."),
            "schema": serializers.URLField(help_text="Sa description OpenAPI."),
        }
        resume = "Les listes de l’API, et leurs adresses."
        operation = extend_schema(
            operation_id="accueil_lire",
            summary=resume,
            description=resume,
            tags=[ACCUEIL],
            responses={200: inline_serializer("Accueil", champs)} | _errors(401, 429, 503),
        )
        vue.get = operation(vue.get)
        return vue

    return decorate


def _own_get(vue):
    """The `get` of `vue` alone: what is said of it is not said of the other views that share its code."""
    shared = vue.get

    def get(self, *args, **kwargs):
        return shared(self, *args, **kwargs)

    return get


def _path(exemple: str) -> OpenApiParameter:
    return OpenApiParameter(
        "numero", str, OpenApiParameter.PATH, description=f"Numéro public, par exemple {exemple}."
    )


def _query(parametre) -> OpenApiParameter:
    return OpenApiParameter(parametre.nom, parametre.schema, description=parametre.description)


def _errors(*statuts: int) -> dict:
    return {(statut, TYPE): OpenApiResponse(Probleme, description=ERREURS[statut]) for statut in statuts}


@cache
def _page(famille: str, serialiseur):
    return inline_serializer(
        f"Page{famille.capitalize()}",
        {
            "resultats": serialiseur(many=True),
            "suivant": serializers.URLField(
                allow_null=True, help_text="L’adresse de la page suivante\u00a0; null à la dernière."
            ),
            "reprise": serializers.DateTimeField(
                help_text="À garder de la première page\u00a0: l’instant à donner la prochaine fois."
            ),
        },
    )


class Schema(AutoSchema):
    """drf-spectacular's, which would name the class of the page a « list » of something else."""

    def _is_list_view(self, serializer=None):
        return False


@cache
def schema() -> dict:
    """The OpenAPI description of the whole API. Built once: it depends on the code and the settings only."""
    return SchemaGenerator().get_schema(request=None, public=True)
