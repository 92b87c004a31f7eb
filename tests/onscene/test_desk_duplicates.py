"""Which reports are shown as possibly the same matter."""

from datetime import timedelta

import pytest

from ioc.management.models import Category
from ioc.onscene import actions
from ioc.onscene.models import Report
from ioc.onscene.queries.desk.duplicates import same_matter
from tests.factories import MONDAY_9AM, SINCE, save

pytestmark = pytest.mark.django_db

NORTH_100_M = 0.0009
NORTH_200_M = 0.0018
OTHER_WORDS = "Xe tải đỗ chắn lối ra vào khu tập thể suốt buổi chiều"


def alike(filed, at=MONDAY_9AM):
    report = Report.objects.get(id=filed.id)
    return list(same_matter(report, within=Report.objects.all(), at=at))


def test_same_category_within_150_metres_whatever_the_words(small):
    filed = small.file()
    near = small.file(latitude=21.30 + NORTH_100_M, text=OTHER_WORDS)
    small.file(latitude=21.30 + NORTH_200_M, text=OTHER_WORDS)
    (found,) = alike(filed)
    assert found.card.code == near.code
    assert found.distance == pytest.approx(100, abs=2)
    assert found.likeness < 0.2


def test_a_sibling_category_counts_another_field_does_not(small):
    save("category", code="smoke", name="Khói bụi", name_en="Smoke", parent=Category.objects.get(code="environment"),
         valid_from=SINCE)  # fmt: skip
    filed = small.file()
    sibling = small.file(category="smoke", text=OTHER_WORDS)
    small.file(category="officials", text=OTHER_WORDS)
    assert [one.card.code for one in alike(filed)] == [sibling.code]


def test_the_same_words_anywhere_in_the_commune_whatever_the_category(small):
    filed = small.file()
    far = small.file(latitude=21.38, category="officials")
    small.file(longitude=106.25)
    (found,) = alike(filed)
    assert found.card.code == far.code
    assert found.likeness == 1
    assert found.distance > 150


def test_a_report_without_a_point_is_found_by_its_words(small):
    filed = small.file(latitude=None, longitude=None, area_code="07210")
    other = small.file()
    (found,) = alike(filed)
    assert (found.card.code, found.distance) == (other.code, None)


def test_not_older_than_thirty_days(small):
    filed = small.file()
    small.file(at=MONDAY_9AM - timedelta(days=31))
    inside = small.file(at=MONDAY_9AM - timedelta(days=29))
    (found,) = alike(filed)
    assert found.card.code == inside.code
    assert found.age == timedelta(days=29)


def test_open_ones_come_first_then_the_better_match(small):
    filed = small.file()
    operator = small.actor("operator")
    poor = small.file(latitude=21.30 + NORTH_100_M, text=OTHER_WORDS)
    good = small.file()
    done = small.file()
    Report.objects.filter(id=done.id).update(state="closed")
    refused = small.file()
    actions.refuse(report_id=refused.id, reason_code="not-clear", actor=operator, at=MONDAY_9AM)
    found = alike(filed)
    assert [one.card.code for one in found] == [good.code, poor.code, done.code]
    assert [one.is_open for one in found] == [True, True, False]


def test_one_statement(small, django_assert_num_queries):
    filed = small.file()
    for _ in range(4):
        small.file()
    report = Report.objects.get(id=filed.id)
    alike(filed)
    with django_assert_num_queries(1):
        list(same_matter(report, within=Report.objects.all(), at=MONDAY_9AM))
