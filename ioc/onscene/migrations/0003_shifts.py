"""How far those on duty have been told of new reports."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onscene", "0002_numbers")]

    operations = [
        migrations.CreateModel(
            name="DutyWatch",
            fields=[
                ("only", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("told_until", models.DateTimeField()),
            ],
        ),
    ]
