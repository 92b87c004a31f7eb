"""A gap in the routing table found and mended; a list sorted, searched and taken along by keyboard alone."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Person
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Make = Callable[..., Person]


def test_a_gap_is_found_in_the_matrix_and_mended(person: Make, stack: Stack) -> None:
    stack.python(
        "import django; django.setup()\n"
        "from datetime import date\n"
        "from ioc.kernel.actors import SYSTEM\n"
        "from ioc.kernel.clock import now\n"
        "from ioc.management.actions.records import save_record\n"
        "from ioc.management.models import Category, RoutingRule\n"
        "save = lambda kind, **fields: save_record(kind=kind, fields=fields, actor=SYSTEM, at=now())\n"
        "rule = RoutingRule.objects.get(category=None)\n"
        "for category in Category.objects.exclude(code__in=['waste', 'gap']):\n"
        "    save('routing_rule', category=category, lead_level='commune', valid_from=date(2020, 1, 1))\n"
        "save('category', code='gap', name='Tiếng ồn', name_en='Noise', valid_from=date(2020, 1, 1))\n"
        "save_record(kind='routing_rule', record_id=rule.pk, fields={'category': Category.objects.get(code='waste')},\n"
        "    actor=SYSTEM, at=now())\n"
    )
    page = person("administrator").go("/manage/routing/matrix/")
    expect(page.locator(".matrix-gap").first).to_be_visible()
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
    page.goto("/manage/routing/matrix/?only=1")
    expect(page.locator(".matrix-gap")).to_have_count(0)


def test_a_list_is_sorted_searched_and_taken_by_keyboard(person: Make, tmp_path: Path) -> None:
    page = person("administrator").go("/manage/people/")
    page.keyboard.press("/")
    page.keyboard.type("nguoi off")
    expect(page.locator("[data-item]")).to_have_count(2)
    expect(page.locator(".chip")).to_contain_text("nguoi off")
    assert "q=nguoi" in page.url
    page.keyboard.press("Escape")
    page.locator("a.sort-head").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=username**")
    assert "q=nguoi" in page.url
    expect(page.locator('th[aria-sort="ascending"]')).to_have_count(1)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-open]')")
    page.locator("a[download]").nth(1).focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    waiting.value.save_as(tmp_path / "list.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "list.csv").read_text(encoding="utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["officer", "officer-east"]
    page.locator("[data-open]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/manage/people/*-*/")
    page.goto("/manage/categories/")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**/manage/categories/add/")
