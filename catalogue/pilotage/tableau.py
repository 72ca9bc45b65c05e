"""What the board says, from the measures alone: one query, whatever the size of the offer."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from catalogue.models import Mesure
from catalogue.pilotage import criteres
from catalogue.pilotage.graphiques import Serie, draw, share
from catalogue.pilotage.mesures import TOUT
from catalogue.pilotage.mois import label, last_months, short_label, years
from catalogue.pilotage.mouvements import ENTREES

#: Title of a group of states, the code of its measures, its list, its states, (code, name), each row in one
#: of them, and what is counted apart, which some of them hold.
ETATS = (
    (
        "Actions",
        "actions",
        "tableau_de_bord:action_list",
        (
            ("en_saisie", "En cours de saisie"),
            ("en_attente_validation", "En attente de validation"),
            ("en_attente_reponse", "En attente de réponses"),
            ("validees", "Validées"),
            ("refusees", "Refusées"),
            ("archivees", "Archivées"),
        ),
        (("code_remplace", "Code Certifinfo remplacé, non archivées"),),
    ),
    (
        "Sessions",
        "sessions",
        "tableau_de_bord:session_list",
        (
            ("en_preparation", "En préparation, jamais validées"),
            ("actives", "Actives"),
            ("inactives", "Inactives, terminées"),
        ),
        (("publiques_actives", "Publiques actives"), ("expirantes", "Inactives dans moins d’un mois")),
    ),
    (
        "Établissements et sites",
        "sites",
        "tableau_de_bord:site_list",
        (("a_valider", "En attente de validation"), ("actifs", "Actifs"), ("fermes", "Fermés")),
        (),
    ),
)


@dataclass(frozen=True)
class Mesures:
    """The figures of one computation, by code and key."""

    valeurs: dict[tuple[str, str], int]
    calculees_le: datetime | None

    @classmethod
    def load(cls) -> "Mesures":
        """Every figure. One query."""
        rows = list(Mesure.objects.order_by().values_list("code", "cle", "valeur", "calculee_le"))
        valeurs = {(code, cle): int(valeur) for code, cle, valeur, _ in rows}
        return cls(valeurs, rows[0][3] if rows else None)

    def get(self, code: str, cle: str = TOUT) -> int:
        """A number; 0 where nothing was counted."""
        return self.valeurs.get((code, cle), 0)

    def find(self, code: str, cle: str = TOUT) -> int | None:
        """A figure; None where there is none, as a delay without any decision."""
        return self.valeurs.get((code, cle))

    @property
    def mois(self) -> list[str]:
        """The months of the computation."""
        return last_months(timezone.localdate(self.calculees_le))


def build_surveiller(mesures: Mesures, user) -> list[dict]:
    """The tiles of what waits for somebody; those of administrators lead somewhere for them only."""
    cible, premiere, seconde = (mesures.get("delais", cle) for cle in ("cible", "premiere", "seconde"))
    jours = f"{cible}\u00a0jour{'s' if cible > 1 else ''} ouvré{'s' if cible > 1 else ''}"
    questions = reverse("pilotage:questions")
    attentes = (
        (
            f"Actions à valider depuis plus de {jours}",
            "retard",
            reverse("validation:file") + "?priorite=retard",
        ),
        (
            f"Questions sans réponse depuis plus de {premiere}\u00a0jours",
            "premiere",
            f"{questions}?depuis={premiere}",
        ),
        (
            f"Questions sans réponse depuis plus de {seconde}\u00a0jours",
            "seconde",
            f"{questions}?depuis={seconde}",
        ),
        ("Demandes AIF hors Certifinfo à traiter", "aif", reverse("aif:demande_list")),
        ("Codes Certifinfo à remplacer", "codes", reverse("remplacements:code_list")),
        ("Sessions écartées du flux", "ecartees", reverse("pilotage:ecartees")),
        ("Flux retenus ou en échec", "flux", reverse("flux:suivi")),
        (
            "Courriels abandonnés",
            "courriels",
            reverse("courriels:non_partis") if user.est_administrateur else "",
        ),
    )
    lignes = [
        {
            "libelle": libelle,
            "nombre": mesures.get("attentes", cle),
            "url": url,
            "note": "" if url else "Un administrateur s’en occupe",
        }
        for libelle, cle, url in attentes
    ]
    sites, sessions = reverse("etablissements:sites_a_valider"), reverse("tableau_de_bord:session_list")
    actions = reverse("tableau_de_bord:action_list")
    tuiles = [
        *lignes,
        {
            "libelle": "Messages qui attendent une réponse du Carif-Oref",
            "nombre": mesures.get("attentes", "messages"),
            "url": f"{actions}?etat=reponse_carif",
        },
        {"libelle": "Sites à valider", "nombre": mesures.get("sites", "a_valider"), "url": sites},
        {
            "libelle": "Sessions inactives dans moins d’un mois",
            "nombre": mesures.get("sessions", "expirantes"),
            "url": f"{sessions}?etat=expirantes",
        },
    ]
    # All of them wait for whoever may open them.
    return [tuile | {"agir": bool(tuile["url"])} for tuile in tuiles]


def build_delais(mesures: Mesures) -> dict:
    """The delays of the answers: over the year, then month by month, drawn and in a table."""
    mois = mesures.mois
    medianes = [mesures.find("delai_mediane", un) for un in mois]
    centiles = [mesures.find("delai_p90", un) for un in mois]
    series = [
        Serie("Médiane", "un", medianes, "j. ouvrés"),
        Serie("90e centile", "deux", centiles, "j. ouvrés", forme="ligne"),
    ]
    lignes = zip(mois, medianes, centiles, strict=True)
    return {
        "cible": mesures.get("delais", "cible"),
        "nombre": mesures.get("decisions"),
        "url": _mouvements("decisions"),
        "mediane": mesures.find("delai_mediane"),
        "centile": mesures.find("delai_p90"),
        "graphique": draw(
            [short_label(un) for un in mois],
            series,
            titres=[label(un) for un in mois],
            annees=years(mois),
            unite="jours ouvrés",
            repere=mesures.get("delais", "cible"),
        ),
        "lignes": [
            {
                "mois": label(un),
                "nombre": mesures.get("decisions", un),
                "url": _mouvements("decisions", un),
                "mediane": mediane,
                "centile": centile,
            }
            for un, mediane, centile in reversed(list(lignes))
        ],
    }


def build_entrees(mesures: Mesures) -> dict:
    """What is sent and made each month, drawn and in a table; and the organisations that came."""
    mois = mesures.mois
    series = [
        Serie(mouvement.libelle, classe, [mesures.get(mouvement.code, un) for un in mois])
        for mouvement, classe in zip(ENTREES, ("un", "deux", "trois"), strict=True)
    ]
    inscrits = reverse("pilotage:organismes")
    return {
        "series": series,
        "colonnes": [*(mouvement.libelle for mouvement in ENTREES), "Organismes inscrits"],
        "graphique": draw(
            [short_label(un) for un in mois],
            series,
            titres=[label(un) for un in mois],
            annees=years(mois),
            unite="par mois",
        ),
        "lignes": [
            {
                "mois": label(un),
                "cases": [
                    *(
                        {
                            "libelle": mouvement.libelle,
                            "nombre": mesures.get(mouvement.code, un),
                            "url": _mouvements(mouvement.code, un),
                        }
                        for mouvement in ENTREES
                    ),
                    {
                        "libelle": "Organismes inscrits",
                        "nombre": mesures.get("inscrits", un),
                        "url": f"{inscrits}?inscrit={un}",
                    },
                ],
            }
            for un in reversed(mois)
        ],
    }


def build_etats(mesures: Mesures) -> list[list[dict]]:
    """The volumes by state, whose parts add up, and what is counted apart: the actions, then the rest."""
    actions, *autres = [
        {
            "titre": titre,
            "total": mesures.get(code),
            "url": reverse(url_name),
            "lignes": [
                _volume(mesures, code, url_name, *etat)
                | {"part": share(mesures.get(code, etat[0]), mesures.get(code))}
                for etat in etats
            ],
            "a_part": [_volume(mesures, code, url_name, *etat) for etat in a_part],
        }
        for titre, code, url_name, etats, a_part in ETATS
    ]
    return [[actions], autres]


def _volume(mesures: Mesures, code: str, url_name: str, etat: str, libelle: str) -> dict:
    """How many rows are in a state, and their list."""
    url = f"{reverse(url_name)}?etat={etat}"
    return {"libelle": libelle, "nombre": mesures.get(code, etat), "url": url}


def build_completude(mesures: Mesures) -> dict:
    """How much of the validated offer says each thing, and of the organisations has it."""
    return {
        "actions": _gauges(mesures, "completude", criteres.ACTIONS, "pilotage:actions"),
        "organismes": _gauges(mesures, "organismes", criteres.ORGANISMES, "pilotage:organismes"),
        "nb_actions": mesures.get("completude"),
        "nb_organismes": mesures.get("organismes"),
    }


def _gauges(mesures: Mesures, code: str, liste: tuple[criteres.Critere, ...], url_name: str) -> list[dict]:
    tout = mesures.get(code)
    lignes = []
    for critere in liste:
        manques = mesures.get(code, f"sans_{critere.code}")
        lignes.append(
            {
                "libelle": critere.libelle,
                "pourcent": 100 * (tout - manques) // tout if tout else None,
                "part": share(tout - manques, tout),
                "manques": manques,
                "manque": critere.manque,
                "url": f"{reverse(url_name)}?manque={critere.code}",
            }
        )
    return lignes


def _mouvements(code: str, mois: str = "") -> str:
    """The list of what happened in a month, or in the twelve."""
    return reverse("pilotage:mouvements") + f"?quoi={code}" + (f"&mois={mois}" if mois else "")


def flatten(mesures: Mesures) -> list[tuple[str, str, str, int | None]]:
    """Every figure of the board as a line of a file: (chapter, line, column, number)."""
    delais, entrees, completude = build_delais(mesures), build_entrees(mesures), build_completude(mesures)
    lignes = [
        ("Délai de réponse", ligne["mois"], colonne, ligne[cle])
        for ligne in delais["lignes"]
        for colonne, cle in (
            ("Réponses", "nombre"),
            ("Médiane (jours ouvrés)", "mediane"),
            ("90e centile (jours ouvrés)", "centile"),
        )
    ]
    lignes += [
        ("Entrées", ligne["mois"], case["libelle"], case["nombre"])
        for ligne in entrees["lignes"]
        for case in ligne["cases"]
    ]
    lignes += [
        (groupe["titre"], ligne["libelle"], "Nombre", ligne["nombre"])
        for volet in build_etats(mesures)
        for groupe in volet
        for ligne in [*groupe["lignes"], *groupe["a_part"]]
    ]
    lignes += [
        (titre, ligne["libelle"], "Manquent", ligne["manques"])
        for titre, cle in (("Actions validées", "actions"), ("Organismes", "organismes"))
        for ligne in completude[cle]
    ]
    return lignes
