"""Two agencies are merged while one of them has work: seen before, done, and the matter is with the other's officer."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Person
from tests.stack import Stack, filled

pytestmark = pytest.mark.browser

_DISPATCHED = """
import json, django
django.setup()
from datetime import timedelta
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.management.models import Organization
from ioc.management.actions.records import save_record
from ioc.onscene import actions
west = Organization.objects.get(code="west")
east = save_record(kind="organization", fields=dict(code="joined", name="UBND phường Sáp Nhập", short_name="Sáp Nhập",
    kind="commune", parent=west.parent, valid_from=west.valid_from), actor=SYSTEM, at=now())
filed = actions.file_report(filing=actions.Filing(text="Nắp cống vỡ giữa đường, xe máy dễ ngã", category="waste",
    latitude=21.30, longitude=106.15, phone="0912345678"), at=now() - timedelta(hours=1), key="merge", address="")
actions.dispatch(report_id=filed.id, lead_id=west.id, actor=SYSTEM, at=now())
print(json.dumps([west.id, east.id]))
"""
_CONFIRMED = """
import django
django.setup()
from django.contrib.sessions.backends.db import SessionStore
from ioc.kernel.clock import now
session = SessionStore("{key}")
session["confirmed_at"] = now().timestamp()
session.save()
"""


# An installation of its own: the agency that ends here is one that the other tests stand on.
stack = pytest.fixture(scope="module")(filled)


def test_a_merger_takes_the_open_work_along(person: Callable[..., Person], stack: Stack) -> None:
    west, joined = json.loads(stack.python(_DISPATCHED))
    # Who is at the screen has just confirmed who they are: the step-up itself has tests of its own.
    stack.python(_CONFIRMED.format(key=stack.facts["sessions"]["administrator"]))
    at_desk = person("administrator")
    page = at_desk.go("/manage/agencies/tree/")
    page.get_by_role("link", name="UBND phường Ngô Quyền").click()
    expect(page.get_by_text("việc đang mở").first).to_be_visible()
    page.get_by_role("link", name="Sáp nhập", exact=True).click()
    page.locator("[name=part0-target]").select_option(str(joined))
    page.get_by_role("button", name="Xem điều gì sẽ xảy ra").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.locator("#change [name=legal_basis]").fill("NQ 05/NQ-HĐND")
    page.get_by_role("button", name="Xem lại").click()
    preview = page.locator("#preview")
    expect(preview.get_by_text(re.compile("Rác thải")).first).to_be_visible()
    expect(preview.get_by_text("→ UBND phường Sáp Nhập").first).to_be_visible()
    page.get_by_role("button", name="Thực hiện ngay").click()
    expect(page.get_by_text("Đã xong. Thay đổi đã có hiệu lực.")).to_be_visible()
    expect(page.get_by_text("Tách cơ quan kế thừa và trả lại phần đã nhận")).to_be_visible()

    # The officer came along; the matter is on the list, with who handed it over in its timeline.
    officer = person("officer", phone=True)
    jobs = officer.go("/officer/")
    jobs.get_by_role("link", name=re.compile("Nắp cống vỡ")).first.click()
    expect(
        jobs.get_by_text(re.compile("UBND phường Ngô Quyền bàn giao cho UBND phường Sáp Nhập")).first
    ).to_be_visible()

    page.goto(f"/manage/agencies/{west}/")
    expect(page.get_by_text("Đơn vị tiếp nhận:")).to_be_visible()
