"""The ten counters of the 2017 manual, and the lists they open.

A state is a name in the `conditions` of the model's queryset. The list filters what a person may see by
that condition and the counter counts by it: the two cannot disagree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Model, QuerySet
from django.utils import timezone

from catalogue.models import Action, Session, Signalement, Site
from catalogue.models.decompte import read_counts
from sofi.adresses import page_of

#: The states that the staff's tabs count too: an index holds those rows and no other.
COMPTES_PAR_TOUS = frozenset({"reponse_of", "reponse_carif"})


@dataclass(frozen=True)
class Etat:
    """One selection of a list: `code` names its condition, and is the value of `?etat=`."""

    code: str
    #: Its name above the list, then in full: for a counter, the manual's words.
    onglet: str
    libelle: str
    #: Whether it is one of the manual's ten counters.
    est_compteur: bool = False
    #: Whether the dashboard says that it waits for somebody to act.
    agir: bool = False
    #: Column that orders the list, never null in it; then the primary key (see `sofi.paging`).
    cle: str = "id"
    descending: bool = True


def compteur(code: str, onglet: str, libelle: str, **options) -> Etat:
    """One of the ten counters."""
    return Etat(code, onglet, libelle, est_compteur=True, **options)


@dataclass(frozen=True)
class Groupe:
    """One of the three groups of the dashboard: a model, its list, its selections."""

    titre: str
    model: type[Model]
    url_name: str
    etats: tuple[Etat, ...]

    @property
    def tous(self) -> Etat:
        """The selection of the address without `?etat=`: everything."""
        return self.etats[0]

    def find(self, code: str) -> Etat | None:
        return next((etat for etat in self.etats if etat.code == code), None)

    def queryset(self, user, etat: Etat) -> QuerySet:
        """What `user` may see in that state: the list, and what its counter counts."""
        return self.model.objects.visible_to(user).in_state(etat.code)

    def url(self, etat: Etat) -> str:
        return page_of(self.url_name) + (f"?etat={etat.code}" if etat.code else "")


ACTIONS = Groupe(
    "Actions",
    Action,
    "tableau_de_bord:action_list",
    (
        Etat("", "Toutes", "Toutes les actions de formation"),
        compteur("en_saisie", "En cours de saisie", "Actions de formation en cours de saisie"),
        Etat("jamais_envoyees", "Jamais envoyées", "Actions jamais envoyées au Carif-Oref"),
        Etat("a_renvoyer", "À renvoyer", "Actions modifiées ou reprises, à renvoyer au Carif-Oref"),
        compteur(
            "en_attente_validation",
            "En attente de validation",
            "Actions de formation en attente de validation par CARIF-OREF",
            cle="soumise_le",
            descending=False,
        ),
        compteur(
            "en_attente_reponse",
            "En attente de réponses",
            "Actions de formation en attente de réponses",
            agir=True,
        ),
        compteur(
            "code_remplace",
            "Code remplacé",
            "Actions de formation dont le code Certifinfo a été remplacé par le CARIF-OREF",
            agir=True,
        ),
        Etat("validees", "Validées", "Actions de formation validées"),
        Etat("refusees", "Refusées", "Actions de formation refusées"),
        Etat("archivees", "Archivées", "Actions de formation archivées"),
        *(
            Etat(code, f"{qui} de répondre", f"{qui} de répondre au dernier message")
            for code, qui in (("reponse_of", "À l’organisme"), ("reponse_carif", "Au Carif-Oref"))
        ),
    ),
)
SESSIONS = Groupe(
    "Sessions",
    Session,
    "tableau_de_bord:session_list",
    (
        Etat("", "Toutes", "Toutes les sessions de formation"),
        Etat("en_preparation", "En préparation", "Sessions jamais validées, ou dont la fin est à saisir"),
        compteur("actives", "Actives", "Sessions de formation actives", cle="date_fin", descending=False),
        compteur(
            "expirantes",
            "Inactives dans moins d’un mois",
            "Sessions de formation inactives dans moins d’un mois",
            cle="date_fin",
            descending=False,
        ),
        Etat(
            "sans_suite",
            "Sans suite",
            "Sessions inactives dans moins d’un mois, sans session ensuite pour leur formation",
            cle="date_fin",
            descending=False,
        ),
        compteur("inactives", "Inactives", "Sessions de formation inactives"),
        compteur("publiques_actives", "Publiques actives", "Sessions de formation publiques actives"),
    ),
)
SITES = Groupe(
    "Sites et contacts",
    Site,
    "tableau_de_bord:site_list",
    (
        Etat("", "Tous", "Tous les établissements et sites"),
        compteur(
            "a_valider",
            "En attente de validation",
            "Établissements et sites en attente de validation par le Carif-oref",
        ),
        compteur("actifs", "Actifs", "Établissements et sites actifs"),
        Etat("fermes", "Fermés", "Établissements et sites fermés"),
    ),
)
GROUPES = (ACTIONS, SESSIONS, SITES)


def count_tabs(user, groupe: Groupe) -> dict[tuple[str, str], int]:
    """The numbers of a list's tabs; for the staff the rare states only: the region's would cost too much.

    One query at most.
    """
    if not user.est_carif:
        return count(user, [groupe])
    codes = COMPTES_PAR_TOUS & {etat.code for etat in groupe.etats}
    if not codes:
        return {}
    nombres = groupe.model.objects.counted_apart(timezone.localdate(), codes).get()
    return {(groupe.titre, code): nombre for code, nombre in nombres.items()}


def count(user, groupes: Iterable[Groupe] = GROUPES) -> dict[tuple[str, str], int]:
    """How many rows `user` has in each state, keyed by (group title, state code). One query."""
    groupes = tuple(groupes)
    return _keyed(groupes, read_counts(_counts, user, timezone.localdate(), groupes))


def _counts(user, on: date, groupes: tuple[Groupe, ...]) -> Iterator[QuerySet]:
    """What `count` reads: of each group, the states that its index holds, then the others."""
    for groupe in groupes:
        rows = groupe.model.objects.all()
        yield from rows.visible_to(user).counted(on)
        if rows.sans_nombre:
            yield rows.counted_apart_for(user, on)


def _keyed(groupes: Iterable[Groupe], nombres: Iterable[int]) -> dict[tuple[str, str], int]:
    nombres, found = iter(nombres), {}
    for groupe in groupes:
        rows = groupe.model.objects.none()
        par_etat = rows.named(nombres) | {code: next(nombres) for code in sorted(rows.sans_nombre)}
        found |= {(groupe.titre, code): nombre for code, nombre in par_etat.items()}
    return found


@dataclass(frozen=True)
class Accueil:
    """What the home of an organisme reads of its offer."""

    #: As `count` gives them.
    nombres: dict[tuple[str, str], int]
    #: When the oldest action never sent was begun; None when there is none.
    premier_brouillon: datetime | None
    #: What visitors reported and nobody answered.
    signalements: int


def read_accueil(user) -> Accueil:
    """The numbers of the dashboard. One query."""
    signalements, premier_brouillon, *nombres = read_counts(_accueil, user, timezone.localdate())
    return Accueil(_keyed(GROUPES, nombres), premier_brouillon, signalements)


def _accueil(user, on: date) -> Iterator[QuerySet]:
    _, *autres = GROUPES
    rows = Action.objects.visible_to(user)
    brouillons = rows.conditions(on)["jamais_envoyees"]
    yield Signalement.objects.visible_to(user).ouverts().one_row({"ouverts": Count("pk")})
    yield from rows.counted(on, premier=Min("cree_le", filter=brouillons))
    yield from _counts(user, on, autres)
