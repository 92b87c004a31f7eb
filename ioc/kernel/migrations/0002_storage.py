"""Limits need not survive a crash, so their table writes no log; the cache table of Django's database cache."""

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_cache_table(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL("ALTER TABLE kernel_ratewindow SET UNLOGGED", "ALTER TABLE kernel_ratewindow SET LOGGED"),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
