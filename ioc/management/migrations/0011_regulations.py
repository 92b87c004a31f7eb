"""Regulations with their versions, who has read them, and the articles that rules rest on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0010_shifts"), ("kernel", "0002_storage")]

    operations = [
        migrations.AddField(
            model_name="deadlinerule", name="article", field=models.CharField(blank=True, max_length=80)
        ),
        migrations.AddField(model_name="reason", name="article", field=models.CharField(blank=True, max_length=80)),
        migrations.AddField(model_name="reportkind", name="article", field=models.CharField(blank=True, max_length=80)),
        migrations.CreateModel(
            name="Regulation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(help_text="number, such as 12/2023/QĐ-UBND", max_length=60, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("title_en", models.CharField(blank=True, max_length=200)),
                ("issued_by", models.CharField(blank=True, max_length=150)),
                ("is_public", models.BooleanField(default=False)),
                ("must_be_read", models.BooleanField(default=True)),
                ("reminded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("readers", models.ManyToManyField(blank=True, related_name="+", to="management.role")),
            ],
        ),
        migrations.CreateModel(
            name="RegulationVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("signed_on", models.DateField(blank=True, null=True)),
                ("text", models.TextField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.storedfile",
                    ),
                ),
                (
                    "regulation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="management.regulation"
                    ),
                ),
            ],
            options={"ordering": [models.OrderBy(models.F("number"), descending=True)]},
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acknowledgements",
                        to="management.regulationversion",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="regulationversion",
            constraint=models.UniqueConstraint(fields=("regulation", "number"), name="regulation_version_once"),
        ),
        migrations.AddConstraint(
            model_name="regulationversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at__isnull", True)), fields=("regulation",), name="regulation_one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="regulationversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="regulation_version_validity",
            ),
        ),
        migrations.AddConstraint(
            model_name="acknowledgement",
            constraint=models.UniqueConstraint(fields=("version", "person"), name="acknowledged_once"),
        ),
    ]
