"""What an import of Certif Info changes for the offer: the actions not archived whose code it touches."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from catalogue.enums import StatutAction, label_niveau
from catalogue.models import Action, Certification, Formation, Remplacement
from sofi.export import csv_lines
from sofi.typographie import NBSP

#: How many codes are told one by one, and how many numbers of actions for each.
CODES_MONTRES, ACTIONS_MONTREES = 20, 10


@dataclass(frozen=True)
class Faits:
    """What Certif Info says of a code, as far as the actions that carry it are concerned."""

    intitule: str
    niveau: int | None
    derniere: int | None
    est_retiree: bool
    remplacants: tuple[str, ...]


@dataclass(frozen=True)
class Effet:
    """One code that actions carry and that the import changes; `natures` say how, in French."""

    code: str
    intitule: str
    natures: list[str]
    actions: list[int]
    nb_organismes: int
    nb_en_ligne: int


def photograph(codes: list[str] | None = None) -> dict[str, Faits]:
    """The facts of the codes that actions carry, or of `codes`. One query."""
    successeurs = Remplacement.objects.filter(ancien_code=OuterRef("pk")).order_by().values("ancien_code")
    successeurs = successeurs.annotate(codes=ArrayAgg("nouvelle_id", order_by="nouvelle_id")).values("codes")
    certifications = Certification.objects.annotate(remplacants=Coalesce(successeurs, []))
    if codes is None:
        certifications = certifications.filter(Exists(_live(certification=OuterRef("pk"))))
    else:
        certifications = certifications.filter(pk__in=codes)
    return {
        c.pk: Faits(
            c.intitule,
            c.niveau,
            c.annee_derniere_session,
            c.retiree_le is not None,
            tuple(c.remplacants),
        )
        for c in certifications.only("code", "intitule", "niveau", "annee_derniere_session", "retiree_le")
    }


def effects_since(avant: dict[str, Faits]) -> list[Effet]:
    """What changed since the photograph `avant`, by code, with the actions that carry each. Two queries."""
    apres = photograph(list(avant))
    changes = {code: faits for code, faits in avant.items() if faits != apres[code]}
    rows = (
        carrying(changes)
        .order_by()
        .values("formation__certification")
        .annotate(
            numeros=ArrayAgg("pk", distinct=True, order_by="pk"),
            nb_organismes=Count("organisme", distinct=True),
            nb_en_ligne=Count("diffusions", distinct=True),
        )
    )
    nombres = {row["formation__certification"]: row for row in rows}
    return [
        Effet(
            code,
            apres[code].intitule,
            list(_natures(faits, apres[code])),
            nombres[code]["numeros"],
            nombres[code]["nb_organismes"],
            nombres[code]["nb_en_ligne"],
        )
        for code, faits in sorted(changes.items())
    ]


def _live(**conditions) -> QuerySet[Formation]:
    """The formations under which an action is not archived."""
    vivantes = Action.objects.filter(formation=OuterRef("pk")).exclude(statut=StatutAction.ARCHIVEE)
    return Formation.objects.filter(Exists(vivantes), **conditions)


def carrying(codes) -> QuerySet[Action]:
    """The actions not archived that carry one of `codes`."""
    return Action.objects.filter(formation__certification__in=list(codes)).exclude(
        statut=StatutAction.ARCHIVEE
    )


def _natures(avant: Faits, apres: Faits) -> Iterator[str]:
    """What changed from one photograph to the next."""
    if apres.est_retiree and not avant.est_retiree:
        yield "retiré de Certif Info"
    if avant.est_retiree and not apres.est_retiree:
        yield "de retour dans Certif Info"
    if nouveaux := [code for code in apres.remplacants if code not in avant.remplacants]:
        yield f"remplacé par {', '.join(nouveaux)}"
    if anciens := [code for code in avant.remplacants if code not in apres.remplacants]:
        yield f"n’est plus remplacé par {', '.join(anciens)}"
    if avant.intitule != apres.intitule:
        yield f"intitulé{NBSP}: {avant.intitule} → {apres.intitule}"
    if avant.niveau != apres.niveau:
        yield f"niveau de sortie{NBSP}: {label_niveau(avant.niveau)} → {label_niveau(apres.niveau)}"
    if avant.derniere != apres.derniere:
        yield f"dernière session{NBSP}: {avant.derniere or 'aucune'} → {apres.derniere or 'aucune'}"


def lines_of(effets: list[Effet]) -> Iterator[str]:
    """What the command prints of `effets`: how many actions, then the first codes with their actions."""
    if not effets:
        yield f"Effets sur l’offre{NBSP}: aucune action ne porte un code touché."
        return
    actions = sum(len(effet.actions) for effet in effets)
    yield f"Effets sur l’offre{NBSP}: {_count(len(effets), 'code')}, {_count(actions, 'action')}."
    for effet in effets[:CODES_MONTRES]:
        yield f"  {effet.code} {effet.intitule}{NBSP}: {'; '.join(effet.natures)}"
        numeros = ", ".join(str(pk) for pk in effet.actions[:ACTIONS_MONTREES])
        reste = len(effet.actions) - ACTIONS_MONTREES
        suite = f" … et {_count(reste, 'autre')}" if reste > 0 else ""
        yield (
            f"    {_count(len(effet.actions), 'action')} de {_count(effet.nb_organismes, 'organisme')}, "
            f"{_count(effet.nb_en_ligne, 'session')} en ligne{NBSP}: {numeros}{suite}"
        )
    if len(effets) > CODES_MONTRES:
        yield f"  … et {_count(len(effets) - CODES_MONTRES, 'autre code', 'autres codes')}"
    yield "Les codes se remplacent dans «\u00a0Codes à remplacer\u00a0» (/codes/)."


def _count(nombre: int, singulier: str, pluriel: str = "") -> str:
    return f"{nombre} {singulier if nombre < 2 else pluriel or f'{singulier}s'}"


def write_actions(path: Path, effets: list[Effet]) -> None:
    """Write one line per touched action to `path`, by code, as the lists are exported (CSV)."""
    par_code = {effet.code: effet for effet in effets}
    actions = carrying(par_code).select_related("organisme", "formation")
    actions = actions.annotate(nb_en_ligne=Count("diffusions")).order_by("formation__certification", "pk")

    def effet_of(action: Action) -> Effet:
        return par_code[action.formation.certification_id]

    colonnes = (
        ("Code Certifinfo", lambda action: effet_of(action).code),
        ("Intitulé", lambda action: effet_of(action).intitule),
        ("Ce qui change", lambda action: "; ".join(effet_of(action).natures)),
        ("Action", lambda action: action.pk),
        ("Organisme", lambda action: action.organisme.nom),
        ("SIRET", lambda action: action.organisme.siret),
        ("État de l’action", lambda action: action.get_statut_display()),
        ("Sessions en ligne", lambda action: action.nb_en_ligne),
    )
    with path.open("wb") as file:
        file.writelines(csv_lines(colonnes, actions.iterator(chunk_size=1000)))
