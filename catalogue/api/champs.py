"""Fields of the API's objects: codes with their labels, links to other objects."""

from collections.abc import Callable
from enum import Enum

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalogue.adresses import adresse


def _objet(type_code: dict, nullable: bool) -> dict:
    return {
        "type": ["object", "null"] if nullable else "object",
        "properties": {"code": type_code, "libelle": {"type": "string"}},
        "required": ["code", "libelle"],
    }


def code_field(table: type[Enum], vide: str | None = None) -> type[serializers.Field]:
    """A kind of field: {code, libelle} of a value of `table`. An absent value is null, or labelled `vide`."""
    codes = [membre.value for membre in table]
    genre = "integer" if isinstance(codes[0], int) else "string"
    type_code = {"type": genre, "enum": codes}
    if vide is not None:
        type_code = {"type": [genre, "null"], "enum": [*codes, None]}

    @extend_schema_field(_objet(type_code, nullable=vide is None))
    class Code(serializers.Field):
        def get_attribute(self, instance):
            # `to_representation` says what an absent value is; the mother class would answer null.
            return (super().get_attribute(instance),)

        def to_representation(self, value):
            (code,) = value
            if code in (None, ""):
                return None if vide is None else {"code": None, "libelle": vide}
            return {"code": code, "libelle": table(code).label if code in codes else str(code)}

    return Code


def codes_field(table: type[Enum]) -> type[serializers.Field]:
    """A kind of field: the list of the {code, libelle} of a list of values of `table`."""
    codes = [membre.value for membre in table]

    @extend_schema_field(
        {"type": "array", "items": _objet({"type": "string", "enum": codes}, nullable=False)}
    )
    class Codes(serializers.Field):
        def to_representation(self, value):
            return [
                {"code": code, "libelle": table(code).label if code in codes else str(code)} for code in value
            ]

    return Codes


def lien_field(sorte: str, nom: str, numero: Callable[[object], str]) -> serializers.Field:
    """A field: the number and the address of another object, `nom` being the name of its address."""

    @extend_schema_field(
        {
            "type": "object",
            "properties": {"numero": {"type": "string"}, "url": {"type": "string", "format": "uri"}},
            "required": ["numero", "url"],
            "description": sorte,
        }
    )
    class Lien(serializers.Field):
        def to_representation(self, value):
            return {"numero": numero(value), "url": adresse(nom, numero(value))}

    return Lien(source="*")


def url_field(description: str, url: Callable[[object], str]) -> serializers.Field:
    """A field: an address made from the row."""

    @extend_schema_field({"type": "string", "format": "uri", "description": description})
    class Url(serializers.Field):
        def to_representation(self, value):
            return url(value)

    return Url(source="*")
