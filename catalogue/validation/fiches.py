"""The formation, the action, its sessions and its organisme as lists of facts, one line each."""

from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import yesno

from catalogue.certifications.fiche import fiche_of_formation
from catalogue.models import Action, Dispositif, Organisme, Session, Site
from catalogue.points import CHAMPS
from sofi.typographie import date_longue, grouper, quantite

#: How the codes of an organisme are read aloud.
SIRET, NDA, TELEPHONE = (3, 3, 3, 5), (2, 2, 5, 2), (2, 2, 2, 2, 2)


@dataclass(frozen=True)
class Fait:
    """One line of a sheet; an empty `valeur` is shown « Non renseigné »."""

    libelle: str
    valeur: object
    #: The field of the row, where it is one: what differs, was corrected or looks wrong is told beside it.
    champ: str = ""


#: The lines of the sheet of a formation (`fiche_of_formation`) that something may be said of.
FORMATION = {
    "Code Certifinfo": "certification",
    "Intitulé": "intitule",
    "Objectif": "objectif",
    "Programme": "programme",
    "Formacodes": "formacodes",
    "Niveau de sortie": "niveau",
    "Type de diplôme": "type_diplome",
    "Certificateurs": "certificateurs",
    "Fiches RNCP et RS": "fiches",
    "Codes NSF": "nsfs",
    "Codes ROME": "romes",
}
ORGANISME = (
    "raison_sociale",
    "nom_usage",
    "siret",
    "nda",
    "uai",
    "est_qualiopi",
    "adresse",
    "telephone",
    "courriel",
    "site_web",
)
#: The fields that have a line of their own, by level.
LIGNES = {
    "formation": frozenset(FORMATION.values()),
    "action": frozenset(CHAMPS["action"]),
    "session": frozenset(CHAMPS["session"]),
    "organisme": frozenset(ORGANISME),
}


def faits_formation(action: Action, jour: date) -> list[Fait]:
    """What the sheet of the formation says on `jour`, and the code it had before. Three queries."""
    faits = [
        Fait(ligne.libelle, ligne.valeur, FORMATION.get(ligne.libelle, ""))
        for ligne in fiche_of_formation(action.formation, jour)
    ]
    if action.certification_precedente:
        faits.insert(1, Fait("Ancien code", action.certification_precedente))
    return faits


def faits_organisme(organisme: Organisme, jour: date) -> list[Fait]:
    """The organisme as it is published, and its Qualiopi certificate on `jour`."""
    valeurs = (
        ("Raison sociale", organisme.raison_sociale),
        ("Nom d’usage", organisme.nom_usage),
        ("SIRET", grouper(organisme.siret, *SIRET)),
        ("Numéro de déclaration d’activité", grouper(organisme.nda, *NDA)),
        ("Code UAI", organisme.uai),
        ("Qualiopi", _qualiopi(organisme, jour)),
        ("Adresse", _adresse(organisme)),
        ("Téléphone", grouper(organisme.telephone, *TELEPHONE)),
        ("E-mail", organisme.courriel),
        ("Site web", organisme.site_web),
    )
    return [Fait(*valeur, champ) for valeur, champ in zip(valeurs, ORGANISME, strict=True)]


def _qualiopi(organisme: Organisme, jour: date) -> str:
    etat = organisme.qualiopi_etat(jour).label
    if not organisme.est_qualiopi:
        return etat
    debut, fin = date_longue(organisme.qualiopi_debut), date_longue(organisme.qualiopi_fin)
    return f"{etat} (du {debut} au {fin})"


def faits_action(action: Action) -> list[Fait]:
    site = action.site_dispensateur
    return [
        Fait("Complément intitulé", action.complement_intitule, "complement_intitule"),
        Fait("Complément descriptif", action.complement_descriptif, "complement_descriptif"),
        Fait("Site dispensateur", _site(site), "site_dispensateur"),
        Fait("URL vers le site de l’OF", action.url, "url"),
        Fait("Niveau d’entrée", action.get_niveau_entree_display(), "niveau_entree"),
        Fait("Type de parcours", action.get_type_parcours_display(), "type_parcours"),
        Fait("Modalités pédagogiques", action.modalites_pedagogiques, "modalites_pedagogiques"),
        Fait("ESP ou dates fixes", action.get_modalites_es_display(), "modalites_es"),
        Fait("Durée en centre", quantite(action.duree_centre, "h"), "duree_centre"),
        Fait("Durée en entreprise", quantite(action.duree_entreprise, "h"), "duree_entreprise"),
        Fait("Durée hebdo", quantite(action.duree_hebdo, "h"), "duree_hebdo"),
        Fait("Commentaire durée", action.commentaire_duree, "commentaire_duree"),
        Fait("Commentaire prérequis", action.commentaire_prerequis, "commentaire_prerequis"),
    ]


def faits_session(session: Session) -> list[Fait]:
    return [
        Fait("Numéro public", session.numero or "Attribué à la première validation"),
        Fait("Site lieu", _site(session.site_lieu), "site_lieu"),
        Fait("Date début", date_longue(session.date_debut), "date_debut"),
        Fait("Date fin", date_longue(session.date_fin), "date_fin"),
        Fait("Rythmes", ", ".join(session.rythmes_libelles), "rythmes"),
        Fait("Périodes de formation", ", ".join(session.periodes_libelles), "periodes"),
        Fait(
            "Modalités d’enseignement", session.get_modalites_enseignement_display(), "modalites_enseignement"
        ),
        Fait("Capacité d’accueil", session.capacite, "capacite"),
        Fait("Places disponibles", session.places_disponibles, "places_disponibles"),
    ]


def faits_dispositif(dispositif: Dispositif) -> dict:
    """The cells of a row of the table of dispositifs."""
    return {
        "pk": dispositif.pk,
        "libelle": str(dispositif),
        "publics": ", ".join(dispositif.publics_libelles),
        "codes_externes": dispositif.codes_externes,
        "nb_places": dispositif.nb_places,
        "cout": dispositif.cout_libelle,
        "prise_en_charge": yesno(dispositif.prise_en_charge, "Oui,Non,"),
        "etat": dispositif.etat_libelle,
    }


def _site(site: Site | None) -> str:
    if site is None:
        return ""
    return ", ".join(filter(None, [site.nom, _adresse(site)]))


def _adresse(lieu: Organisme | Site) -> str:
    return ", ".join(filter(None, [*lieu.lignes, f"{lieu.code_postal} {lieu.ville}".strip()]))
