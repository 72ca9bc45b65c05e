"""The feeds: every published session in one file for each profile, for the partners who fetch them.

They are made of stored fragments, in one pass and one snapshot for all of them. A feed that would lose or
change too many sessions at once is held: the file before stays until a valideur lets the new one go.
"""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from psycopg import sql

from catalogue.enums import ProfilFlux, StatutExport
from catalogue.lheo import document, profils
from catalogue.lheo.fichier import NOMS, Brouillon, Comparaison, is_in_place, remove
from catalogue.models import Diffusion, ExportFlux, FragmentLheo, Retrait
from sofi import verrous
from sofi.systeme import explain
from sofi.typographie import NBSP

logger = logging.getLogger(__name__)

TACHE = "flux.ecrire"
#: Any number of our own: one export at a time takes this lock.
VERROU = 2_303_001
#: A feed of fewer sessions changes by too much at each validation to be held.
MINIMUM_GARDE = 50
LOT = 5_000
#: How long the page of the feeds remembers what left.
MEMOIRE = timedelta(days=365)

#: What leaves: the line of its index, whether each profile takes it and whether it leaves for the first
#: time, its XML. Whatever the profile, a session that ended long ago is not read.
SESSIONS = sql.SQL("""
    SELECT f.numero || ' ' || f.empreinte || ' ' || to_char(f.date_fin, 'YYYYMMDD'),
        (f.date_fin >= {jour})::int::text || (f.exclusions = '{{}}')::int || (p.numero IS NOT NULL)::int,
        f.xml
    FROM catalogue_fragmentlheo f
        LEFT JOIN (SELECT numero FROM catalogue_diffusion WHERE transmise_le IS NULL) p USING (numero)
    WHERE f.fautes = '{{}}' AND f.date_fin >= {plus_tot}
    ORDER BY f.numero
""")


class FluxOccupe(Exception):
    """Another export is running."""


def order() -> bool:
    """Ask the worker to write the feeds now; whether it was not asked already."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(TACHE, queueing_lock=TACHE).defer(timestamp=0)
        return True
    return False


def refresh(dossier: Path, now: datetime) -> list[ExportFlux]:
    """Write the feeds in `dossier`, the partners', if what leaves may have changed since the last ones."""
    return export(dossier, now) if any(_is_due(dossier, profil, now) for profil in NOMS) else []


def _is_due(dossier: Path, profil: str, now: datetime) -> bool:
    """Whether the feed of `profil` must be written: something changed, or the day, or it could not be."""
    dernier = ExportFlux.objects.filter(profil=profil).first()
    if dernier is None or dernier.statut == StatutExport.ECHEC or dernier.laisse_le:
        return True
    if timezone.localdate(dernier.commence_le) != timezone.localdate(now):
        return True
    if dernier.statut == StatutExport.ECRIT and not is_in_place(dossier / NOMS[profil], dernier.sha256):
        return True
    depuis = dernier.commence_le - document.MARGE
    return (
        FragmentLheo.objects.filter(ecrit_le__gte=depuis).exists()
        or Retrait.objects.filter(le__gte=depuis).exists()
    )


def export(dossier: Path, now: datetime, *, forcer: bool = False) -> list[ExportFlux]:
    """Write the feeds in `dossier`, each whole or not at all, and keep a trace of each.

    `forcer`: whatever they lose. Sessions that leave for the first time in the whole feed are dated.
    In another folder than the partners' nothing leaves: no trace, no session dated, no permission used.
    One that fails stops no other. Raises `FluxOccupe` when another export is running, OSError when a file
    cannot be written.
    """
    with _lock():
        part = _is_partners(dossier)
        try:
            dossier.mkdir(parents=True, exist_ok=True)
            exports, echecs = _export(dossier, now, forcer=forcer, part=part)
        except Exception as error:
            exports, echecs = [], dict.fromkeys(NOMS, error)
        with suppress(DatabaseError):
            for profil, error in echecs.items() if part else ():
                raison = f"L’écriture a échoué{NBSP}: {explain(error).strip()}."
                _run(profil, StatutExport.ECHEC, now, raison=raison).save()
        for error in echecs.values():
            raise error
        return exports


def _is_partners(dossier: Path) -> bool:
    """Whether partners are served what `dossier` holds, or will once it is there."""
    try:
        return dossier.samefile(settings.FLUX_DIR)
    except OSError:
        return dossier.resolve() == settings.FLUX_DIR.resolve()


