"""Rules of sessions, providers of identity outside, known devices, the employee code."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0004_people")]

    operations = [
        migrations.AlterModelOptions("person", options={}),
        migrations.AddField("person", "employee_code", models.CharField(blank=True, max_length=40, default=""),
                            preserve_default=False),
        migrations.AddConstraint(
            "person",
            models.UniqueConstraint(
                condition=models.Q(("employee_code", ""), _negated=True),
                fields=("employee_code",),
                name="person_employee_code_once",
            ),
        ),
        migrations.CreateModel(
            name="SignInPolicy",
            fields=[
                ("only", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("idle_minutes", models.PositiveSmallIntegerField(default=60)),
                ("absolute_hours", models.PositiveSmallIntegerField(default=12)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("only", True)), name="sign_in_policy_only_one"),
                    models.CheckConstraint(
                        condition=models.Q(("idle_minutes__range", (5, 480))), name="sign_in_policy_idle"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("absolute_hours__range", (1, 24))), name="sign_in_policy_absolute"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentityProvider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, unique=True)),
                ("name", models.CharField(max_length=40)),
                ("issuer", models.URLField(max_length=300)),
                ("client_id", models.CharField(max_length=190)),
                ("secret_sealed", models.BinaryField(default=b"")),
                ("scopes", models.CharField(default="openid profile email", max_length=200)),
                (
                    "match_by",
                    models.CharField(
                        choices=[
                            ("subject", "only by a link that an administrator or the person made"),
                            ("email", "e-mail"),
                            ("phone", "phone number"),
                            ("employee_code", "employee code"),
                            ("username", "login"),
                        ],
                        default="email",
                        max_length=14,
                    ),
                ),
                ("claim", models.CharField(default="email", max_length=60)),
                ("trusts_contact", models.BooleanField(default=False)),
                ("trusts_second_factor", models.BooleanField(default=False)),
                (
                    "second_factor_values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), blank=True, default=list, size=None
                    ),
                ),
                (
                    "register_domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), blank=True, default=list, size=None
                    ),
                ),
                ("is_on", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="KnownDevice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=32)),
                ("browser", models.CharField(blank=True, max_length=200)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "digest"), name="known_device_once")],
            },
        ),
    ]
