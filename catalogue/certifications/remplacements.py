"""Following « remplacé par », from an old Certifinfo code to those in force."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.db import connection

from catalogue.models import Certification, Diffusion

#: Every replacement met from some codes, chains included; `UNION` ends on a cycle.
SQL_SUITES = """
    WITH RECURSIVE suite (ancien, nouveau) AS (
        SELECT ancien_code, nouvelle_id FROM catalogue_remplacement WHERE ancien_code = ANY(%s)
        UNION
        SELECT r.ancien_code, r.nouvelle_id
        FROM catalogue_remplacement r JOIN suite s ON r.ancien_code = s.nouveau
    )
    SELECT ancien, nouveau FROM suite
"""


def live_successors(code: str, jour: date) -> list[Certification]:
    """The certifications in force on `jour` that replace `code`, at the end of the chain; often none."""
    return successors_of([code], jour)[code]


def successors_of(codes: Collection[str], jour: date) -> dict[str, list[Certification]]:
    """`live_successors` of each of `codes`, in two queries for them all.

    A code in force which is itself replaced gives way to what replaces it.
    """
    suivants = _chains(codes)
    nouveaux = {nouveau for nouveaux in suivants.values() for nouveau in nouveaux}
    certifications = Certification.objects.in_bulk(nouveaux) if nouveaux else {}
    en_vigueur = {code for code, certification in certifications.items() if is_live(certification, jour)}
    return {
        code: sorted(
            (certifications[fin] for fin in _ends(code, suivants, en_vigueur)),
            key=lambda certification: (certification.tri, certification.code),
        )
        for code in codes
    }


def prepared_successors(code: str, jour: date) -> list[Certification]:
    """The certifications that took the place of `code` and for which a session is online on `jour`: those of
    `live_successors` and, unless `code` is itself in force, those that the Carif-Oref gave to the actions
    which had it: a code in force that nobody prepares is not another one. Six queries at most.
    """
    en_ligne = Diffusion.objects.actives(jour).order_by()
    codes, certification = set(), Certification.objects.filter(pk=code).first()
    if certification is None or not is_live(certification, jour):
        recodees = en_ligne.filter(action__certification_precedente=code).exclude(certification_code="")
        codes.update(recodees.values_list("certification_code", flat=True).distinct())
    if successeurs := [successeur.code for successeur in live_successors(code, jour)]:
        rows = en_ligne.filter(certification_code__in=successeurs)
        codes.update(rows.values_list("certification_code", flat=True).distinct())
    return list(Certification.objects.filter(pk__in=codes).order_by("tri", "code")) if codes else []


def and_successors(codes: Collection[str]) -> list[str]:
    """`codes`, then every code that replaced one of them, in force or not. One query."""
    suites = {nouveau for nouveaux in _chains(codes).values() for nouveau in nouveaux}
    return list(dict.fromkeys([*codes, *sorted(suites)]))


def is_live(certification: Certification, jour: date) -> bool:
    """Whether `certification` is in Certif Info and has sessions left in the year of `jour`."""
    derniere = certification.annee_derniere_session
    return certification.retiree_le is None and (derniere is None or derniere >= jour.year)


def _chains(codes: Collection[str]) -> dict[str, list[str]]:
    """old code → codes that replace it directly, for all that is met from `codes`."""
    suivants = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SQL_SUITES, [list(codes)])
        for ancien, nouveau in cursor.fetchall():
            suivants[ancien].append(nouveau)
    return suivants


def _ends(code: str, suivants: dict[str, list[str]], en_vigueur: set[str]) -> set[str]:
    vivants = (_reach([code], suivants) - {code}) & en_vigueur
    derniers = {vivant for vivant in vivants if not (_reach([vivant], suivants) - {code, vivant}) & vivants}
    return derniers or vivants


def _reach(depart: Iterable[str], suivants: dict[str, list[str]]) -> set[str]:
    """Every code met from `depart`, itself included; cycles are walked once."""
    vus, reste = set(), list(depart)
    while reste:
        code = reste.pop()
        if code not in vus:
            vus.add(code)
            reste += suivants.get(code, [])
    return vus
