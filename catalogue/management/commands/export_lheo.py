"""`export_lheo`: the partners' feeds as the worker writes them, or the document somebody asks for."""

import gzip
import os
import stat
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, time
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.management.base import CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from catalogue.enums import ProfilFlux, StatutExport
from catalogue.lheo import document, flux, retraits
from catalogue.models import FragmentLheo, Organisme
from sofi import avenir
from sofi.commandes import Commande, folder
from sofi.systeme import explain
from sofi.typographie import NBSP, entier

#: Exit codes besides 1, an error: nothing to write, and a feed that was held.
RIEN, RETENU = 3, 4
#: Its path is a link: followed, it could end at a file that a shell has open, and would be replaced.
STDOUT = ("-", "/dev/stdout")
#: As the API's instants: beyond, PostgreSQL and time zones do not follow.
ANNEES = range(1900, 2201)


class Command(Commande):
    help = (
        "Écrit les flux LHÉO 2.3 des partenaires dans leur dossier, ou, avec --output, le document demandé. "
        f"Codes de sortie{NBSP}: 0 écrit, 1 erreur, {RIEN} rien à écrire, {RETENU} flux retenu."
    )
    #: The checks import every page: three times the memory, for a command that shows none.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--output", metavar="FICHIER", help="« - » : la sortie standard ; .gz : compressé"
        )
        parser.add_argument("--organisme", metavar="SIRET", help="les sessions d’un seul organisme")
        parser.add_argument("--depuis", type=_moment, metavar="DATE", help="ce qui a changé depuis ce moment")
        parser.add_argument(
            "--suppressions", action="store_true", help="en CSV, les sessions retirées depuis --depuis"
        )
        parser.add_argument("--profil", choices=ProfilFlux.values, default=ProfilFlux.COMPLET)
        parser.add_argument(
            "--dossier",
            type=folder,
            help=f"celui des flux (par défaut : {str(settings.FLUX_DIR).replace('%', '%%')})",
        )
        parser.add_argument(
            "--forcer", action="store_true", help="écrire les flux même s’ils perdent beaucoup"
        )

    def handle(self, *, output, organisme, depuis, suppressions, profil, dossier, forcer, **options):
        if suppressions and depuis is None:
            raise CommandError(f"--suppressions demande --depuis{NBSP}: depuis quand{NBSP}?")
        if suppressions and profil != ProfilFlux.COMPLET:
            raise CommandError(
                f"--suppressions ne va pas avec --profil{NBSP}: c’est la liste de tout le flux."
            )
        if output is None:
            if suppressions or (profil, organisme, depuis) != (ProfilFlux.COMPLET, None, None):
                raise CommandError(f"Ce document-là demande --output{NBSP}: où l’écrire{NBSP}?")
            return self._write_feeds(dossier or settings.FLUX_DIR, forcer=forcer)
        if forcer or dossier:
            option = "--forcer" if forcer else "--dossier"
            raise CommandError(f"{option} ne vaut que pour les flux du dossier, sans --output.")
        choix = document.Choix(profil, _organisme(organisme), depuis)
        try:
            with _destination(output) as sortie:
                self._write_document(sortie, output, choix, suppressions=suppressions)
        except OSError as error:
            raise CommandError(f"«{NBSP}{output}{NBSP}» n’a pas été écrit{NBSP}: {explain(error)}") from None

    def _write_document(self, sortie: BinaryIO, output: str, choix: document.Choix, *, suppressions) -> None:
        now = timezone.now()
        if suppressions:
            nombre = 0
            for nombre, ligne in enumerate(retraits.lines(choix.depuis, now, choix.organisme)):  # noqa: B007 - last rank
                sortie.write(f"{ligne}\n".encode())
            self._say(output, nombre, "suppression")
            return
        nombre = document.write(sortie, choix, now)
        if not nombre:
            raise CommandError(f"Aucune session ne correspond{NBSP}: rien n’est écrit.", returncode=RIEN)
        self._say(output, nombre, "session")

    def _say(self, output: str, nombre: int, chose: str) -> None:
        self.stderr.write(f"{output}{NBSP}: {entier(nombre)}{NBSP}{chose}{'s' if nombre > 1 else ''}.")

    def _write_feeds(self, dossier: Path, *, forcer: bool) -> None:
        now = timezone.now()
        try:
            exports = flux.export(dossier, now, forcer=forcer)
        except flux.FluxOccupe as error:
            raise CommandError(f"Le flux n’a pas été écrit{NBSP}: {error}") from None
        except OSError as error:
            raise CommandError(f"Les flux n’ont pas tous été écrits{NBSP}: {explain(error)}") from None
        # Those that the feeds count: the others ended before.
        ecartees = FragmentLheo.objects.filter(~Q(fautes=[]), date_fin__gte=timezone.localdate(now))
        for numero, fautes in ecartees.values_list("pk", "fautes"):
            self.stderr.write(f"Session {numero} mise à l’écart{NBSP}: {', '.join(fautes)}")
        for export in exports:
            self.stdout.write(
                f"{export.get_profil_display()}{NBSP}: {export.get_statut_display().lower()}, sessions "
                f"{export.sessions}, dont pour la première fois {export.nouvelles}{NBSP}; mises à l’écart "
                f"{export.ecartees}. {export.raison}".rstrip()
            )
        if any(export.statut == StatutExport.RETENU for export in exports):
            raise CommandError(
                "Un flux est retenu, le fichier précédent est gardé. S’il est juste, relancez avec --forcer.",
                returncode=RETENU,
            )


