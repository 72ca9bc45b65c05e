"""The public sheet of a session, an action or a formation: key facts, then sections of lines.

Read from `Diffusion.contenu` (`catalogue.instantane.build_contenu`); pages and PDF say the same thing.
"""

from datetime import date
from urllib.parse import quote, urlencode

from django.urls import reverse
from django.utils import timezone

from catalogue.enums import ModalitesES, NiveauEntree, TypeParcours, label_niveau
from catalogue.models import Diffusion, Formacode, TypeDiplome
from catalogue.numeros import numero_organisme
from catalogue.pdf import Fait, Section
from sofi.typographie import NBSP, apostrophes, date_longue, quantite

from . import mots

RNCP = "https://www.francecompetences.fr/recherche/rncp/{}/"
RS = "https://www.francecompetences.fr/recherche/rs/{}/"
CPF = {"oui": "Éligible", "non": "Non éligible"}


def key_facts(row: Diffusion, jour: date) -> list[Fait]:
    """What one looks for first of a session on the day `jour`: when, where, how long, how much, whether there
    is room."""
    contenu = row.contenu
    quand = mots.quand(row.date_debut, contenu["action"]["modalites_es"], jour)
    session, lieu = contenu["session"], contenu["session"]["site_lieu"]
    faits = [
        Fait("Dates", mots.periode(row.date_debut, row.date_fin), precision=quand),
        Fait("Lieu", f"{lieu['ville']} ({lieu['departement']})"),
        _length(contenu["action"]),
        Fait("Prix", mots.prix_de(contenu["dispositifs"])),
        Fait("Places disponibles", mots.places(session)),
        _cpf(row),
        Fait("Modalité", mots.modalite(session)),
        Fait("Financement", _funding(contenu["dispositifs"])),
    ]
    return [fait for fait in faits if fait.valeur]


def action_facts(row: Diffusion) -> list[Fait]:
    """What holds for every session of an action."""
    contenu, certification = row.contenu, row.contenu["formation"]["certification"]
    faits = [
        _length(contenu["action"]),
        Fait("Niveau de sortie", label_niveau(certification["niveau"]) if certification else ""),
        Fait("Entrées", mots.label(ModalitesES, contenu["action"]["modalites_es"])),
        _cpf(row),
    ]
    return [fait for fait in faits if fait.valeur]


def _length(action: dict) -> Fait:
    return Fait("Durée", mots.duree(action), precision=mots.parts_de_duree(action))


def _cpf(row: Diffusion) -> Fait:
    """Whether the CPF may pay, and on what day that was so: a certification may have ended since."""
    reponse = CPF.get(row.contenu["formation"]["cpf"], "")
    le = date_longue(timezone.localdate(row.modifiee_le))
    return Fait("Compte formation (CPF)", f"{reponse} (vérifié le {le})" if reponse else "")


def _funding(dispositifs: list[dict]) -> str:
    return ", ".join(dict.fromkeys(d["libelle"] for d in dispositifs))


def session_section(row: Diffusion) -> Section:
    """What the key facts of a session do not say: its whole address, its rhythm."""
    session, lieu = row.contenu["session"], row.contenu["session"]["site_lieu"]
    return Section(
        "Lieu et rythme",
        [
            Fait("Adresse", f"{lieu['nom']}\n{mots.adresse(lieu)}"),
            *_phone_and_mail(lieu, "du lieu"),
            Fait("Rythme", mots.rythme(session)),
            Fait("Capacité d’accueil", quantite(session["capacite"], "places")),
        ],
    )


def funding_sections(row: Diffusion) -> list[Section]:
    """Each scheme of a session: whom it is for, what it costs, who pays."""
    return [_scheme(dispositif) for dispositif in row.contenu["dispositifs"]]


def _scheme(dispositif: dict) -> Section:
    pris_en_charge = {True: "Pris en charge", False: "Non pris en charge"}
    return Section(
        dispositif["libelle"],
        [
            Fait("Prix pour le stagiaire", mots.prix(dispositif["cout_stagiaire"])),
            Fait("Frais pédagogiques", pris_en_charge.get(dispositif["prise_en_charge"], "")),
            Fait("Publics", mots.publics([dispositif])),
            Fait("Financeurs", mots.financeurs(dispositif)),
            Fait("Places", quantite(dispositif["nb_places"], "places")),
            Fait("Code du dispositif", dispositif["codes_externes"]),
        ],
    )


