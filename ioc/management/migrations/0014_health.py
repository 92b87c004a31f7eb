"""The plan of back-ups and what became of each; counting of statements where the server may."""

import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models

COUNT_STATEMENTS = """
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE NOTICE 'statements are not counted: %', SQLERRM;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("management", "0013_privacy")]

    operations = [
        migrations.RunSQL(COUNT_STATEMENTS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="BackupPlan",
            fields=[
                ("only", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("is_on", models.BooleanField(default=True)),
                ("to", models.CharField(max_length=300)),
                ("keys_to", models.CharField(blank=True, max_length=300)),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None),
                ),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        default=2, validators=[django.core.validators.MaxValueValidator(23)]
                    ),
                ),
                ("keep_days", models.PositiveSmallIntegerField(default=7)),
                ("keep_weeks", models.PositiveSmallIntegerField(default=5)),
                ("keep_months", models.PositiveSmallIntegerField(default=12)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("only", True)), name="backup_plan_only_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="BackupRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("backup", "back-up"),
                            ("check", "read through"),
                            ("restore_test", "restored on trial"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("rows", models.BigIntegerField(default=0)),
                ("files", models.BigIntegerField(default=0)),
                ("size", models.BigIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
            ],
            options={"indexes": [models.Index(fields=["kind", "-began_at"], name="backup_run_kind")]},
        ),
    ]
