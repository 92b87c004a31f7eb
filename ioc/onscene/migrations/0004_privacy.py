"""What the reporter agreed to, and whether the identity was wiped."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0013_privacy"), ("onscene", "0003_shifts")]

    operations = [
        migrations.AddField(
            model_name="reporter",
            name="consent",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="management.consenttext",
            ),
        ),
        migrations.AddField(
            model_name="reporter",
            name="wiped_at",
            field=models.DateTimeField(null=True),
        ),
    ]
