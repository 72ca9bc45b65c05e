"""The words of a sheet: codes become labels, numbers are written in French."""

from datetime import date
from enum import Enum

from django.utils.formats import number_format

from catalogue.enums import (
    Financeur,
    ModalitesEnseignement,
    ModalitesES,
    PeriodeFormation,
    Public,
    Rythme,
)
from sofi.typographie import NBSP, date_longue, grouper, quantite

#: An old name kept by LHÉO is no use to the public.
_COURTS = {Financeur.FRANCE_TRAVAIL: "France Travail", Financeur.DEPARTEMENT: "Conseil départemental"}


def label(enum: type[Enum], code: str) -> str:
    """The label of `code`, or the code itself when it is no longer known; '' without code."""
    try:
        return str(enum(code).label) if code else ""
    except ValueError:
        return code


def labels(enum: type[Enum], codes: list[str]) -> str:
    return ", ".join(label(enum, code) for code in codes)


def periode(debut: date, fin: date) -> str:
    """« Du 1er janvier au 30 juin 2027 », « Le 4 mars 2027 »."""
    if debut == fin:
        return f"Le {date_longue(debut)}"
    commence = date_longue(debut)
    if debut.year == fin.year:
        commence = commence.rpartition(" ")[0]
    return f"Du {commence} au {date_longue(fin)}"


def quand(debut: date, entrees: str, jour: date) -> str:
    """What the dates do not say: that one may enter on any day, or else that it has begun; '' otherwise."""
    if entrees == ModalitesES.PERMANENTES:
        return "entrées permanentes"
    return "déjà commencée" if debut < jour else ""


def prix(montant: str | None) -> str:
    """« 1 234,50 € », « 3 500 € » for a price of the sheet; '' when it does not say."""
    if montant is None:
        return ""
    texte = number_format(montant, 2, use_l10n=True, force_grouping=True)
    return f"{texte.removesuffix(',00')}{NBSP}€"


def prix_de(dispositifs: list[dict]) -> str:
    """One price, or « De 2 000 € à 3 500 € » when it varies with the funding."""
    montants = sorted(
        {d["cout_stagiaire"] for d in dispositifs if d["cout_stagiaire"] is not None}, key=float
    )
    if not montants:
        return ""
    if len(montants) == 1:
        return prix(montants[0])
    return f"De {prix(montants[0])} à {prix(montants[-1])}"


def places(session: dict) -> str:
    """« 8 places sur 12 », « Complet »; '' when the organisme does not say."""
    libres, capacite = session["places_disponibles"], session["capacite"]
    if libres is None:
        return ""
    if libres == 0:
        return "Complet"
    texte = f"{libres}{NBSP}place{'s' if libres > 1 else ''}"
    return f"{texte} sur{NBSP}{capacite}" if capacite else texte


def duree(action: dict) -> str:
    """« 540 h » in all; '' when the organisme does not say."""
    total = (action["duree_centre"] or 0) + (action["duree_entreprise"] or 0)
    return quantite(total, "h") if total else ""


def parts_de_duree(action: dict) -> str:
    """« 400 h en centre, 140 h en entreprise »."""
    parts = {"en centre": action["duree_centre"], "en entreprise": action["duree_entreprise"]}
    return ", ".join(f"{quantite(heures, 'h')} {ou}" for ou, heures in parts.items() if heures)


def rythme(session: dict) -> str:
    """« Temps plein, en journée »."""
    parts = [labels(Rythme, session["rythmes"]), labels(PeriodeFormation, session["periodes"]).lower()]
    return ", ".join(filter(None, parts))


def modalite(session: dict) -> str:
    """« Entièrement présentielle », « Mixte (présentiel et distance) »."""
    texte = label(ModalitesEnseignement, session["modalites_enseignement"]).removeprefix("Formation ")
    return texte[:1].upper() + texte[1:]


def publics(dispositifs: list[dict]) -> str:
    """Whom the session is for, over all its schemes."""
    return labels(Public, list(dict.fromkeys(code for d in dispositifs for code in d["publics"])))


def financeurs(dispositif: dict) -> str:
    codes = dispositif["financeurs"]
    return ", ".join(_COURTS.get(code) or label(Financeur, code) for code in codes)


def adresse(lieu: dict) -> str:
    """An address, a line each."""
    ville = f"{lieu['code_postal']} {lieu['ville']}".strip()
    return "\n".join(filter(None, [*lieu["lignes"], ville]))


def nom(organisme: dict) -> str:
    """The name people know."""
    return organisme["nom_usage"] or organisme["raison_sociale"]


def siret(code: str) -> str:
    return grouper(code, 3, 3, 3, 5)


def nombre(valeur: str) -> str:
    """A decimal of the sheet as it is read: « 35 », « 17,5 »."""
    entier, _, decimales = valeur.partition(".")
    return ",".join(filter(None, [entier, decimales.rstrip("0")]))