def action_sections(row: Diffusion) -> list[Section]:
    """For whom, what, how: what holds for every session of the action."""
    formation, action = row.contenu["formation"], row.contenu["action"]
    hebdo = action["duree_hebdo"]
    return [
        Section(
            "Pour qui",
            [
                Fait("Publics", mots.publics(row.contenu["dispositifs"])),
                Fait("Niveau d’entrée", mots.label(NiveauEntree, action["niveau_entree"])),
                Fait("Prérequis", action["commentaire_prerequis"]),
            ],
        ),
        Section(
            "Contenu de la formation",
            [
                Fait("Objectif", formation["objectif"]),
                Fait("Programme", formation["programme"]),
                Fait("Précisions de l’organisme", action["complement_descriptif"]),
            ],
        ),
        Section(
            "Déroulement",
            [
                Fait("Durée hebdomadaire", f"{mots.nombre(hebdo)}{NBSP}h" if hebdo else ""),
                Fait("À propos de la durée", action["commentaire_duree"]),
                Fait("Entrées et sorties", mots.label(ModalitesES, action["modalites_es"])),
                Fait("Parcours", mots.label(TypeParcours, action["type_parcours"])),
                Fait("Pédagogie", action["modalites_pedagogiques"]),
            ],
        ),
    ]


def certification_section(row: Diffusion) -> Section | None:
    """What the formation leads to, its codes with their labels; None without certification. Two queries."""
    certification = row.contenu["formation"]["certification"]
    if certification is None:
        return None
    libelles = Formacode.objects.in_bulk(certification["formacodes"])
    formacodes = [str(libelles.get(code, code)) for code in certification["formacodes"]]
    diplome = TypeDiplome.objects.filter(pk=certification["type_diplome"]).first()
    faits = [
        Fait("Type", apostrophes(str(diplome or ""))),
        Fait("Niveau de sortie", label_niveau(certification["niveau"])),
        Fait("Délivrée par", apostrophes(certification["certificateurs"])),
        _cpf(row),
        Fait("Code Certifinfo", certification["code"]),
    ]
    if rncp := certification["code_rncp"]:
        faits.append(Fait("Fiche RNCP", f"RNCP{rncp}", RNCP.format(rncp)))
    faits += [Fait("Fiche RS", f"RS{code}", RS.format(code)) for code in certification["codes_rs"]]
    return Section(
        "Certification",
        [
            *faits,
            Fait("Formacodes", apostrophes("\n".join(formacodes))),
            Fait("Codes ROME", ", ".join(certification["romes"])),
            Fait("Codes NSF", ", ".join(certification["nsfs"])),
        ],
    )


def contact_section(row: Diffusion) -> Section:
    """Whom to ask: the place that delivers the action, else the organisme."""
    contenu = row.contenu
    organisme, site = contenu["organisme"], contenu["action"]["site_dispensateur"]
    joindre = {cle: site[cle] or organisme[cle] for cle in ("telephone", "courriel")}
    url = contenu["action"]["url"]
    return Section(
        "Contact",
        [
            Fait(
                "Organisme",
                mots.nom(organisme),
                reverse("diffusion:organisme", args=[numero_organisme(row.organisme_id)]),
            ),
            *_phone_and_mail(joindre),
            Fait("Page de la formation", url, _web(url)),
            Fait("Site dispensateur", f"{site['nom']}\n{mots.adresse(site)}"),
        ],
    )


def reach(row: Diffusion) -> Fait | None:
    """The one way to get in touch that the page puts forward: a mail, else a call, else the web page."""
    contenu = row.contenu
    organisme, site = contenu["organisme"], contenu["action"]["site_dispensateur"]
    if courriel := site["courriel"] or organisme["courriel"]:
        objet = urlencode({"subject": f"{row.intitule} – session {row.numero}"}, quote_via=quote)
        return Fait("Écrire à l’organisme", courriel, f"mailto:{courriel}?{objet}")
    if telephone := site["telephone"] or organisme["telephone"]:
        return Fait("Appeler l’organisme", telephone, f"tel:{''.join(telephone.split())}")
    url = _web(contenu["action"]["url"]) or _web(organisme["site_web"])
    return Fait("Voir le site de l’organisme", url, url) if url else None


def _web(url: str) -> str:
    """`url` when it is an address of the web, the only kind that a page makes a link of."""
    return url if url.lower().startswith(("https://", "http://")) else ""


def organisme_section(organisme: dict) -> Section:
    """The public side of an organisme."""
    site_web = organisme["site_web"]
    return Section(
        "Coordonnées",
        [
            Fait("Raison sociale", organisme["raison_sociale"]),
            Fait("Adresse", mots.adresse(organisme)),
            *_phone_and_mail(organisme),
            Fait("Site web", site_web, _web(site_web)),
            Fait("SIRET", mots.siret(organisme["siret"])),
            Fait("Déclaration d’activité", organisme["nda"]),
            Fait("UAI", organisme["uai"]),
        ],
    )


def _phone_and_mail(qui: dict, precision: str = "") -> list[Fait]:
    """How to call and write; the numbers are links."""
    telephone, courriel = qui["telephone"], qui["courriel"]
    appel = f"tel:{''.join(telephone.split())}" if telephone else ""
    suite = f" {precision}" if precision else ""
    return [
        Fait(f"Téléphone{suite}", telephone, appel),
        Fait(f"E-mail{suite}", courriel, f"mailto:{courriel}" if courriel else ""),
    ]
