"""Schemes of official codes as rows, names and places of agencies over time, and changes planned for a day."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

_DAYS = models.Func(
    "valid_from",
    "valid_to",
    function="daterange",
    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
)


def schemes_in_use(apps, schema_editor):
    """Codes that were given so far name their scheme as text: each becomes a row, without a pattern."""
    code_model = apps.get_model("management", "OrganizationCode")
    scheme_model = apps.get_model("management", "CodeScheme")
    for scheme in code_model.objects.order_by().values_list("scheme", flat=True).distinct():
        first = code_model.objects.filter(scheme=scheme).earliest("valid_from").valid_from
        scheme_model.objects.get_or_create(code=scheme, defaults={"name": scheme, "valid_from": first})


def one_holder_at_a_time(apps, schema_editor):
    """A code that was given anew without an end of the old giving ends there as the new one begins."""
    later = {}
    rows = apps.get_model("management", "OrganizationCode").objects
    for row in rows.order_by("scheme", "value", "-valid_from").iterator():
        begins = later.get((row.scheme, row.value))
        if begins is not None and (row.valid_to is None or row.valid_to > begins):
            rows.filter(pk=row.pk).update(valid_to=begins)
        later[row.scheme, row.value] = row.valid_from


class Migration(migrations.Migration):
    dependencies = [("management", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="CodeScheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("code", models.CharField(max_length=30, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("pattern", models.CharField(blank=True, max_length=200)),
                ("check_rule", models.CharField(blank=True, choices=[("", "only the pattern"), ("left_to_right", "groups from the top down, left to right"), ("right_to_left", "groups from the top down, right to left"), ("tax_number", "check digit of the tax number")], max_length=14)),
                ("example", models.CharField(blank=True, max_length=35)),
                ("legal_basis", models.CharField(blank=True, max_length=300)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                        name="code_scheme_validity",
                    )
                ]
            },
        ),
        migrations.RunPython(schemes_in_use, migrations.RunPython.noop),
        migrations.RunPython(one_holder_at_a_time, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="organizationcode", name="organization_code_once"),
        migrations.AlterField(
            model_name="organizationcode",
            name="scheme",
            field=models.ForeignKey(
                db_column="scheme", db_index=False, on_delete=django.db.models.deletion.PROTECT,
                related_name="codes", to="management.codescheme", to_field="code",
            ),
        ),
        migrations.AddConstraint(
            model_name="organizationcode",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("scheme", "="), ("value", "="), (_DAYS, "&&")],
                name="organization_code_one_holder",
                violation_error_message="Another agency has this code at that time.",
            ),
        ),
        migrations.CreateModel(
            name="OrganizationPast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("name", models.CharField(max_length=200)),
                ("short_name", models.CharField(max_length=80)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("legal_basis", models.CharField(blank=True, max_length=300)),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="past", to="management.organization")),
                ("parent", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="management.organization")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                        name="organization_past_validity",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("organization", "="), (_DAYS, "&&")], name="organization_past_once",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="OrganizationChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("rename", "renamed"), ("merge", "merged"), ("split", "split"), ("close", "dissolved")], max_length=8)),
                ("state", models.CharField(choices=[("planned", "planned"), ("done", "done"), ("withdrawn", "withdrawn")], default="planned", max_length=10)),
                ("day", models.DateField()),
                ("plan", models.JSONField()),
                ("legal_basis", models.CharField(blank=True, max_length=300)),
                ("reason", models.TextField(blank=True)),
                ("planned_at", models.DateTimeField()),
                ("planner_name", models.CharField(blank=True, max_length=150)),
                ("planner_organization_id", models.BigIntegerField(null=True)),
                ("ended_at", models.DateTimeField(help_text="when it was carried out or withdrawn", null=True)),
                ("ended_by_name", models.CharField(blank=True, max_length=150)),
                ("moved", models.JSONField(default=dict)),
                ("failure", models.TextField(blank=True)),
                ("planned_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "planned")), fields=["day"], name="organization_change_due"),
                    models.Index(fields=["-day", "-id"], name="organization_change_day"),
                ]
            },
        ),
        migrations.CreateModel(
            name="OrganizationChangeParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=[("before", "before"), ("after", "after")], max_length=6)),
                ("name", models.CharField(max_length=200)),
                ("change", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="management.organizationchange")),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="management.organization")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("change", "organization", "role"), name="change_party_once")
                ]
            },
        ),
    ]
