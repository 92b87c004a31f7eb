"""Links that let somebody in end with a secret that is kept sealed until it is sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.AddField(
            "notice",
            "secret_sealed",
            models.BinaryField(default=b"", help_text="the end of the link, for the recipient alone"),
        ),
    ]
