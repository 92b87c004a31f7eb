"""How many people live in a unit in a year, and who says so; changes of units as they were made."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0016_resting")]

    operations = [
        migrations.CreateModel(
            name="Population",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1900),
                            django.core.validators.MaxValueValidator(2200),
                        ]
                    ),
                ),
                ("people", models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)])),
                ("source", models.CharField(max_length=300)),
                ("is_estimate", models.BooleanField(default=False)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="populations", to="management.area"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("area", "year"), name="population_once")],
            },
        ),
        migrations.CreateModel(
            name="AreaEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("merged", "merged"),
                            ("split", "split"),
                            ("renamed", "renamed"),
                            ("moved", "moved under another unit"),
                        ],
                        max_length=10,
                    ),
                ),
                ("day", models.DateField()),
                ("title", models.CharField(max_length=500)),
                ("legal_basis", models.CharField(max_length=300)),
                ("steps", models.JSONField()),
                ("reached", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["-made_at", "-id"], name="area_event_made")],
            },
        ),
    ]
