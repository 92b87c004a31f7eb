"""Asking again is always answered as the first time, whatever changed meanwhile."""

from datetime import timedelta

import pytest

from ioc.kernel.errors import Invalid, TooMany
from ioc.kernel.idempotency import KeyReused
from ioc.management.models import Category
from ioc.management.queries import loading
from ioc.onscene.models import Report
from ioc.onscene.rules.filing import BY_ADDRESS
from tests.factories import MONDAY_9AM, SmallProvince

pytestmark = pytest.mark.django_db


def test_a_limit_that_the_retries_reach_does_not_hide_the_answer(small: SmallProvince):
    first = small.file(key="k", address="10.0.0.1")
    for _ in range(BY_ADDRESS.most + 5):
        again = small.file(key="k", address="10.0.0.1")
        assert (again.code, again.token) == (first.code, first.token)
    assert Report.objects.count() == 1
    with pytest.raises(TooMany):
        small.file(key="another", address="10.0.0.1")


def test_a_category_that_was_closed_does_not_hide_the_answer(small: SmallProvince):
    first = small.file(key="k")
    later = MONDAY_9AM + timedelta(days=3)
    _close_waste()
    with pytest.raises(Invalid):
        small.file(key="new", at=later)
    assert small.file(key="k", at=later) == first
    assert Report.objects.count() == 1


def test_other_content_under_the_same_key_is_told_even_when_it_is_wrong(small: SmallProvince):
    small.file(key="k")
    with pytest.raises(KeyReused):
        small.file(key="k", text="Ngắn")
    with pytest.raises(Invalid):
        small.file(key="free", text="Ngắn")


def _close_waste() -> None:
    """Nothing may be filed under "waste" any more."""
    Category.objects.filter(code="waste").update(valid_to=MONDAY_9AM.date() + timedelta(days=1))
    loading.drop()
