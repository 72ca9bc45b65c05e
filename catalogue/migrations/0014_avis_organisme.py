import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0013_types_exigences")]

    operations = [
        migrations.AddField(
            model_name="avisenattente",
            name="organisme",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="catalogue.organisme",
            ),
        ),
    ]
