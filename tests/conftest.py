"""Fixtures for all tests; the database itself is started by `tests.environment`."""

import threading
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from ioc.kernel.coalesce import coalescer
from ioc.management.queries import loading
from tests import snapshot
from tests.factories import SmallProvince


def pytest_configure() -> None:
    """Passwords need not be slow to guess here: a province has many, and each test makes one."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Before the tests' database is thrown away, the thread that works after commits lets go of it."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # Tests with transactions of their own empty all tables after; tests of the audit log arm the guard again.
        cursor.execute("ALTER TABLE management_auditentry DISABLE TRIGGER audit_no_truncate")
    yield
    closed = threading.Event()
    with django_db_blocker.unblock():
        coalescer.soon("tests.close", lambda: (connection.close(), closed.set()))
        closed.wait(5)


@pytest.fixture(autouse=True)
def _fresh_reference() -> Iterator[None]:
    """Reference data kept in memory belongs to a database that each test starts anew."""
    loading.drop()
    yield
    loading.drop()


@pytest.fixture
def small(db: None) -> SmallProvince:
    """The small province of `tests.factories`."""
    return snapshot.province()
