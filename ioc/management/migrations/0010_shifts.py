"""The operating team's shifts, rosters and hand-over notes."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0009_rollout")]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("absent_at", models.DateTimeField(blank=True, null=True)),
                ("absence_reason", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=4000)),
                ("written_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RosterTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="RosterTemplateLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("name", models.CharField(max_length=60)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None),
                ),
                ("starts", models.TimeField()),
                ("ends", models.TimeField()),
                ("needed", models.PositiveSmallIntegerField(default=1)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="duty",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="duties", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replacement",
                to="management.duty",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hand_overs", to="management.organization"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="read_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hand_overs", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rostertemplate",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="roster_templates",
                to="management.organization",
            ),
        ),
        migrations.AddField(
            model_name="rostertemplateline",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rostertemplateline",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="management.rostertemplate"
            ),
        ),
        migrations.AddField(
            model_name="shift",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="shifts", to="management.organization"
            ),
        ),
        migrations.AddField(
            model_name="rostertemplateline",
            name="shift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="management.shift"
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="shift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="duties", to="management.shift"
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["organization", "-written_at"], name="hand_over_last"),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["organization"], name="hand_over_unread"
            ),
        ),
        migrations.AddConstraint(
            model_name="rostertemplate",
            constraint=models.UniqueConstraint(fields=("organization", "name"), name="roster_template_once"),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="shift_validity",
            ),
        ),
        migrations.AddConstraint(
            model_name="rostertemplateline",
            constraint=models.UniqueConstraint(
                fields=("template", "shift", "weekday", "person"), name="roster_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="rostertemplateline",
            constraint=models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="roster_line_weekday"),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(fields=["day"], name="duty_day"),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(fields=["person", "day"], name="duty_of"),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(fields=("shift", "day", "person"), name="duty_once"),
        ),
    ]
