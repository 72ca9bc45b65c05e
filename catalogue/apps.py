from django.apps import AppConfig
from django.apps import apps as current_apps
from django.db.models.signals import post_migrate


class CatalogueConfig(AppConfig):
    name = "catalogue"
    verbose_name = "Offre de formation"

    def ready(self):
        post_migrate.connect(ensure_delais, sender=self)


def ensure_delais(using, apps=current_apps, **_):
    """Put back the one row of `Delais` whenever the base was made or emptied (`migrate`, `flush`)."""
    try:
        delais = apps.get_model("catalogue", "Delais")
    except LookupError:  # migrated back to before it
        return
    delais.objects.using(using).get_or_create(pk=1)
