"""What search engines read of a sheet: schema.org `Course` with its `CourseInstance`s, as JSON-LD."""

import json
from collections.abc import Iterable
from datetime import date

from django.utils.safestring import SafeString, mark_safe

from catalogue.enums import ModalitesEnseignement
from catalogue.models import Diffusion
from catalogue.numeros import numero_action, numero_organisme
from sofi.courriels import lien

from . import mots

#: As search engines want them written.
_MODES = {
    ModalitesEnseignement.PRESENTIEL: "Onsite",
    ModalitesEnseignement.MIXTE: "Blended",
    ModalitesEnseignement.DISTANCE: "Online",
}
#: All that could end the block, or the line, of a script.
_ECHAPPES = {ord(signe): f"\\u{ord(signe):04x}" for signe in "<>&\u2028\u2029"}


def script(donnees: dict) -> SafeString:
    """`donnees` as a `<script type="application/ld+json">` may hold them: no browser runs that block."""
    return mark_safe(json.dumps(donnees, ensure_ascii=False).translate(_ECHAPPES))  # noqa: S308 - escaped


def course(row: Diffusion, instances: Iterable[tuple[str, date, date, dict, list[dict]]]) -> dict:
    """The action of `row`; `instances` are (number, first day, last day, session, dispositifs)."""
    contenu = row.contenu
    certification = contenu["formation"]["certification"]
    description = contenu["formation"]["objectif"] or contenu["action"]["complement_descriptif"]
    donnees = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": row.intitule,
        "description": description or row.intitule,
        "courseCode": certification["code"] if certification else numero_action(row.action_id),
        "inLanguage": "fr",
        "url": lien("diffusion:action", numero=numero_action(row.action_id)),
        "provider": _provider(row),
        "hasCourseInstance": [_instance(*instance, contenu["action"]) for instance in instances],
    }
    if certification:
        donnees["educationalCredentialAwarded"] = contenu["formation"]["intitule"]
    if prerequis := contenu["action"]["commentaire_prerequis"]:
        donnees["coursePrerequisites"] = prerequis
    return donnees


def _provider(row: Diffusion) -> dict:
    organisme = row.contenu["organisme"]
    return {
        "@type": "EducationalOrganization",
        "name": mots.nom(organisme),
        "url": lien("diffusion:organisme", numero=numero_organisme(row.organisme_id)),
    }


def _instance(
    numero: str, debut: date, fin: date, session: dict, dispositifs: list[dict], action: dict
) -> dict:
    heures = (action["duree_centre"] or 0) + (action["duree_entreprise"] or 0)
    donnees = {
        "@type": "CourseInstance",
        "url": lien("diffusion:session", numero=numero),
        "startDate": debut.isoformat(),
        "endDate": fin.isoformat(),
        "courseMode": _MODES.get(session["modalites_enseignement"], "Onsite"),
    }
    # Nobody goes anywhere for a session wholly at a distance; a `VirtualLocation` would be the address
    # where people meet online, which we are not told.
    if session["modalites_enseignement"] != ModalitesEnseignement.DISTANCE:
        donnees["location"] = _place(session["site_lieu"])
    if heures:
        donnees["courseWorkload"] = f"PT{heures}H"
    if session["capacite"] is not None:
        donnees["maximumAttendeeCapacity"] = session["capacite"]
    if session["places_disponibles"] is not None:
        donnees["remainingAttendeeCapacity"] = session["places_disponibles"]
    offres = [
        {
            "@type": "Offer",
            "category": d["libelle"],
            "price": d["cout_stagiaire"],
            "priceCurrency": "EUR",
        }
        for d in dispositifs
        if d["cout_stagiaire"] is not None
    ]
    return donnees | ({"offers": offres} if offres else {})


def _place(lieu: dict) -> dict:
    return {
        "@type": "Place",
        "name": lieu["nom"],
        "address": {
            "@type": "PostalAddress",
            "streetAddress": ", ".join(lieu["lignes"]),
            "postalCode": lieu["code_postal"],
            "addressLocality": lieu["ville"],
            "addressCountry": "FR",
        },
    }
