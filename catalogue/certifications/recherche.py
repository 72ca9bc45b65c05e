"""Searching the certifications from one box: Certifinfo code, RNCP or RS number, words of the title, or
the initials it is called by.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict

from catalogue.enums import NiveauEuropeen, label_niveau
from catalogue.models import Certification, Remplacement, RemplacementFiche, TypeDiplome

from .mots import ABREGES, Numero, parse_number, plain, stem, words
from .remplacements import successors_of
from .sigles import MAXIMUM
from .situation import Situation, situation_of

#: How many certifications a page of results shows; beyond, the person is asked for more.
LIMITE_PAGE = 100
LIMITE_SUGGESTIONS = 10
#: More than Certif Info holds: a file leaves nothing out.
LIMITE_EXPORT = 100_000
#: Values of `?niveau=` and the levels they stand for.
NIVEAUX = {str(niveau): niveau for niveau in NiveauEuropeen.values} | {"0": None}
#: The words of the titles that begin as a word asked does; `LIKE` alone is quick, and leaves few titles.
_CONNUS = r"""
SELECT DISTINCT mot, m[1] FROM unnest(%s::text[], %s::text[]) AS demande (mot, racine)
JOIN catalogue_certification ON tri LIKE '%%' || racine || '%%'
CROSS JOIN LATERAL regexp_matches(tri, '\m' || racine || '[a-z0-9]*', 'g') AS m
UNION ALL
SELECT mot, mot FROM unnest(%s::text[]) AS mot
WHERE EXISTS (SELECT FROM catalogue_certification WHERE sigles @> ARRAY[mot]::varchar[])
"""
#: Sorts « sans niveau spécifique » after the others.
NIVEAU_INCONNU = 9


@dataclass(frozen=True)
class Trouvee:
    """A certification found, with what must be said before it is chosen."""

    certification: Certification
    situation: Situation
    successeurs: list[Certification]


@dataclass(frozen=True)
class Ancienne:
    """A code which left Certif Info long ago, known only by what replaces it."""

    code: str
    intitule: str
    successeurs: list[Certification]


@dataclass
class Resultats:
    """What a search found, best first."""

    trouvees: list[Trouvee] = field(default_factory=list)
    anciennes: list[Ancienne] = field(default_factory=list)
    #: Whether there is more than what is shown.
    est_tronque: bool = False
    #: How many certifications there are, shown or not.
    total: int = 0
    #: Whether nothing holds the words, and these titles only look like them.
    est_approchant: bool = False

    def __bool__(self) -> bool:
        return bool(self.trouvees or self.anciennes)

    @property
    def nombre(self) -> int:
        return len(self.trouvees) + len(self.anciennes)


def search_certifications(
    q: str, *, jour: date, limite: int = LIMITE_PAGE, niveau: int | None = None, tous_niveaux: bool = True
) -> Resultats:
    """What `q` designates on `jour`, best first: the exact code, the beginning of the title, its initials,
    those in force, then alphabetical. At most `limite` certifications, of `niveau` unless `tous_niveaux`.
    """
    demande, mots = parse_number(q), words(q)
    if not mots:
        return Resultats()
    rows = _by_number(demande) if demande else _by_words(mots, q, jour)
    if not tous_niveaux:
        rows = rows.filter(niveau=niveau)
    resultats = _tell(rows, _gone(demande), jour, limite)
    if not resultats and tous_niveaux and not demande:
        resultats = _tell(_by_likeness(mots), [], jour, limite)
        resultats.est_approchant = bool(resultats)
    return resultats


def known_words(mots: list[str]) -> set[str]:
    """Those of `mots` (plain words) whose family stands in some title of the catalogue, or by which a
    certification is called. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_CONNUS, [mots, [stem(mot) for mot in mots], mots])
        return {mot for mot, trouve in cursor.fetchall() if stem(trouve) == stem(mot)}


