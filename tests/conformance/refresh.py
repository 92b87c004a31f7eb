"""`python -m tests.conformance.refresh` writes the API's description anew: look at the difference, then commit it."""

import os

import django

import tests.environment  # noqa: F401 - names the database and the secrets before settings are read
from tests.conformance.openapi import SNAPSHOT, described, written

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ioc.conf.settings")
    django.setup()
    SNAPSHOT.write_text(written(described()))
    print(f"{SNAPSHOT} written.")
