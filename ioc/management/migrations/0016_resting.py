"""Until when the rights that open what is sealed rest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0015_started_before")]

    operations = [
        migrations.AddField("person", "sealed_rest_until", models.DateTimeField(blank=True, editable=False, null=True)),
    ]