def count_by_level(q: str, *, jour: date) -> dict[int | None, int]:
    """How many certifications hold the words of `q`, by level; empty for a number."""
    mots = words(q)
    if parse_number(q) or not mots:
        return {}
    counts = _by_words(mots, q, jour).order_by().values("niveau").annotate(nombre=Count("pk"))
    return {row["niveau"]: row["nombre"] for row in counts}


def _tell(rows: QuerySet, anciennes: list[Remplacement], jour: date, limite: int) -> Resultats:
    """The first `limite` of `rows` with their situations, counted when there are more."""
    found = list(rows.select_related("type_diplome")[: limite + 1])
    est_tronque = len(found) > limite
    found = found[:limite]
    titres = {ancienne.ancien_code: ancienne.ancien_intitule for ancienne in anciennes}
    codes = [c.code for c in found] + list(titres)
    successeurs = successors_of(codes, jour) if codes else {}
    return Resultats(
        [Trouvee(c, situation_of(c, successeurs[c.code], jour), successeurs[c.code]) for c in found],
        [Ancienne(code, titre, successeurs[code]) for code, titre in titres.items()],
        est_tronque=est_tronque,
        total=rows.count() if est_tronque else len(found),
    )


def _by_number(demande: Numero) -> QuerySet:
    """Certifications of a number: the code itself, its sheets, what replaces it, codes that begin so."""
    n, fiches = demande.numero, Q()
    if demande.type != "RS":
        fiches |= Q(code_rncp=n) | Q(code_rncp__in=_following_sheets(f"RNCP{n}"))
    if demande.type != "RNCP":
        fiches |= Q(codes_rs__contains=[n])
    remplacantes = Remplacement.objects.filter(ancien_code=n).values("nouvelle")
    conditions = [Q(code=n), fiches, Q(pk__in=remplacantes), Q(code__startswith=n)]
    if demande.type:
        conditions = [fiches]
    ranks = [When(condition, then=Value(rank)) for rank, condition in enumerate(conditions)]
    return (
        Certification.objects.annotate(rang=Case(*ranks, output_field=IntegerField()))
        .filter(reduce(or_, conditions))
        .order_by("rang", "tri", "code")
    )


def _following_sheets(numero: str) -> list[str]:
    """Digits of the RNCP sheets that replace `numero` directly."""
    nouvelles = RemplacementFiche.objects.filter(ancienne=numero, nouvelle__startswith="RNCP")
    return [nouvelle.removeprefix("RNCP") for nouvelle in nouvelles.values_list("nouvelle", flat=True)]


def _gone(demande: Numero | None) -> list[Remplacement]:
    """Replacements of a code, or of an RNCP number, which is no longer a certification of the base."""
    if demande is None or demande.type == "RS":
        return []
    n = demande.numero
    anciens = Q(ancien_code_rncp=n) if demande.type == "RNCP" else Q(ancien_code=n) | Q(ancien_code_rncp=n)
    present = Certification.objects.filter(pk=OuterRef("ancien_code"))
    return list(Remplacement.objects.filter(anciens).filter(~Exists(present)).order_by("ancien_code")[:20])


def _by_words(mots: list[str], q: str, jour: date) -> QuerySet:
    """Certifications whose title, type of diploma or initials hold each of `mots`, or its family."""
    types = {code: plain(libelle) for code, libelle in TypeDiplome.objects.values_list("code", "libelle")}
    tous, litterale = Q(), Q()
    for mot in mots:
        du_type = [code for code, libelle in types.items() if re.search(rf"\b{mot}", libelle)]
        autrement = Q(type_diplome__in=du_type) if du_type else Q()
        if len(mot) <= MAXIMUM:
            autrement |= Q(sigles__contains=[mot])
        tous &= _begins_a_word(stem(mot)) | autrement
        litterale &= _begins_a_word(mot) | autrement
    remplacee = Exists(Remplacement.objects.filter(ancien_code=OuterRef("code")))
    finie = Q(retiree_le__isnull=False) | Q(annee_derniere_session__lt=jour.year)
    return (
        Certification.objects.filter(tous)
        .annotate(
            rang=_rank_of_title(plain(q).split(), mots),
            exacte=_rank(litterale),
            age=Case(When(finie, then=2), When(remplacee, then=1), default=0, output_field=IntegerField()),
        )
        .order_by("rang", "exacte", "age", "tri", "code")
    )


