"""What to know of a certification before choosing it: in force, ending, ended, replaced, withdrawn."""

from dataclasses import dataclass
from datetime import date

from catalogue.models import Certification, FicheRepertoire
from sofi.typographie import NBSP, date_longue

from .remplacements import is_live


@dataclass(frozen=True)
class Situation:
    """In words: `etiquette` is the short form, `phrase` the whole one.

    `code` is that of the sign beside the words (components/etat.html), `ton` that of an encart.
    """

    code: str
    etiquette: str
    phrase: str
    ton: str
    #: Whether an organisation may start a formation on it.
    est_choisissable: bool = True

    @property
    def est_ordinaire(self) -> bool:
        return self.ton == "succes"


def situation_of(certification: Certification, successeurs: list[Certification], jour: date) -> Situation:
    """Tell where `certification` stands on `jour`, `successeurs` being its `live_successors`."""
    premiere, derniere = certification.annee_premiere_session, certification.annee_derniere_session
    suite = f" Elle est remplacée par {_names(successeurs)}." if successeurs else ""
    if certification.retiree_le:
        le = date_longue(certification.retiree_le)
        phrase = f"Cette certification n’est plus dans Certif Info depuis le {le}.{suite}"
        return Situation("archivee", "Retirée de Certif Info", phrase, "erreur", est_choisissable=False)
    if not is_live(certification, jour):
        phrase = f"La dernière session de cette certification a eu lieu en {derniere}.{suite}"
        return Situation("inactive", "Terminée", phrase, "erreur")
    if successeurs:
        phrase = f"Cette certification est remplacée par {_names(successeurs)}."
        if derniere:
            phrase += f" Sa dernière session a lieu en {derniere}."
        return Situation("remplacee", "Remplacée", phrase, "avertissement")
    if premiere and premiere > jour.year:
        phrase = f"La première session de cette certification aura lieu en {premiere}."
        return Situation("a_valider", f"À partir de {premiere}", phrase, "avertissement")
    if derniere == jour.year:
        phrase = f"La dernière session de cette certification a lieu en {derniere}, cette année."
        return Situation("bientot_inactive", "Dernière session cette année", phrase, "avertissement")
    return Situation("active", "En vigueur", "Cette certification est en vigueur.", "succes")


def _names(certifications: list[Certification]) -> str:
    """« 114763 CAP boucher », « … et … », in a sentence."""
    names = [f"«{NBSP}{c.code} {c.intitule}{NBSP}»" for c in certifications]
    return " et ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def annees(certification: Certification) -> str:
    """Years of the first and last sessions, as « de 2007 à 2024 »; empty when neither is known."""
    premiere, derniere = certification.annee_premiere_session, certification.annee_derniere_session
    if premiere and derniere:
        return f"de {premiere} à {derniere}"
    if premiere:
        return f"depuis {premiere}"
    return f"jusqu’en {derniere}" if derniere else ""


def delivree_par(certification: Certification) -> str:
    """Who delivers it, as published: the certifiers, else the valideurs; may be empty."""
    return certification.certificateurs or certification.valideurs


@dataclass(frozen=True)
class Eligibilite:
    """The state of « éligibilité CPF » and what it is deduced from."""

    libelle: str
    explication: str
    #: ``None``: nothing says it.
    est_eligible: bool | None = None


def eligibilite_cpf(certification: Certification, jour: date) -> Eligibilite:
    """Deduce on `jour` whether the CPF may pay, from the RNCP and RS sheets: one query at most.

    Certif Info's open file does not say it; an active sheet is what the CPF asks for.
    """
    numeros = certification.numeros_fiches
    if not numeros:
        return Eligibilite(
            "Non renseigné", "Certif Info ne donne ni fiche RNCP ni fiche RS pour cette certification."
        )
    fiches = certification.fiches
    for fiche in fiches:
        if fiche.est_active_le(jour):
            return Eligibilite(
                "Éligible", f"Déduit de la fiche {fiche}, active{_until(fiche)}.", est_eligible=True
            )
    if fiches:
        return Eligibilite(
            "Non éligible", f"Déduit de la fiche {fiches[0]}, qui n’est plus active.", est_eligible=False
        )
    return Eligibilite(
        "Non renseigné", f"La fiche {', '.join(numeros)} n’est pas dans le répertoire importé."
    )


def _until(fiche: FicheRepertoire) -> str:
    return f" jusqu’au {date_longue(fiche.fin_enregistrement)}" if fiche.fin_enregistrement else ""
