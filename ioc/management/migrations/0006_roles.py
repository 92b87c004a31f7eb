"""Roles: which came with the product, which agencies may give, which ended; categories of a position; changes that wait
for a second administrator."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ioc.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("management", "0005_sign_in")]

    operations = [
        migrations.AddField("role", "is_built_in", models.BooleanField(default=False)),
        migrations.AddField("role", "delegable", models.BooleanField(default=False)),
        migrations.AddField("role", "retired_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "position",
            "categories",
            models.ManyToManyField(blank=True, related_name="positions", to="management.category"),
        ),
        migrations.CreateModel(
            name="PendingChange",
            fields=[
                (
                    "id",
                    models.UUIDField(default=ioc.kernel.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=30)),
                ("record_id", models.CharField(blank=True, max_length=40)),
                ("record_name", models.CharField(max_length=200)),
                ("fields", models.JSONField()),
                ("before", models.JSONField(blank=True, default=dict)),
                (
                    "rights",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
                ),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for a second administrator"),
                            ("confirmed", "confirmed"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision", models.CharField(blank=True, max_length=300)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-asked_at", "-id"], name="pending_asked")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting"), models.Q(("record_id", ""), _negated=True)),
                        fields=("kind", "record_id"),
                        name="pending_once",
                    )
                ],
            },
        ),
    ]
