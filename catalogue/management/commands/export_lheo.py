"""`export_lheo`: the partners' feeds as the worker writes them, or the document somebody asks for."""

import gzip
import os
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, time
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from catalogue.enums import ProfilFlux, StatutExport
from catalogue.lheo import document, flux, retraits
from catalogue.models import FragmentLheo, Organisme
from sofi.typographie import NBSP

#: Exit codes besides 1, an error: nothing to write, and a feed that was held.
RIEN, RETENU = 3, 4
STDOUT = "-"


class Command(BaseCommand):
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
            type=Path,
            default=settings.FLUX_DIR,
            help="celui des flux (par défaut : %(default)s)",
        )
        parser.add_argument(
            "--forcer", action="store_true", help="écrire les flux même s’ils perdent beaucoup"
        )

    def handle(self, *, output, organisme, depuis, suppressions, profil, dossier, forcer, **options):
        choix = document.Choix(profil, _organisme(organisme), depuis)
        if suppressions and depuis is None:
            raise CommandError(f"--suppressions demande --depuis{NBSP}: depuis quand{NBSP}?")
        if output is None:
            if suppressions or choix != document.Choix():
                raise CommandError(f"Ce document-là demande --output{NBSP}: où l’écrire{NBSP}?")
            return self._write_feeds(dossier, forcer=forcer)
        if forcer:
            raise CommandError("--forcer ne vaut que pour les flux du dossier, sans --output.")
        try:
            with _destination(output) as sortie:
                self._write_document(sortie, output, choix, suppressions=suppressions)
        except OSError as error:
            raise CommandError(f"«{NBSP}{output}{NBSP}» n’a pas été écrit{NBSP}: {error}") from None

    def _write_document(self, sortie: BinaryIO, output: str, choix: document.Choix, *, suppressions) -> None:
        now = timezone.now()
        if suppressions:
            nombre = 0
            for nombre, ligne in enumerate(retraits.lines(choix.depuis, now, choix.organisme)):  # noqa: B007 - last rank
                sortie.write(f"{ligne}\n".encode())
            self.stderr.write(f"{output}{NBSP}: {nombre} suppressions.")
            return
        nombre = document.write(sortie, choix, now)
        if not nombre:
            raise CommandError(f"Aucune session ne correspond{NBSP}: rien n’est écrit.", returncode=RIEN)
        self.stderr.write(f"{output}{NBSP}: {nombre} sessions.")

    def _write_feeds(self, dossier: Path, *, forcer: bool) -> None:
        try:
            exports = flux.export(dossier, timezone.now(), forcer=forcer)
        except (flux.FluxOccupe, OSError) as error:
            raise CommandError(f"Le flux n’a pas été écrit{NBSP}: {error}") from None
        for numero, fautes in FragmentLheo.objects.filter(~Q(fautes=[])).values_list("pk", "fautes"):
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
    with suppress(ValueError):
        if jour := parse_date(texte):
            return timezone.make_aware(datetime.combine(jour, time.min))
        if instant := parse_datetime(texte):
            return instant if timezone.is_aware(instant) else timezone.make_aware(instant)
    raise ArgumentTypeError(
        f"«{NBSP}{texte}{NBSP}» n’est pas une date (2027-01-31) ni un instant (2027-01-31T08:00)"
    )


def _organisme(siret: str | None) -> int | None:
    if siret is None:
        return None
    pk = Organisme.objects.filter(siret=siret.replace(" ", "")).values_list("pk", flat=True).first()
    if pk is None:
        raise CommandError(f"Aucun organisme n’a le SIRET «{NBSP}{siret}{NBSP}».")
    return pk


@contextmanager
def _destination(output: str) -> Iterator[BinaryIO]:
    """Where to write: the standard output, or a file that appears whole, at the end."""
    if output == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    chemin = Path(output)
    provisoire = chemin.with_name(f"{chemin.name}.{os.getpid()}.tmp")
    try:
        with provisoire.open("wb") as fichier:
            if chemin.suffix == ".gz":
                with gzip.GzipFile("", "wb", 6, fileobj=fichier, mtime=0) as compresse:
                    yield compresse
            else:
                yield fichier
            fichier.flush()
            os.fsync(fichier.fileno())
        provisoire.replace(chemin)
    finally:
        provisoire.unlink(missing_ok=True)
