"""Areas: units that move, the main part of a split, and files of boundaries with what they took the place of."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0002_organizations")]

    operations = [
        migrations.AddField(
            model_name="arealineage",
            name="is_main",
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name="arealineage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("merged", "merged"),
                    ("split", "split"),
                    ("renamed", "renamed"),
                    ("moved", "moved under another unit"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="BoundaryImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "being looked at"), ("applied", "applied"), ("restored", "undone")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("format", models.CharField(max_length=20)),
                ("crs", models.CharField(max_length=80)),
                ("day", models.DateField()),
                ("source", models.CharField(blank=True, max_length=300)),
                ("findings", models.JSONField(default=dict)),
                ("read_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                ("restored_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BoundaryChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("after", models.JSONField()),
                ("before", models.JSONField(null=True)),
                ("before_is_approximate", models.BooleanField(default=True)),
                ("area_ha", models.FloatField()),
                ("before_ha", models.FloatField(null=True)),
                ("changed", models.FloatField(default=1)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="management.area"
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="management.boundaryimport",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="boundaryimport",
            index=models.Index(fields=["-read_at"], name="boundary_import_read"),
        ),
        migrations.AddConstraint(
            model_name="boundarychange",
            constraint=models.UniqueConstraint(fields=("of", "area"), name="boundary_change_once"),
        ),
    ]
