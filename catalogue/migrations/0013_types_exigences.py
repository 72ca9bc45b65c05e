"""Types of dispositif loaded before rules 18 and 21: what the project's own list now says of them."""

from django.db import migrations

QUALIOPI = [
    "aif",
    "poec",
    "poei",
    "afc",
    "programme-regional",
    "contrat-apprentissage",
    "contrat-professionnalisation",
    "cpf",
    "agefiph",
    "formation-linguistique-ofii",
]


def tell(apps, schema_editor):
    """Only types that no administrator has changed."""
    types = apps.get_model("catalogue", "TypeDispositif").objects.filter(
        version=1, exige_qualiopi=False, est_apprentissage=False
    )
    types.filter(code="contrat-apprentissage").update(exige_qualiopi=True, est_apprentissage=True)
    types.filter(code__in=QUALIOPI).update(exige_qualiopi=True)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0012_points")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
