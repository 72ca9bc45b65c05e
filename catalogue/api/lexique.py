"""The schema as people read it: resources, their parameters, their fields."""

from functools import cache
from http import HTTPStatus

from catalogue.api.description import ACCUEIL, ERREURS, schema
from catalogue.api.erreurs import TITRES

#: The words of a type, by the types and formats of the schema.
TYPES = {
    "string": "texte",
    "integer": "nombre entier",
    "boolean": "vrai ou faux",
    "array": "liste",
    "object": "objet",
    "date": "date (AAAA-MM-JJ)",
    "date-time": "instant ISO 8601",
    "uri": "adresse web",
}


@cache
def ressources() -> list[dict]:
    """Each resource: its name, its addresses, the parameters of its list, the fields of its objects."""
    par_famille: dict[str, dict] = {}
    for chemin, methodes in schema()["paths"].items():
        operation = methodes["get"]
        (famille,) = operation["tags"]
        if famille == ACCUEIL:
            continue
        ressource = par_famille.setdefault(famille, {"nom": famille, "objet": None})
        reponse = operation["responses"]["200"]["content"]["application/json"]["schema"]
        if "{" in chemin:
            (numero,) = [p for p in operation["parameters"] if p["in"] == "path"]
            ressource["objet"] = {
                "chemin": chemin,
                "resume": operation["summary"],
                "numero": numero["description"],
            }
        else:
            objet = _resolved(_resolved(reponse)["properties"]["resultats"]["items"])
            ressource |= {
                "chemin": chemin,
                "resume": operation["summary"],
                "parametres": [_parametre(p) for p in operation["parameters"]],
                "champs": _champs(objet),
            }
            par_famille[famille] = ressource
    return list(par_famille.values())


def erreurs() -> list[dict]:
    """Each status the API refuses with."""
    return [
        {"statut": statut, "titre": TITRES.get(statut, HTTPStatus(statut).phrase), "texte": texte}
        for statut, texte in ERREURS.items()
    ]


def _resolved(objet: dict) -> dict:
    """`objet`, or what it refers to."""
    for variante in objet.get("oneOf", objet.get("allOf", objet.get("anyOf", []))):
        if "$ref" in variante:
            return _resolved(variante)
    if "$ref" not in objet:
        return objet
    return schema()["components"]["schemas"][objet["$ref"].rpartition("/")[2]]


def _parametre(parametre: dict) -> dict:
    return {
        "nom": parametre["name"],
        "type": _type(parametre["schema"]),
        "texte": parametre.get("description", ""),
    }


def _champs(objet: dict, prefixe: str = "") -> list[dict]:
    """The fields of an object, those of the objects inside it after it: « lieu.ville »."""
    champs = []
    for nom, champ in objet["properties"].items():
        plein = _resolved(champ)
        texte = champ.get("description") or ("" if plein is not champ else plein.get("description", ""))
        champs.append({"nom": prefixe + nom, "type": _type(champ), "texte": texte})
        inner = _resolved(plein.get("items", {})) if plein.get("type") == "array" else plein
        if inner.get("properties") and set(inner["properties"]) not in (
            {"code", "libelle"},
            {"numero", "url"},
        ):
            champs += _champs(inner, f"{prefixe}{nom}.")
    return champs


def _type(champ: dict) -> str:
    """« texte », « liste de textes », « {code, libelle} ou null »."""
    plein = _resolved(champ)
    genre = plein.get("type", "object")
    genres = genre if isinstance(genre, list) else [genre]
    nullable = "null" in genres or {"type": "null"} in champ.get("oneOf", champ.get("anyOf", []))
    genre = next(g for g in genres if g != "null")
    if genre == "array":
        mot = f"liste ({_type(plein['items'])})"
    elif genre == "object" and set(plein.get("properties", {})) in ({"code", "libelle"}, {"numero", "url"}):
        mot = f"{{{', '.join(plein['properties'])}}}"
    else:
        mot = TYPES[plein.get("format", genre) if plein.get("format") in TYPES else genre]
    return f"{mot} ou null" if nullable else mot
