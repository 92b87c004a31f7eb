"""Limits: so many in a window, each subject for itself, counted over threads."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from ioc.kernel.errors import TooMany
from ioc.kernel.limits import HOUR, MINUTE, Limit, forget_old, hit
from ioc.kernel.models import RateWindow

AT = datetime(2026, 11, 23, 2, 0, 10, tzinfo=UTC)
THREE = Limit("three", most=3, seconds=MINUTE)
TEN = Limit("ten", most=10, seconds=HOUR)


@pytest.mark.django_db
class TestWindows:
    def test_the_fourth_is_too_many_and_says_when_it_opens(self):
        for _ in range(3):
            hit([(THREE, "a")], at=AT)
        with pytest.raises(TooMany) as refused:
            hit([(THREE, "a")], at=AT)
        assert 50 <= refused.value.retry_after <= 51
        hit([(THREE, "a")], at=AT + timedelta(seconds=refused.value.retry_after))

    def test_subjects_and_limits_count_apart(self):
        for _ in range(3):
            hit([(THREE, "a"), (TEN, "a")], at=AT)
        hit([(THREE, "b")], at=AT)
        hit([(TEN, "a")], at=AT)
        assert sorted(RateWindow.objects.values_list("count", flat=True)) == [1, 3, 4]

    def test_unknown_subjects_are_not_counted(self):
        for _ in range(5):
            hit([(THREE, "")], at=AT)
        assert not RateWindow.objects.exists()

    def test_one_statement_whatever_their_number(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            hit([(THREE, f"s{number}") for number in range(20)], at=AT)

    def test_windows_that_are_over_are_forgotten(self):
        hit([(THREE, "a"), (TEN, "a")], at=AT)
        assert forget_old(at=AT + timedelta(minutes=2)) == 1
        assert forget_old(at=AT + timedelta(hours=2)) == 1


@pytest.mark.django_db(transaction=True)
def test_all_threads_share_the_count():
    refused: list[int] = []

    def send() -> None:
        try:
            for _ in range(5):
                try:
                    hit([(TEN, "a")], at=AT)
                except TooMany:
                    refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(refused) == 10
    assert RateWindow.objects.get().count == 20
