"""The demonstration province of an installation: made when nothing is there, never beside a real one."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from ioc.kernel.clock import now
from ioc.management.queries import loading

Say = Callable[[str], Any]


def ensure_demonstration(*, say: Say) -> None:
    """Build the demonstration province in an empty installation; leave anything else as it is."""
    if loading.current().province is not None:
        return
    from ioc.demo.build import build

    say("Building the demonstration province (a minute or so)…")
    began = time.monotonic()
    facts = build(now(), say=say)
    path = Path(settings.DATA) / "demo.json"
    path.write_text(json.dumps({"address": settings.ORIGIN, **facts}, ensure_ascii=False, indent=1))
    path.chmod(0o600)
    say(f"Demonstration province built in {time.monotonic() - began:.0f} s.")


def throw_away(*, say: Say) -> None:
    """Empty an installation that holds the demonstration province.

    Raises:
        RuntimeError: the installation holds a real province.
    """
    province = loading.current().province
    if province is not None and not province.is_demonstration:
        raise RuntimeError("this installation holds a real province; nothing was touched")
    keep = {"django_migrations", "django_content_type", "auth_permission"}
    tables = [name for name in connection.introspection.table_names() if name not in keep]
    names = ", ".join(connection.ops.quote_name(name) for name in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        cursor.execute("ALTER SEQUENCE onscene_report_number RESTART")
    loading.drop()
    for folder in (settings.FILES_ROOT, settings.OUTBOX_ROOT):
        shutil.rmtree(folder, ignore_errors=True)
    say("The demonstration province was thrown away.")