def _export(
    dossier: Path, now: datetime, *, forcer: bool, part: bool
) -> tuple[list[ExportFlux], dict[str, Exception]]:
    """See `export`: the runs, and by profile what those that failed raised.

    `part`: what is written there leaves; the runs are kept then, and only then.
    """
    jour, exports, echecs = timezone.localdate(now), [], {}
    with ExitStack() as pile:
        brouillons = {
            profil: pile.enter_context(Brouillon(dossier, nom, now)) for profil, nom in NOMS.items()
        }
        premieres = pile.enter_context(TemporaryFile())
        _fill(brouillons[ProfilFlux.COMPLET], brouillons[ProfilFlux.FRANCE_TRAVAIL], premieres, jour)
        for profil, brouillon in brouillons.items():
            try:
                export = _settle(profil, brouillon, now, forcer=forcer, part=part)
                if (profil, export.statut) == (ProfilFlux.COMPLET, StatutExport.ECRIT):
                    _date_first(export, premieres, now, part=part)
                exports.append(export)
            except Exception as error:  # raised by `export`, once the others are done
                echecs[profil] = error
    return exports, echecs


def _fill(complet: Brouillon, france_travail: Brouillon, premieres: BinaryIO, jour: date) -> None:
    """Give each session to the feeds that take it; `premieres` gets the numbers of the new ones."""
    requete = SESSIONS.format(jour=jour, plus_tot=profils.oldest_end(jour))
    for cle, marques, xml in document.rows(requete, *["bytea"] * 3):
        est_active, est_pour_france_travail, est_nouvelle = (marque == 49 for marque in marques)  # « 1 »
        if est_active:
            complet.add(cle, xml)
            if est_nouvelle:
                premieres.write(cle.partition(b" ")[0] + b"\n")
        if est_pour_france_travail:
            france_travail.add(cle, xml)


def _settle(profil: str, brouillon: Brouillon, now: datetime, *, forcer: bool, part: bool) -> ExportFlux:
    """Decide what becomes of a written feed, do it, and keep a trace of it if `part`."""
    jour = timezone.localdate(now)
    brouillon.seal()
    comparaison = brouillon.compare(profils.oldest_end(jour) if profil == ProfilFlux.FRANCE_TRAVAIL else jour)
    if not part:
        return _decide(profil, brouillon, comparaison, now, forcer=forcer, laisse=None)
    with transaction.atomic():
        # Read last and locked: given while the file was being written, a permission counts too; given
        # later, it is told that this run took the place of the one it was for.
        retenu = _held_last(profil, lock=True)
        laisse = retenu if retenu and retenu.laisse_le else None
        export = _decide(profil, brouillon, comparaison, now, forcer=forcer, laisse=laisse)
        export.save()
    return export


def _decide(
    profil: str,
    brouillon: Brouillon,
    comparaison: Comparaison,
    now: datetime,
    *,
    forcer: bool,
    laisse: ExportFlux | None,
) -> ExportFlux:
    """What becomes of a sealed feed, done. `laisse`: the run held before, if somebody let it go."""
    jour = timezone.localdate(now)
    compte = {
        "sessions": brouillon.sessions,
        "ecartees": FragmentLheo.objects.filter(~Q(fautes=[]), date_fin__gte=jour).count(),
        "parties": comparaison.parties,
        "changees": comparaison.changees,
    }
    raison = "" if forcer else _suspicion(comparaison)
    if raison and laisse:
        raison = "" if _covers(laisse, comparaison, brouillon.sessions) else f"{raison} {_not_that(laisse)}"
    if raison:
        logger.warning("%s retenu : %s", ProfilFlux(profil).label, raison)
        return _run(profil, StatutExport.RETENU, now, raison=raison, **compte)
    if not brouillon.sessions:
        # An empty document breaks the schema, and the file before speaks of sessions that are no more.
        remove(brouillon.chemin)
        return _run(profil, StatutExport.VIDE, now, **compte)
    brouillon.publish()
    return _run(profil, StatutExport.ECRIT, now, octets=brouillon.octets, sha256=brouillon.sha256, **compte)


def _suspicion(comparaison: Comparaison) -> str:
    """Why a feed is held; '' when it is not. Sessions that ended are not counted."""
    if comparaison.illisible:
        return f"Le fichier en place ne se relit pas{NBSP}: rien ne dit quelles sessions il perdrait."
    avant, touchees = comparaison.avant, comparaison.parties + comparaison.changees
    if avant < MINIMUM_GARDE or 100 * touchees <= settings.FLUX_SEUIL * avant:
        return ""
    return (
        f"Sur {avant} sessions du fichier en place, {comparaison.parties} n’y seraient plus avant leur fin "
        f"et {comparaison.changees} auraient changé{NBSP}: plus de {settings.FLUX_SEUIL}{NBSP}% d’un coup."
    )


