"""Until when a password holds that somebody else gave."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0019_checked_terms")]

    operations = [
        migrations.AddField(
            "person", "given_password_until", models.DateTimeField(blank=True, editable=False, null=True)
        ),
    ]
