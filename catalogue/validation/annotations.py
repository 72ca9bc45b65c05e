"""The lines of a dossier: each value with what is online, what was corrected, and what looks wrong."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from catalogue.completude import Constat, Poids, regle_of
from catalogue.corrections import Correction
from catalogue.models import Derogation
from catalogue.validation.comparaison import Changement
from catalogue.validation.fiches import LIGNES, Fait

#: How a weight is shown: its icon, its word.
SIGNES = {
    Poids.BLOQUANT: ("erreur", "Bloquant"),
    Poids.AVERTISSEMENT: ("avertissement", "À vérifier"),
    Poids.INTERNE: ("oeil", "Pour le Carif-Oref seulement"),
}
Cle = tuple[str, int, str]


@dataclass(frozen=True)
class Alerte:
    """A finding beside what it speaks of; `motif` and `par` when the staff let it pass."""

    constat: Constat
    #: The place of the page it speaks of.
    ancre: str
    motif: str = ""
    par: str = ""

    @property
    def icone(self) -> str:
        return SIGNES[self.constat.poids][0]

    @property
    def mot(self) -> str:
        return SIGNES[self.constat.poids][1]

    @property
    def regle(self) -> int | None:
        """The number of its rule; None for a field that is simply compulsory."""
        regle = regle_of(self.constat.code)
        return regle.numero if regle else None

    @property
    def peut_etre_ecarte(self) -> bool:
        return self.constat.poids is Poids.AVERTISSEMENT and not self.motif

    @property
    def touche_le_code(self) -> bool:
        """Whether replacing the Certifinfo code is the remedy."""
        return self.constat.code.startswith("code_")


@dataclass(frozen=True)
class Ligne:
    """One value of a sheet, as the dossier shows it."""

    libelle: str
    valeur: object
    #: Its id in the page; empty for what nothing may be said of.
    ancre: str = ""
    changements: list[Changement] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    alertes: list[Alerte] = field(default_factory=list)

    @property
    def changement(self) -> Changement | None:
        """What is online of the value itself, when it differs: its words may be empty."""
        return next((c for c in self.changements if c.champ == self.libelle), None)

    @property
    def details(self) -> list[Changement]:
        """What differs of what the value stands for, without showing in it: the telephone of a place."""
        return [c for c in self.changements if c.champ != self.libelle]

    @property
    def est_longue(self) -> bool:
        """Whether it takes the whole width."""
        return max(len(str(self.valeur)), len(self.changement.avant) if self.changement else 0) > 70

    @property
    def est_calme(self) -> bool:
        """Whether nothing calls for a look: folded when the rest of the sheet changed."""
        return not (self.changements or self.corrections or self.alertes)


@dataclass(frozen=True)
class Fiche:
    """The lines of one row, those that changed apart from the others, and what is said of the whole row."""

    etape: str
    pk: int
    titre: str
    lignes: list[Ligne]
    repliees: list[Ligne]
    alertes: list[Alerte]
    changements: list[Changement]


class Annotations:
    """What there is to say of each field of an action, found by (level, row, field)."""

    def __init__(
        self,
        constats: Iterable[Constat],
        ecartes: Iterable[tuple[Constat, Derogation]],
        changements: Iterable[Changement],
        corrections: Iterable[Correction],
    ):
        """Findings that stand, those let pass, differences with what is online, the staff's corrections."""
        self._alertes: dict[Cle, list[Alerte]] = defaultdict(list)
        self._corrections: dict[Cle, list[Correction]] = defaultdict(list)
        self._changements: dict[Cle, list[Changement]] = defaultdict(list)
        for changement in changements:
            self._changements[changement.cle].append(changement)
        for constat in constats:
            self._alertes[_cle(constat)].append(Alerte(constat, ancre(*_cle(constat))))
        for constat, derogation in ecartes:
            alerte = Alerte(constat, ancre(*_cle(constat)), derogation.motif, str(derogation.par))
            self._alertes[_cle(constat)].append(alerte)
        for correction in corrections:
            self._corrections[correction.objet, correction.objet_pk, correction.champ].append(correction)
        self.alertes = [alerte for alertes in self._alertes.values() for alerte in alertes]

    def fiche(self, etape: str, pk: int, titre: str, faits: list[Fait], *, renouvelee: bool) -> Fiche:
        """The sheet of one row; `renouvelee`: it is online already, so what did not change is folded."""
        lignes = [self._ligne(etape, pk, fait) for fait in faits]
        montrees = [ligne for ligne in lignes if not (renouvelee and ligne.est_calme)]
        connus = {fait.champ for fait in faits if fait.champ}
        return Fiche(
            etape=etape,
            pk=pk,
            titre=titre,
            lignes=montrees,
            repliees=[ligne for ligne in lignes if ligne not in montrees],
            alertes=_beside(self._alertes, etape, pk, connus),
            changements=_beside(self._changements, etape, pk, connus),
        )

    def liens(self) -> list[dict]:
        """Where the differences with what is online are told in the page, by row: `ou`, its `liens`."""
        groupes: dict[tuple, dict] = {}
        for cle, changements in self._changements.items():
            for changement in changements:
                groupe = groupes.setdefault((changement.ou, cle[:2]), {"ou": changement.ou, "liens": []})
                groupe["liens"].append({"libelle": changement.champ, "ancre": ancre(*cle)})
        return list(groupes.values())

    def of_row(self, etape: str, pk: int) -> list[Alerte]:
        """Everything said of one row, for a table that shows rows whole."""
        return [alerte for alerte in self.alertes if (alerte.constat.etape, alerte.constat.pk) == (etape, pk)]

    def corrections_of(self, etape: str, pk: int) -> list[Correction]:
        """The staff's corrections of one row."""
        found = [
            liste for (sorte, rang, _), liste in self._corrections.items() if (sorte, rang) == (etape, pk)
        ]
        return [correction for liste in found for correction in liste]

    def _ligne(self, etape: str, pk: int, fait: Fait) -> Ligne:
        if not fait.champ:
            return Ligne(fait.libelle, fait.valeur)
        cle = (etape, pk, fait.champ)
        return Ligne(
            libelle=fait.libelle,
            valeur=fait.valeur,
            ancre=ancre(*cle),
            changements=self._changements.get(cle, []),
            corrections=self._corrections.get(cle, []),
            alertes=self._alertes.get(cle, []),
        )


def ancre(etape: str, pk: int, champ: str) -> str:
    """The id of a line in the page; of the whole row for what is no line."""
    return f"{etape}-{pk}-{champ}" if champ in LIGNES.get(etape, ()) else f"{etape}-{pk}"


def _beside(annotations: dict[Cle, list], etape: str, pk: int, connus: set[str]) -> list:
    """What is said of one row, but for its fields `connus`, which say it themselves."""
    return [
        annotation
        for (sorte, rang, champ), liste in annotations.items()
        if (sorte, rang) == (etape, pk) and champ not in connus
        for annotation in liste
    ]


def _cle(constat: Constat) -> Cle:
    return constat.etape, constat.pk, constat.champ