def _held_last(profil: str, *, lock: bool = False) -> ExportFlux | None:
    """The last run of `profil`, if it was held. One that failed decided nothing: the hold is still there."""
    passages = ExportFlux.objects.filter(profil=profil).exclude(statut=StatutExport.ECHEC)
    dernier = (passages.select_for_update() if lock else passages).first()
    return dernier if dernier and dernier.statut == StatutExport.RETENU else None


def _covers(laisse: ExportFlux, comparaison: Comparaison, sessions: int) -> bool:
    """Whether who let `laisse` go was shown as much as this: as many losses, as many changes."""
    if comparaison.illisible:
        return _was_unreadable(laisse) and sessions >= laisse.sessions
    return comparaison.parties <= laisse.parties and comparaison.changees <= laisse.changees


def _not_that(laisse: ExportFlux) -> str:
    """Why what was let go is held again."""
    vu = f"{laisse.parties} en moins, {laisse.changees} changées"
    if _was_unreadable(laisse):
        vu = f"un fichier de {laisse.sessions} sessions"
    return f"Ce n’est pas ce qui a été laissé partir ({vu}){NBSP}: il faut une nouvelle décision."


def _was_unreadable(retenu: ExportFlux) -> bool:
    """Whether a feed was held because the file in place could not be read: else it is for what it loses."""
    return not retenu.parties + retenu.changees


def _run(profil: str, statut: str, now: datetime, **compte) -> ExportFlux:
    """What a run did, unsaved."""
    return ExportFlux(
        profil=profil, statut=statut, commence_le=now, fini_le=max(now, timezone.now()), **compte
    )


@contextmanager
def _lock() -> Iterator[None]:
    """Let one export run at a time."""
    try:
        with verrous.held(VERROU):
            yield
    except verrous.Occupe:
        raise FluxOccupe("un autre export du flux est en cours") from None


def _date_first(complet: ExportFlux, premieres: BinaryIO, now: datetime, *, part: bool) -> None:
    """Say in `complet` how many sessions leave for the first time, and date them if `part`."""
    complet.nouvelles = _date(premieres, now) if part else _count(premieres)
    if part:
        complet.save(update_fields=["nouvelles"])


def _count(premieres: BinaryIO) -> int:
    """How many sessions are numbered in `premieres`."""
    premieres.seek(0)
    return sum(1 for _ in premieres)


def _date(premieres: BinaryIO, now: datetime) -> int:
    """Date the first departure of the sessions numbered in `premieres`; how many there were."""
    premieres.seek(0)
    nombre, lot = 0, []
    for ligne in premieres:
        lot.append(ligne.decode().strip())
        if len(lot) == LOT:
            nombre += _date_some(lot, now)
            lot = []
    return nombre + _date_some(lot, now)


def _date_some(numeros: list[str], now: datetime) -> int:
    if not numeros:
        return 0
    return Diffusion.objects.filter(numero__in=numeros, transmise_le=None).update(transmise_le=now)


def held() -> list[ExportFlux]:
    """The last run of each feed that is held, whatever failed since."""
    passages = ExportFlux.objects.exclude(statut=StatutExport.ECHEC).derniers()
    return [e for e in passages.select_related("laisse_par") if e.statut == StatutExport.RETENU]


def let_go(export: ExportFlux, by, now: datetime) -> bool:
    """Let a held feed go, once, in the name of `by`; False when it no longer waits: a later run replaced it.

    The worker then writes it, unless it would by then lose or change more than the held one did.
    """
    with transaction.atomic():
        # A run that decides of it holds this row: what follows sees what it decided.
        retenu = ExportFlux.objects.select_for_update().get(pk=export.pk)
        if retenu.laisse_le or _held_last(retenu.profil) != retenu:
            return False
        retenu.laisse_par, retenu.laisse_le = by, now
        retenu.save(update_fields=["laisse_par", "laisse_le"])
    order()
    return True


def forget_old(now: datetime) -> int:
    """Delete the runs of more than a year ago, but the last of each profile; how many there were."""
    derniers = ExportFlux.objects.order_by("profil", "-pk").distinct("profil").values("pk")
    return ExportFlux.objects.filter(fini_le__lt=now - MEMOIRE).exclude(pk__in=derniers).delete()[0]