def _begins_a_word(beginning: str) -> Q:
    """Titles with a word that begins so. `contains` alone is quick, and leaves few rows to the pattern."""
    return Q(tri__contains=beginning) & Q(tri__regex=rf"\m{beginning}")


def _rank_of_title(tapes: list[str], mots: list[str]) -> Case:
    """0 for the titles that begin by what was typed, 1 for those called by it, 2 for those that begin by it
    cut short (« tai »: « Tailleur » comes after the TAI), 3 for the others.
    """
    debuts = dict.fromkeys([" ".join(tapes), " ".join(ABREGES.get(mot, mot) for mot in tapes)])
    entier = reduce(or_, (Q(tri__regex=rf"^{re.escape(debut)}\M") for debut in debuts))
    coupe = reduce(or_, (Q(tri__startswith=debut) for debut in debuts))
    ranks = [entier, Q(sigles__overlap=mots), coupe]
    whens = [When(condition, then=Value(rank)) for rank, condition in enumerate(ranks)]
    return Case(*whens, default=Value(len(ranks)), output_field=IntegerField())


def _rank(condition: Q) -> Case:
    """0 for the rows that verify `condition`, 1 for the others."""
    return Case(When(condition, then=0), default=1, output_field=IntegerField())


def _by_likeness(mots: list[str]) -> QuerySet:
    """Certifications whose title looks like the longest words of `mots`: a slip, « bouchier »."""
    rows, total = Certification.objects.all(), Value(0.0)
    for mot in sorted(mots, key=len)[-3:]:
        rows = rows.filter(tri__trigram_word_similar=mot)
        total = total + TrigramWordSimilarity(mot, "tri")
    return rows.annotate(ressemblance=total).order_by(F("ressemblance").desc(), "tri", "code")


def build_tree(trouvees: list[Trouvee]) -> list[tuple[str, list[tuple[str, list[Trouvee]]]]]:
    """`trouvees` as a tree niveau → type de diplôme → certifications, each branch in the order found."""
    tree: dict[int, dict[str, list[Trouvee]]] = {}
    for trouvee in trouvees:
        certification = trouvee.certification
        types = tree.setdefault(certification.niveau or NIVEAU_INCONNU, {})
        types.setdefault(certification.type_diplome.libelle, []).append(trouvee)
    return [
        (label_niveau(niveau if niveau != NIVEAU_INCONNU else None), sorted(types.items()))
        for niveau, types in sorted(tree.items())
    ]


def clean_query(text: str | None) -> str:
    """What was typed in the box, trimmed: never more than 200 signs, no NUL (PostgreSQL refuses it)."""
    return (text or "").replace("\0", "").strip()[:200]


def build_search(params: QueryDict, *, jour: date, limite: int = LIMITE_PAGE) -> dict:
    """Context of `referentiels/_recherche.html` for a query string `?q=…&niveau=…`, of `limite` results.

    `niveau` is 3 to 8, or 0 for « sans niveau spécifique »; anything else is no filter.
    """
    q, choisi = clean_query(params.get("q")), params.get("niveau", "")
    resultats = search_certifications(
        q, jour=jour, limite=limite, niveau=NIVEAUX.get(choisi), tous_niveaux=choisi not in NIVEAUX
    )
    niveaux = []
    if resultats.est_tronque or choisi in NIVEAUX:
        nombres = count_by_level(q, jour=jour)
        niveaux = [
            {"code": code, "libelle": label_niveau(n), "nombre": nombres[n], "est_choisi": code == choisi}
            for code, n in NIVEAUX.items()
            if n in nombres
        ]
    return {"q": q, "resultats": resultats, "arbre": build_tree(resultats.trouvees), "niveaux": niveaux}
