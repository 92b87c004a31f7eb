"""The database of the tests: PostgreSQL of our own in a temporary folder, started once for all workers."""

import os
import tempfile
from pathlib import Path

DATA = Path(os.environ.setdefault("IOC_DATA", str(Path(tempfile.gettempdir()) / f"ioc-tests-{os.getuid()}")))
DATA.mkdir(parents=True, exist_ok=True)

if "DATABASE_URL" not in os.environ:
    from ioc.conf.embedded import start

    os.environ["DATABASE_URL"] = start(DATA, stop_at_exit=True)

os.environ.setdefault("IOC_EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
