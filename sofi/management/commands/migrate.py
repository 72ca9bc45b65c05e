"""Django's `migrate`, the first command of an installation, which says in French what a base lacks."""

from django.core.management.base import CommandParser
from django.core.management.commands import migrate

from sofi.commandes import Commande

#: Help of its options, by their name.
AIDES = {
    "app_label": "l’application à mettre à jour, toutes sans elle",
    "migration_name": "jusqu’à cette migration\u00a0; «\u00a0zero\u00a0» les défait toutes",
    "interactive": "ne rien demander",
    "database": "la base, par son nom dans les réglages",
    "fake": "noter les migrations comme faites, sans les faire",
    "fake_initial": "de même pour la première d’une application, quand ses tables sont là",
    "plan": "dire ce qui serait fait, sans le faire",
    "run_syncdb": "créer les tables des applications sans migrations",
    "check_unapplied": "finir par le code 1 s’il reste des migrations, sans les faire",
    "prune": "oublier les migrations dont le fichier n’est plus là",
}


class Command(Commande, migrate.Command):
    """As Django's."""

    help = "Crée les tables de la base, ou les met à jour."

    def create_parser(self, *args, **kwargs) -> CommandParser:
        parser = super().create_parser(*args, **kwargs)
        for action in parser._actions:
            action.help = AIDES.get(action.dest, action.help)
        return parser
