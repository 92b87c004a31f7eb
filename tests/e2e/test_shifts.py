"""The team lead plans a week by keyboard; one shift leaves a note, the next one reads it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from ioc.kernel.clock import local_date
from tests.e2e.conftest import Person
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Make = Callable[..., Person]
TODAY = local_date(datetime.now(tz=UTC))
MONDAY = TODAY - timedelta(days=TODAY.weekday())

_SHIFTS = """
import django
django.setup()
from datetime import time
from tests.factories import SINCE, save
from ioc.management.models import Organization
ioc = Organization.objects.get(code="ioc")
for number, (name, starts, ends) in enumerate((("Ngày", time(0), time(12)), ("Tối", time(12), time(0)))):
    save("shift", organization=ioc, name=name, weekdays=list(range(7)), starts=starts, ends=ends, needed=1,
         position=number, valid_from=SINCE)
"""
_CLEAR = """
import django
django.setup()
from ioc.kernel import reference
from ioc.management.models import Duty, HandOver, RosterTemplate, Shift
for table in (Duty, HandOver, RosterTemplate, Shift):
    table.objects.all().delete()
reference.bump()
"""


@pytest.fixture
def shifts(stack: Stack) -> Iterator[Stack]:
    """A day and an evening shift at the centre."""
    stack.python(_SHIFTS)
    yield stack
    stack.python(_CLEAR)


@pytest.mark.timeout(180)
def test_a_week_is_planned_by_keyboard_and_a_shift_hands_over(person: Make, shifts: Stack) -> None:
    lead = person("operating-lead")
    page = lead.go("/manage/roster/")
    operator = shifts.facts["people"]["operator"]
    cells = [page.locator(f"select[name='cell-{operator}-{MONDAY + timedelta(days=day)}']") for day in range(7)]
    cells[0].focus()
    for day in range(7):
        expect(cells[day]).to_be_focused()
        page.keyboard.type("Ng" if day % 2 == 0 else "T")
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Lưu tuần").click()
    expect(cells[0].locator("option:checked")).to_have_text("Ngày")
    expect(cells[1].locator("option:checked")).to_have_text("Tối")
    assert shifts.sql("SELECT count(*) FROM management_duty") == [(7,)]

    page.goto(f"/manage/roster/?week={MONDAY + timedelta(days=7)}")
    page.get_by_role("button", name="Chép tuần trước").click()
    expect(page.get_by_text("Đã thêm 7 lượt trực")).to_be_visible()

    desk = person("operator").go("/desk/")
    desk.locator("[data-dialog='hand-over']").click()
    desk.locator("dialog#hand-over textarea").fill("Đã gọi Điện lực, chờ họ tới trước 15 giờ.")
    desk.locator("dialog#hand-over button.btn-primary").click()
    expect(desk.locator("#duty")).to_contain_text("Đã gọi Điện lực")
    expect(desk.locator("#duty form")).to_have_count(0)  # who wrote it does not read it

    page.goto("/desk/")
    expect(page.locator("#duty")).to_contain_text("Đã gọi Điện lực")
    page.locator("#duty form button").click()
    expect(page.locator("#duty")).not_to_contain_text("Đã gọi Điện lực")
    # The other desk hears of it without a reload.
    expect(desk.locator("#duty")).not_to_contain_text("Đã gọi Điện lực", timeout=15_000)
