"""`load_nomenclatures`: what a first start needs, from the files that come with the project."""

from django.utils import timezone

from catalogue.referentiels.commande import ImportCommand
from catalogue.referentiels.nomenclatures import DOSSIER, load_nomenclatures


class Command(ImportCommand):
    help = "Charge les nomenclatures livrées avec le projet dans les tables vides."

    def add_arguments(self, parser):
        parser.add_argument(
            "--refresh",
            action="store_true",
            help="recharger aussi les tables remplies (un import plus récent y serait défait)",
        )

    def handle(self, *, refresh, **options):
        def read():
            return [(DOSSIER, load_nomenclatures(jour=timezone.localdate(), refresh=refresh))]

        self.run(read, dry_run=False)
