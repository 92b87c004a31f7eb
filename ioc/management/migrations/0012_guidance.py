"""Announcements, guides and lessons, and how much they are read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0011_regulations")]

    operations = [
        migrations.CreateModel(
            name="Guide",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("announcement", "announcement"), ("guide", "guide"), ("lesson", "lesson")],
                        max_length=12,
                    ),
                ),
                (
                    "readers",
                    models.CharField(
                        choices=[("citizens", "citizens and businesses"), ("staff", "staff")], max_length=8
                    ),
                ),
                ("title", models.CharField(max_length=150)),
                ("title_en", models.CharField(blank=True, max_length=150)),
                ("body", models.TextField()),
                ("body_en", models.TextField(blank=True)),
                ("is_pinned", models.BooleanField(default=False)),
                ("questions", models.JSONField(blank=True, default=list)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("areas", models.ManyToManyField(blank=True, related_name="+", to="management.area")),
                ("roles", models.ManyToManyField(blank=True, related_name="+", to="management.role")),
            ],
        ),
        migrations.CreateModel(
            name="GuideCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("count", models.PositiveIntegerField(default=0)),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="management.area",
                    ),
                ),
                (
                    "guide",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="counts", to="management.guide"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GuideReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("passed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "guide",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="readings", to="management.guide"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="guide", index=models.Index(fields=["readers", "-valid_from"], name="guide_readers")
        ),
        migrations.AddConstraint(
            model_name="guide",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="guide_validity",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidecount",
            constraint=models.UniqueConstraint(fields=("guide", "area", "day"), name="guide_count_area"),
        ),
        migrations.AddConstraint(
            model_name="guidecount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("area__isnull", True)), fields=("guide", "day"), name="guide_count_nowhere"
            ),
        ),
        migrations.AddConstraint(
            model_name="guidereading",
            constraint=models.UniqueConstraint(fields=("guide", "person"), name="guide_read_once"),
        ),
    ]
