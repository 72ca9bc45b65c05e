"""What commands say of their line and of what stops them: `argparse` and Django's own words, in French.

`argparse` asks `gettext` for its sentences, under a domain that belongs to nobody: ours take their place
while one of our commands reads its line, and a sentence of another version of Python stays in English.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError, CommandParser, SystemCheckError

from sofi.typographie import NBSP

#: By the sentence of `argparse`.
PHRASES = {
    "usage: ": f"utilisation{NBSP}: ",
    "positional arguments": "arguments",
    "show this help message and exit": "afficher cette aide",
    "%(prog)s: error: %(message)s\n": f"%(prog)s{NBSP}: %(message)s\n",
    "argument %(argument_name)s: %(message)s": f"%(argument_name)s{NBSP}: %(message)s",
    "the following arguments are required: %s": f"il manque{NBSP}: %s",
    "one of the arguments %s is required": f"il faut l’une de ces options{NBSP}: %s",
    "unrecognized arguments: %s": f"de trop, ou inconnu{NBSP}: %s",
    "ambiguous option: %(option)s could match %(matches)s": f"%(option)s peut être{NBSP}: %(matches)s",
    "not allowed with argument %s": "ne va pas avec %s",
    "ignored explicit argument %r": "cette option ne prend pas de valeur (%r)",
    "expected one argument": "il faut une valeur",
    "expected at most one argument": "il faut une valeur au plus",
    "expected at least one argument": "il faut une valeur au moins",
    "expected %s argument": "il faut %s valeur",
    "expected %s arguments": "il faut %s valeurs",
    "invalid %(type)s value: %(value)r": f"«{NBSP}%(value)s{NBSP}» ne convient pas",
    "invalid choice: %(value)r (choose from %(choices)s)": (
        f"«{NBSP}%(value)s{NBSP}» n’est pas l’un de ces choix{NBSP}: %(choices)s"
    ),
}
#: Help of the options that Django gives to every command, by their name.
AIDES = {
    "version": "afficher la version de Django",
    "verbosity": f"ce qui est dit en chemin{NBSP}: 0, rien{NBSP}; 3, tout",
    "settings": "module des réglages de Django",
    "pythonpath": "dossier à ajouter à ceux de Python",
    "traceback": "afficher où une erreur s’est produite",
    "no_color": "ne pas colorer ce qui est affiché",
    "force_color": "le colorer dans tous les cas",
    "skip_checks": "ne pas contrôler le projet d’abord",
}


class CommandeFrancaise(BaseCommand):
    """A command that speaks French of its own line too, and says « Erreur » where Django names a class."""

    def execute(self, *args, **options):
        try:
            return self._work(*args, **options)
        except SystemCheckError:
            raise
        except CommandError as error:
            if not self._called_from_command_line or options["traceback"]:
                raise
            self.stderr.write(f"Erreur{NBSP}: {error}")
            raise SystemExit(error.returncode) from None

    def _work(self, *args, **options):
        return super().execute(*args, **options)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs) -> CommandParser:
        with _in_french():
            parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.parse_args = _in_french()(parser.parse_args)
        parser.print_help = _in_french()(parser.print_help)
        parser.register("type", int, _whole)
        for action in parser._actions:  # as Django's `call_command` does
            action.help = AIDES.get(action.dest, action.help)
        return parser


@contextmanager
def _in_french() -> Iterator[None]:
    avant = argparse._, argparse.ngettext
    argparse._, argparse.ngettext = _translated, _counted
    try:
        yield
    finally:
        argparse._, argparse.ngettext = avant


def _translated(phrase: str) -> str:
    return PHRASES.get(phrase, phrase)


def _counted(singulier: str, pluriel: str, nombre: int) -> str:
    return _translated(singulier if nombre == 1 else pluriel)


def _whole(texte: str) -> int:
    """The type `int`, whose name in English `argparse` would tell."""
    try:
        return int(texte)
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{NBSP}{texte}{NBSP}» n’est pas un nombre entier") from None
