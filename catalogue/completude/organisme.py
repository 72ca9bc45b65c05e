"""Rules on the organisation: SIRET and NDA (17), Qualiopi (18), somebody to call (20).

Its people and the Carif-Oref read the same sentences: « l’organisme », never « votre organisme ».
"""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from catalogue.completude.adresses_web import est_accueil_reseau_social
from catalogue.completude.constat import Constat, Poids
from catalogue.completude.faits import Faits, a_controler
from catalogue.enums import EtatQualiopi
from catalogue.identifiants import validate_nda, validate_siret
from catalogue.models import Action, Organisme
from sofi.typographie import NBSP, date_longue

#: States of a certificate that cover a session.
QUALIOPI_COUVERTS = (EtatQualiopi.VALIDE, EtatQualiopi.EXPIRE_BIENTOT)


def of_organisme(action: Action, faits: Faits) -> Iterator[Constat]:
    """The findings about the sheet of the organisme, which holds for all its actions."""
    organisme = action.organisme
    yield from _numeros(organisme)
    site = action.site_dispensateur
    contacts = [organisme.telephone, organisme.courriel, *((site.telephone, site.courriel) if site else ())]
    if not any(contacts):  # 20: LHÉO contact-formation
        yield Constat(
            "contact_absent",
            "Ni l’organisme ni le site dispensateur n’ont de téléphone ou d’e-mail"
            f"{NBSP}: ajoutez-en un, c’est lui que le public appellera.",
            "organisme",
            organisme.pk,
            "telephone",
        )
    if est_accueil_reseau_social(organisme.site_web):  # 12
        yield Constat(
            "site_web_reseau_social",
            "Le site web de l’organisme est la page d’accueil d’un réseau social"
            f"{NBSP}: indiquez l’adresse de sa propre page.",
            "organisme",
            organisme.pk,
            "site_web",
            Poids.AVERTISSEMENT,
        )
    yield from _qualiopi(action, faits)


def _numeros(organisme: Organisme) -> Iterator[Constat]:
    """Rule 17: without a right SIRET and a right NDA, France Travail does not take the session."""
    try:
        validate_siret(organisme.siret)
    except ValidationError as error:
        yield Constat(
            "siret_faux",
            f"SIRET de l’organisme{NBSP}: {_continued(error)}",
            "organisme",
            organisme.pk,
            "siret",
        )
    if not organisme.nda:
        yield Constat(
            "nda_absent",
            f"Le numéro de déclaration d’activité de l’organisme n’est pas renseigné{NBSP}: ajoutez-le.",
            "organisme",
            organisme.pk,
            "nda",
        )
        return
    try:
        validate_nda(organisme.nda)
    except ValidationError as error:
        yield Constat(
            "nda_faux",
            f"Numéro de déclaration d’activité de l’organisme{NBSP}: {_continued(error)}",
            "organisme",
            organisme.pk,
            "nda",
        )


def _continued(error: ValidationError) -> str:
    """The sentence of a validator, after a colon. Only the Carif-Oref changes these numbers once filled."""
    message = error.messages[0]
    return f"{message[0].lower()}{message[1:]} Le Carif-Oref le corrige à la demande de l’organisme."


def _qualiopi(action: Action, faits: Faits) -> Iterator[Constat]:
    """Rule 18: the certificate runs on the day each session starts. One finding, on the first that fails."""
    organisme = action.organisme
    nus = [
        session
        for session in a_controler(action, faits.on)
        if session.date_debut and organisme.qualiopi_etat(session.date_debut) not in QUALIOPI_COUVERTS
    ]
    for session in nus:
        exigeants = [
            d.type.libelle
            for d in session.dispositifs.all()
            if d.est_actif and d.type_id and d.type.exige_qualiopi
        ]
        if exigeants:
            yield Constat(
                "qualiopi_exige",
                f"Le dispositif «{NBSP}{exigeants[0]}{NBSP}» demande un certificat Qualiopi valable le "
                f"{date_longue(session.date_debut)}, début de la session{NBSP}: "
                "indiquez ses dates, ou changez de dispositif.",
                "organisme",
                organisme.pk,
                "est_qualiopi",
            )
            return
    if nus:
        yield Constat(
            "qualiopi_absent",
            f"L’organisme n’a pas de certificat Qualiopi valable le {date_longue(nus[0].date_debut)}, "
            "début d’une session"
            f"{NBSP}: les financements publics ou mutualisés (Opco, CPF…) seront refusés. "
            "S’il est certifié, indiquez les dates du certificat.",
            "organisme",
            organisme.pk,
            "est_qualiopi",
            Poids.AVERTISSEMENT,
        )
