"""The log of changes becomes the audit log: what, from where, searchable, in a chain, and closed to changes."""

from typing import Any

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from ioc.kernel.text import search_words
from ioc.management.actions.audit_chain import lengthen

GUARD = """
CREATE FUNCTION management_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The one change there is: an entry takes its place in the chain, once.
  IF TG_OP = 'UPDATE' AND OLD.number IS NULL THEN
    OLD.number := NEW.number;
    OLD.previous := NEW.previous;
    OLD.digest := NEW.digest;
    IF OLD IS NOT DISTINCT FROM NEW THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON management_auditentry
  FOR EACH ROW EXECUTE FUNCTION management_audit_guard();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON management_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION management_audit_guard();
"""
UNGUARD = """
DROP TRIGGER audit_append_only ON management_auditentry;
DROP TRIGGER audit_no_truncate ON management_auditentry;
DROP FUNCTION management_audit_guard();
"""


def chain_what_is_there(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    entries: Any = apps.get_model("management", "AuditEntry").objects
    for entry in entries.only("actor_name", "organization_name", "record_name", "reason").iterator():
        words = search_words(entry.actor_name, entry.organization_name, entry.record_name, entry.reason)
        entries.filter(pk=entry.pk).update(words=words)
    lengthen()


class Migration(migrations.Migration):
    dependencies = [("management", "0006_roles")]

    operations = [
        migrations.RenameModel("ConfigEvent", "AuditEntry"),
        migrations.RemoveIndex("AuditEntry", "config_event_at"),
        migrations.RemoveIndex("AuditEntry", "config_event_record"),
        migrations.AddField(
            "AuditEntry",
            "topic",
            models.CharField(
                choices=[
                    ("config", "change of the configuration"),
                    ("sign_in", "sign-in"),
                    ("identity", "opening of a sealed identity"),
                    ("export", "export"),
                    ("data_request", "request about personal data"),
                ],
                default="config",
                max_length=14,
            ),
        ),
        migrations.AddField("AuditEntry", "address", models.CharField(blank=True, default="", max_length=45)),
        migrations.AlterField("AuditEntry", "address", models.CharField(blank=True, max_length=45)),
        migrations.AddField("AuditEntry", "browser", models.CharField(blank=True, default="", max_length=200)),
        migrations.AlterField("AuditEntry", "browser", models.CharField(blank=True, max_length=200)),
        migrations.AddField("AuditEntry", "session", models.CharField(blank=True, default="", max_length=12)),
        migrations.AlterField("AuditEntry", "session", models.CharField(blank=True, max_length=12)),
        migrations.AddField("AuditEntry", "words", django.contrib.postgres.search.SearchVectorField(null=True)),
        migrations.AddField("AuditEntry", "number", models.BigIntegerField(null=True, unique=True)),
        migrations.AddField("AuditEntry", "previous", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("AuditEntry", "digest", models.BinaryField(max_length=32, null=True)),
        migrations.AddIndex("AuditEntry", models.Index(fields=["-at", "-id"], name="audit_at")),
        migrations.AddIndex("AuditEntry", models.Index(fields=["topic", "-at", "-id"], name="audit_topic")),
        migrations.AddIndex(
            "AuditEntry", models.Index(fields=["record_kind", "record_id", "-at"], name="audit_record")
        ),
        migrations.AddIndex("AuditEntry", models.Index(fields=["person_id", "-at", "-id"], name="audit_person")),
        migrations.AddIndex(
            "AuditEntry", models.Index(fields=["organization_id", "-at", "-id"], name="audit_organization")
        ),
        migrations.AddIndex(
            "AuditEntry",
            models.Index(
                condition=models.Q(("address", ""), _negated=True),
                fields=["address", "-at", "-id"],
                name="audit_address",
            ),
        ),
        migrations.AddIndex(
            "AuditEntry",
            models.Index(condition=models.Q(("number__isnull", True)), fields=["at", "id"], name="audit_unchained"),
        ),
        migrations.AddIndex(
            "AuditEntry", django.contrib.postgres.indexes.GinIndex(fields=["words"], name="audit_words")
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("only", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
                ("digest", models.BinaryField(default=b"", max_length=32)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("only", True)), name="audit_head_only_one")],
            },
        ),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True)),
                ("verified_to", models.BigIntegerField()),
                ("unchained", models.BigIntegerField()),
                ("checkpoints", models.PositiveIntegerField()),
                ("seconds", models.FloatField()),
                ("fault_count", models.PositiveIntegerField()),
                ("faults", models.JSONField(default=list)),
            ],
        ),
        migrations.RunPython(chain_what_is_there, migrations.RunPython.noop),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
