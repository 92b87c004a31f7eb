"""The demonstration province of an installation: made when nothing is there, never beside a real one."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from ioc.conf.cli.showing import said
from ioc.conf.cli.words import _
from ioc.kernel.clock import now
from ioc.management.queries import loading

Say = Callable[[str], Any]


def ensure_demonstration(*, say: Say) -> None:
    """Build the demonstration province in an empty installation; leave anything else as it is."""
    if loading.current().province is not None:
        return
    from ioc.demo.build import build

    say(_("Building the demonstration province (a minute or so)…"))
    began = time.monotonic()
    facts = build(now(), say=lambda sentence, **facts: say(said(_(sentence), **facts)))
    path = Path(settings.DATA) / "demo.json"
    path.write_text(json.dumps({"address": settings.ORIGIN, **facts}, ensure_ascii=False, indent=1))
    path.chmod(0o600)
    say(said(_("Demonstration province built in %(seconds)s s."), seconds=int(time.monotonic() - began)))


def throw_away(*, say: Say) -> None:
    """Empty an installation that holds the demonstration province.

    Raises:
        RuntimeError: the installation holds a real province.
    """
    province = loading.current().province
    if province is not None and not province.is_demonstration:
        raise RuntimeError("this installation holds a real province; nothing was touched")
    # What migrations filled in stays.
    keep = {"django_migrations", "django_content_type", "auth_permission", "management_system"}
    tables = [name for name in connection.introspection.table_names() if name not in keep]
    names = ", ".join(connection.ops.quote_name(name) for name in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        # A demonstration's audit log goes with it; nobody but the owner of the table can lift its guard.
        cursor.execute("ALTER TABLE management_auditentry DISABLE TRIGGER audit_no_truncate")
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        cursor.execute("ALTER TABLE management_auditentry ENABLE TRIGGER audit_no_truncate")
        cursor.execute("ALTER SEQUENCE onscene_report_number RESTART")
    loading.drop()
    Path(settings.AUDIT_CHECKPOINTS).unlink(missing_ok=True)
    for folder in (settings.FILES_ROOT, settings.OUTBOX_ROOT):
        shutil.rmtree(folder, ignore_errors=True)
    say(_("The demonstration province was thrown away."))
