"""Fixtures for all tests; the database itself is started by `tests.environment`."""

from collections.abc import Iterator

import pytest

from ioc.management.queries import loading
from tests.factories import SmallProvince, small_province


@pytest.fixture(autouse=True)
def _fresh_reference() -> Iterator[None]:
    """Reference data kept in memory belongs to a database that each test starts anew."""
    loading.drop()
    yield
    loading.drop()


@pytest.fixture
def small(db: None) -> SmallProvince:
    """The small province of `tests.factories`."""
    return small_province()