def _moment(texte: str) -> datetime:
    """A day (its first instant) or an instant, local unless it says otherwise."""
    moment = None
    with suppress(ValueError):
        jour = parse_date(texte)
        moment = datetime.combine(jour, time.min) if jour else parse_datetime(texte)
    if moment is None:
        raise ArgumentTypeError(
            f"«{NBSP}{texte}{NBSP}» n’est pas une date (2026-01-31) ni un instant (2026-01-31T08:00)"
        )
    if moment.year not in ANNEES:
        raise ArgumentTypeError(
            f"«{NBSP}{texte}{NBSP}» est trop loin{NBSP}: donnez une année de {ANNEES[0]} à {ANNEES[-1]}"
        )
    moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    if raison := avenir.refusal(moment):
        raise ArgumentTypeError(raison)
    return moment


def _organisme(siret: str | None) -> int | None:
    if siret is None:
        return None
    pk = Organisme.objects.filter(siret="".join(siret.split())).values_list("pk", flat=True).first()
    if pk is None:
        raise CommandError(f"Aucun organisme n’a le SIRET «{NBSP}{siret}{NBSP}».")
    return pk


@contextmanager
def _destination(output: str) -> Iterator[BinaryIO]:
    """Where to write: the standard output, a device or a pipe as it is, or a file that appears whole."""
    if output in STDOUT:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except OSError:
            # Python would try again at its end, and fail with words and a code of its own.
            with Path(os.devnull).open("wb") as nulle_part:
                os.dup2(nulle_part.fileno(), sys.stdout.fileno())
            raise
        return
    chemin = Path(output)
    if not output or chemin.is_dir():
        faute = f"«{NBSP}{output}{NBSP}» est un dossier" if output else "le nom du fichier manque"
        raise CommandError(f"--output{NBSP}: {faute}, donnez un nom de fichier (ou «{NBSP}-{NBSP}»).")
    if chemin.exists() and not stat.S_ISREG(chemin.stat().st_mode):
        with chemin.open("wb") as fichier, _compressed(fichier, chemin) as sortie:
            yield sortie
        return
    # A link stays: what it leads to is replaced.
    cible = Path(os.path.realpath(chemin))
    provisoire = cible.with_name(f"{cible.name}.{os.getpid()}.tmp")
    try:
        with provisoire.open("wb") as fichier:
            with _compressed(fichier, chemin) as sortie:
                yield sortie
            fichier.flush()
            os.fsync(fichier.fileno())
        provisoire.replace(cible)
    finally:
        provisoire.unlink(missing_ok=True)


@contextmanager
def _compressed(fichier: BinaryIO, chemin: Path) -> Iterator[BinaryIO]:
    """What is written in `fichier`, compressed if `chemin` says so."""
    if chemin.suffix != ".gz":
        yield fichier
        return
    with gzip.GzipFile("", "wb", 6, fileobj=fichier, mtime=0) as compresse:
        yield compresse
