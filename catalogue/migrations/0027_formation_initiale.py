from django.db import migrations, models


def tell(apps, schema_editor):
    """Of the project's own list. What is online learns it from `refaire_sorties`."""
    types = apps.get_model("catalogue", "TypeDispositif").objects
    types.filter(code="formation-initiale").update(est_formation_initiale=True)


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0026_sigles"),
    ]

    operations = [
        migrations.AddField(
            model_name="typedispositif",
            name="est_formation_initiale",
            field=models.BooleanField(default=False, verbose_name="formation initiale"),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
