"""Agencies are moved under another from a day on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0020_given_passwords")]

    operations = [
        migrations.AlterField(
            "organizationchange",
            "kind",
            models.CharField(
                choices=[
                    ("rename", "renamed"),
                    ("merge", "merged"),
                    ("split", "split"),
                    ("close", "dissolved"),
                    ("move", "moved"),
                ],
                max_length=8,
            ),
        ),
    ]
