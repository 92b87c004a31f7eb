"""Protection of personal data: records of processing, consent texts, requests, how long data is kept."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0012_guidance")]

    operations = [
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "place",
                    models.CharField(choices=[("report", "when a report is filed")], default="report", max_length=10),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("text_en", models.TextField()),
                ("needs_tick", models.BooleanField(default=True)),
                ("legal_basis", models.CharField(max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("place", "version"), name="consent_text_version"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="consent_text_validity",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DataRequestTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[("access", "see and get a copy"), ("correct", "correct"), ("erase", "erase")],
                        max_length=8,
                    ),
                ),
                ("answer_limit", models.PositiveSmallIntegerField()),
                ("carry_out_limit", models.PositiveSmallIntegerField()),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("working_hours", "working_hours"),
                            ("working_days", "working_days"),
                            ("calendar_days", "calendar_days"),
                        ],
                        default="working_days",
                        max_length=14,
                    ),
                ),
                ("legal_basis", models.CharField(max_length=300)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="data_request_term_validity",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProcessingRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("purpose", models.CharField(max_length=200)),
                ("legal_basis", models.CharField(max_length=300)),
                ("persons", models.CharField(max_length=300)),
                ("data", models.TextField()),
                ("has_sensitive", models.BooleanField(default=False)),
                ("recipients", models.TextField()),
                ("retention", models.CharField(max_length=300)),
                ("measures", models.TextField()),
                ("responsible", models.CharField(max_length=200)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="processing_record_validity",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("kind", models.CharField(max_length=40)),
                ("days", models.PositiveIntegerField()),
                ("is_on", models.BooleanField(default=False)),
                ("legal_basis", models.CharField(max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "valid_from"), name="retention_rule_from"),
                    models.CheckConstraint(condition=models.Q(("days__gte", 1)), name="retention_rule_days"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="retention_rule_validity",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True)),
                ("count", models.PositiveIntegerField()),
                ("seconds", models.FloatField()),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="management.retentionrule"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("access", "see and get a copy"), ("correct", "correct"), ("erase", "erase")],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "to be answered"),
                            ("accepted", "accepted, to be carried out"),
                            ("done", "carried out"),
                            ("refused", "refused"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                ("by_link", models.BooleanField(default=False)),
                ("contact_digest", models.BinaryField(db_index=True, default=b"")),
                ("phone_sealed", models.BinaryField(default=b"")),
                ("email_sealed", models.BinaryField(default=b"")),
                ("correction_sealed", models.BinaryField(default=b"")),
                ("token_digest", models.BinaryField(max_length=32, unique=True)),
                ("language", models.CharField(default="vi", max_length=2)),
                ("words", models.TextField(blank=True)),
                ("verified_how", models.CharField(blank=True, max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("carry_out_by", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True)),
                ("refusal_basis", models.CharField(blank=True, max_length=300)),
                ("copy_until", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="management.datarequestterm"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["received", "accepted"])),
                        fields=["answer_by"],
                        name="data_request_open",
                    ),
                    models.Index(fields=["-asked_at", "-id"], name="data_request_asked"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("refusal_basis", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="data_request_refused_with_basis",
                    )
                ],
            },
        ),
    ]
