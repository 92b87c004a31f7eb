"""An administrator opens the next commune for citizens from Monday; before, a citizen there is told kindly."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from ioc.kernel.clock import local_date
from tests.e2e.conftest import Person
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Make = Callable[..., Person]
TODAY = local_date(datetime.now(tz=UTC))
MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())

_LIMIT = """
import django
django.setup()
from tests.factories import SINCE, save
from ioc.management.models import Area, System
for code in ("onscene", "citizen"):
    save("rollout", system=System.objects.get(code=code), audience="citizens",
         area=Area.objects.get(code="07210"), valid_from=SINCE, legal_basis="KH thử")
"""
_CLEAR = """
import django
django.setup()
from ioc.kernel import reference
from ioc.management.models import Rollout
Rollout.objects.all().delete()
reference.bump()
"""
_BEGINS = """
import django
django.setup()
from ioc.kernel import reference
from ioc.management.models import Rollout
from datetime import date
Rollout.objects.filter(area__code="07213").update(valid_from=date.fromisoformat({day!r}))
reference.bump()
"""


@pytest.fixture
def west_only(stack: Stack) -> Iterator[Stack]:
    """Reports are open in the western commune only."""
    stack.python(_LIMIT)
    yield stack
    stack.python(_CLEAR)


def fill_in(page: Page, text: str) -> None:
    """A report from the eastern commune, by its name."""
    page.fill("textarea[name=text]", text)
    page.locator("label:has(input[name=category][value=waste])").click()
    page.fill("input[name=area_name]", "Trần Phú")
    page.locator("#communes input[name=area_code]").first.wait_for(state="attached")
    page.locator("#communes label:has(input[value='07213'])").first.click()
    page.fill("input[name=phone]", "0912 345 678")


def send(page: Page) -> None:
    page.click("button[form=report]")


@pytest.mark.timeout(240)
def test_a_commune_opens_from_monday(person: Make, west_only: Stack) -> None:
    text = f"Rác đầu ngõ {datetime.now(tz=UTC):%H%M%S} không ai thu gom từ tối thứ Sáu"
    citizen = person(phone=True)
    page = citizen.go("/citizen/report/")
    expect(page.get_by_text("Chưa mở ở mọi nơi")).to_be_visible()
    fill_in(page, text)
    send(page)
    expect(page.locator("#place-error")).to_contain_text("chưa mở")
    expect(page.locator("#place-error")).to_contain_text("0204 1022")
    expect(page.locator("textarea[name=text]")).to_have_value(text)
    citizen.complaints.clear()  # the browser notes the answer 422

    administrator = person("administrator")
    manage = administrator.go("/manage/rollout/open/")
    manage.locator("summary", has_text="Thành phố Bắc Giang").click()
    manage.locator("label", has_text="Phường Trần Phú").click()
    manage.fill("input[name=valid_from]", MONDAY.isoformat())
    manage.fill("input[name=legal_basis]", "QĐ 12/QĐ-UBND")
    manage.get_by_role("button", name="Xem trước").click()
    expect(manage.locator("#what")).to_be_visible()
    expect(manage.get_by_text("chưa có lãnh đạo duyệt")).to_be_visible()
    manage.get_by_role("button", name=f"Mở từ {MONDAY:%d/%m/%Y}").click()
    expect(manage.get_by_role("heading", name="Đã lên lịch, chưa bắt đầu")).to_be_visible()

    page.goto("/citizen/report/")
    expect(page.get_by_text(f"Từ {MONDAY:%d/%m/%Y}: Phường Trần Phú.")).to_be_visible()
    fill_in(page, text)
    send(page)
    expect(page.locator("#place-error")).to_contain_text(f"{MONDAY:%d/%m/%Y}")
    citizen.complaints.clear()

    # Monday comes: the rows begin today.
    west_only.python(_BEGINS.format(day=TODAY.isoformat()))
    page.goto("/citizen/report/")
    fill_in(page, text)
    send(page)
    page.wait_for_url("**/citizen/r/**")
    found = west_only.sql(
        "SELECT a.code FROM onscene_report r JOIN management_area a ON a.id = r.area_id WHERE r.text = %s", text
    )
    assert found == [("07213",)]


@pytest.mark.timeout(120)
def test_what_was_planned_is_undone_until_it_begins(person: Make, west_only: Stack) -> None:
    manage = person("administrator").go("/manage/rollout/open/")
    manage.locator("summary", has_text="Thành phố Bắc Giang").click()
    manage.locator("label", has_text="Phường Trần Phú").click()
    manage.fill("input[name=legal_basis]", "QĐ 12/QĐ-UBND")
    manage.get_by_role("button", name="Xem trước").click()
    manage.locator("form[method=post] button", has_text="Mở từ").click()
    manage.get_by_role("button", name="Rút lại").click()
    expect(manage.get_by_role("heading", name="Đã lên lịch, chưa bắt đầu")).to_have_count(0)
    assert west_only.sql("SELECT count(*) FROM management_rollout") == [(2,)]
