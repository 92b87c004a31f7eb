"""A gap in the routing table found and mended; a list sorted, searched and taken along by keyboard alone."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Person
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Make = Callable[..., Person]


_BEGIN = """
import json
import django; django.setup()
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.management.actions.records import save_record
from ioc.management.models import RoutingRule
from tests.factories import SINCE, save
own = save("category", code="gap", name="Tiếng ồn", name_en="Noise", valid_from=SINCE)
other = save("category", code="gap-other", name="Bụi", name_en="Dust", valid_from=SINCE)
for_all = [row.pk for row in RoutingRule.objects.filter(category=None)]
for pk in for_all:
    save_record(kind="routing_rule", record_id=pk, fields={"category": other}, actor=SYSTEM, at=now())
print(json.dumps({"category": own.pk, "for_all": for_all}))
"""
_END = """
import django; django.setup()
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.management.actions.records import delete_record, save_record
from ioc.management.models import Category, RoutingRule
for pk in %(for_all)s:
    save_record(kind="routing_rule", record_id=pk, fields={"category": None}, actor=SYSTEM, at=now())
for row in RoutingRule.objects.filter(category=%(category)s):
    delete_record(kind="routing_rule", record_id=row.pk, actor=SYSTEM, at=now())
for row in Category.objects.filter(code__in=["gap", "gap-other"]):
    delete_record(kind="category", record_id=row.pk, actor=SYSTEM, at=now())
"""
_TYPISTS = """
import django; django.setup()
from tests.factories import save
for login in ("typist-b", "typist-a"):
    save("person", username=login, full_name=f"Nguyễn Bàn Phím {login}")
"""


@pytest.fixture
def uncovered(stack: Stack) -> Iterator[int]:
    """A category that no row of the table covers, while it is looked at; then the table is as it was."""
    made = json.loads(stack.python(_BEGIN))
    yield made["category"]
    stack.python(_END % made)


def test_a_gap_is_found_in_the_matrix_and_mended(person: Make, uncovered: int) -> None:
    page = person("administrator").go("/manage/routing/matrix/")
    page.select_option("select[name=top]", str(uncovered))
    page.check("input[name=only]")
    page.locator("main form button[type=submit]").first.click()
    page.locator(".matrix-gap a").first.click()
    expect(page.locator("#cell")).to_contain_text("Tiếng ồn")
    page.locator("#cell a.btn-primary").click()
    expect(page.locator("#id_category option:checked")).to_contain_text("Tiếng ồn")
    page.select_option("#id_area", "")
    page.select_option("#id_lead_level", "commune")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/manage/routing/**")
    page.goto(f"/manage/routing/matrix/?only=1&top={uncovered}")
    expect(page.locator(".matrix-gap")).to_have_count(0)


def test_a_list_is_sorted_searched_and_taken_by_keyboard(person: Make, stack: Stack, tmp_path: Path) -> None:
    stack.python(_TYPISTS)
    page = person("administrator").go("/manage/people/")
    page.keyboard.press("/")
    page.keyboard.type("ban phim typ")
    expect(page.locator("[data-item]")).to_have_count(2)
    expect(page.locator(".chip")).to_contain_text("ban phim typ")
    page.wait_for_url("**q=ban+phim+typ*")  # the list that was typed for is there, no other is on its way
    page.keyboard.press("Escape")
    page.locator("a.sort-head").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=username**")
    assert "q=ban" in page.url
    expect(page.locator('th[aria-sort="ascending"]')).to_have_count(1)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-open]')")
    page.locator("a[download]").nth(1).focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    waiting.value.save_as(tmp_path / "list.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "list.csv").read_text(encoding="utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["typist-a", "typist-b"]
    page.locator("[data-open]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/manage/people/*-*/")
    page.goto("/manage/categories/")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**/manage/categories/add/")
