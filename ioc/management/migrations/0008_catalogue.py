"""Lists that are found and ordered in Vietnamese; answers, fields of work, colours and conditional questions."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from ioc.management.models.text import SQL, SQL_AWAY, Folded, alphabetical

VALIDITY = models.Q(("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR")
CONDITION = models.Q(
    models.Q(("asked_after", ""), ("asked_if", "")),
    models.Q(models.Q(("asked_after", ""), _negated=True), models.Q(("asked_if", ""), _negated=True)),
    _connector="OR",
)
COLOURS = [(name, name) for name in ("blue", "teal", "green", "olive", "brown", "red", "pink", "purple")]
PURPOSES = [
    ("ask", "ask the reporter"),
    ("refuse", "refuse a report"),
    ("progress", "tell how it goes"),
    ("outcome", "report the outcome"),
    ("publish", "publish the result"),
]


class Migration(migrations.Migration):
    dependencies = [("management", "0007_audit")]

    operations = [
        TrigramExtension(),
        migrations.RunSQL(SQL, SQL_AWAY),
        migrations.AddIndex("person", models.Index(alphabetical("full_name"), "id", name="person_alphabet")),
        migrations.AddField(
            "person",
            "words",
            models.GeneratedField(
                db_persist=True,
                expression=Folded("full_name", "username", "email", "phone"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex("person", GinIndex(OpClass("words", name="gin_trgm_ops"), name="person_words")),
        migrations.AddField(
            "category",
            "colour",
            models.CharField(choices=[*COLOURS, ("slate", "grey")], default="slate", max_length=10),
        ),
        migrations.AddField(
            "categoryquestion", "asked_after", models.SlugField(blank=True, db_index=False, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            "categoryquestion", "asked_if", models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "categoryquestion", models.CheckConstraint(condition=CONDITION, name="category_question_condition")
        ),
        migrations.CreateModel(
            name="AnswerTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("purpose", models.CharField(choices=PURPOSES, max_length=10)),
                ("name", models.CharField(max_length=120)),
                ("text", models.TextField(max_length=2000)),
                ("text_en", models.TextField(blank=True, max_length=2000)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="management.category",
                    ),
                ),
            ],
            options={"constraints": [models.CheckConstraint(condition=VALIDITY, name="answer_template_validity")]},
        ),
        migrations.CreateModel(
            name="FieldOfWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "leaders",
                    models.ManyToManyField(
                        blank=True, related_name="fields_of_work", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organizations",
                    models.ManyToManyField(blank=True, related_name="fields_of_work", to="management.organization"),
                ),
            ],
            options={"constraints": [models.CheckConstraint(condition=VALIDITY, name="field_of_work_validity")]},
        ),
    ]
