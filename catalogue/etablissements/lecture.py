"""How an organisme, a place and a contact are read on a page."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html

from catalogue.enums import EtatQualiopi, TypeEvenementEtablissement
from catalogue.models import Contact, EvenementEtablissement, Organisme, Site
from sofi.typographie import date_longue, grouper

Row = Organisme | Site | Contact
MODELES = {modele._meta.model_name: modele for modele in (Organisme, Site, Contact)}
#: Named otherwise than their column.
_NOMS = {
    "est_qualiopi": "Certifié Qualiopi",
    "commune": "Commune",
    "code_postal": "Code postal",
    "uai": "Code UAI",
}
#: Changes that do not say of what; the decisions are all on places.
_AVEC_OBJET = ("creation", "modification", "suppression")
_DE_L_OBJET = {"organisme": "de l’organisme", "site": "du site", "contact": "du contact"}
#: Lines of a journal shown on a sheet.
LIGNES_JOURNAL = 20


def nom(modele: type[Row], champ: str) -> str:
    """The field's name as the forms write it."""
    if champ in _NOMS:
        return _NOMS[champ]
    verbose = str(modele._meta.get_field(champ).verbose_name)
    return verbose[:1].upper() + verbose[1:]


def lire(row: Row, champ: str) -> str:
    """The stored value of `champ` in words; empty when it is not filled."""
    if row._meta.get_field(champ).choices:
        return getattr(row, f"get_{champ}_display")()
    match getattr(row, champ):
        case None | "":
            return ""
        case bool(valeur):
            return "Oui" if valeur else "Non"
        case date() as valeur:
            return date_longue(valeur)
        case valeur:
            return code(str(valeur)) if champ in ("siret", "nda") else str(valeur)


def code(valeur: str) -> str:
    """A SIRET or an NDA in groups."""
    return grouper(valeur, 3, 3, 3, 5) if len(valeur) == 14 else grouper(valeur, 2, 2, 5, 2)


def qualiopi(organisme: Organisme, on: date) -> str:
    """« Certificat valide, jusqu’au 31 décembre 2027 »."""
    etat = organisme.qualiopi_etat(on)
    if etat == EtatQualiopi.AUCUN:
        return etat.label
    if etat == EtatQualiopi.A_VENIR:
        return f"{etat.label}, à partir du {date_longue(organisme.qualiopi_debut)}"
    preposition = "depuis le" if etat == EtatQualiopi.EXPIRE else "jusqu’au"
    return f"{etat.label}, {preposition} {date_longue(organisme.qualiopi_fin)}"


def public_lines(organisme: Organisme, on: date) -> list[dict]:
    """What everybody signed in reads of an organisme: nothing that the directory does not show."""
    return [
        _line("Raison sociale", organisme.raison_sociale),
        _line("SIRET", code(organisme.siret)),
        _line("Qualiopi", qualiopi(organisme, on)),
        _line("Adresse", organisme.adresse),
        *_reach_lines(organisme),
        _line("Site web", link(organisme.site_web, organisme.site_web)),
    ]


def organisme_lines(organisme: Organisme, on: date) -> list[dict]:
    """The whole sheet of an organisme, for itself and for the Carif-Oref."""
    return [
        _line("Raison sociale", organisme.raison_sociale),
        _line("Nom d’usage", organisme.nom_usage),
        _line("SIRET", code(organisme.siret)),
        _line("Numéro de déclaration d’activité", code(organisme.nda)),
        _line("Code UAI", organisme.uai),
        _line("Qualiopi", qualiopi(organisme, on)),
        _line("Adresse du siège", organisme.adresse),
        *_reach_lines(organisme),
        _line("Site web", link(organisme.site_web, organisme.site_web)),
    ]


def site_lines(site: Site) -> list[dict]:
    """The sheet of a place. All of it is public once the place is active."""
    acces = ". ".join(filter(None, [site.get_acces_pmr_display(), site.accessibilite]))
    commune = f"{site.commune} ({site.departement})" if site.commune else ""
    return [
        _line("Adresse", site.adresse),
        _line("Commune", commune),
        _line("SIRET du site", code(site.siret)),
        _line("Code UAI", site.uai),
        *_reach_lines(site),
        _line("Accessibilité", acces),
    ]


def _reach_lines(row: Organisme | Site) -> list[dict]:
    """Telephone and e-mail, each a link that calls or writes."""
    return [
        _line("Téléphone", link(f"tel:{row.telephone.replace(' ', '')}", row.telephone)),
        _line("E-mail", link(f"mailto:{row.courriel}", row.courriel)),
    ]


def link(url: str, texte: str) -> str:
    """`texte` as a link to `url`; '' for nothing."""
    return format_html('<a href="{}">{}</a>', url, texte) if texte else ""


def _line(libelle: str, valeur: str) -> dict:
    return {"libelle": libelle, "valeur": valeur}


def history(evenements: QuerySet[EvenementEtablissement]) -> list[dict]:
    """The last lines of a journal, as components/historique.html reads them. One query."""
    lignes = evenements.select_related("auteur", "organisme")[:LIGNES_JOURNAL]
    return [
        {
            "quand": timezone.localtime(evenement.le),
            "qui": evenement.qui,
            "quoi": _what(evenement),
            "texte": evenement.texte,
        }
        for evenement in lignes
    ]


def _what(evenement: EvenementEtablissement) -> str:
    """« Modification du site Atelier : téléphone, e-mail »."""
    modele = MODELES[evenement.objet]
    quoi = TypeEvenementEtablissement(evenement.type).label
    if evenement.type in _AVEC_OBJET:
        quoi += f" {_DE_L_OBJET[evenement.objet]}"
    quoi += f" « {evenement.libelle} »"
    connus = {f.name for f in modele._meta.concrete_fields}
    champs = [champ for champ in evenement.details.get("champs", []) if champ in connus]
    return f"{quoi} : {', '.join(nom(modele, champ) for champ in champs)}" if champs else quoi
