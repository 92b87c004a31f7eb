"""Journey 7, its last part: an administrator sees who looked at a sealed identity, and why; and a person's own data."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Person
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(180)]
Make = Callable[..., Person]
_FILE = """
import django
django.setup()
from ioc.kernel.clock import now
from ioc.onscene import actions
filing = actions.Filing(
    text="{text}", category="waste", latitude=21.30, longitude=106.15, name="Nguyễn Văn An", email="an@example.vn"
)
filed = actions.file_report(filing=filing, at=now())
print(filed.id, filed.code, filed.token)
"""


def filed(stack: Stack) -> tuple[str, str, str]:
    text = f"Rác sinh hoạt tồn đọng {datetime.now(tz=UTC):%H%M%S%f} ở đầu ngõ"
    report_id, code, token = stack.python(_FILE.format(text=text)).split()
    return report_id, code, token


def test_an_administrator_sees_who_opened_an_identity_and_why(person: Make, stack: Stack) -> None:
    report_id, code, _ = filed(stack)
    lead = person("operating-lead")
    desk = lead.go(f"/desk/{report_id}/")
    desk.locator("[data-dialog='identity']:visible").first.click()
    dialog = desk.locator("dialog#identity")
    dialog.locator("select[name=reason]").select_option("call")
    dialog.locator("[name=words]").fill("Cần gọi lại để hỏi đúng vị trí đống rác")
    dialog.locator("button[type=submit]").first.click()
    expect(desk.get_by_text("Nguyễn Văn An").first).to_be_visible()

    admin = person("administrator")
    log = admin.go("/manage/audit/?topic=identity")
    entry = log.locator("ol > li", has_text=code).first
    expect(entry).to_contain_text("Người operating-lead")
    expect(entry).to_contain_text("Cần gọi lại để hỏi đúng vị trí đống rác")
    expect(entry).to_contain_text("127.0.0.1")
    log.fill("#q", "dong rac")
    log.locator("form[role=search] button[type=submit]").click()
    expect(log.locator("ol > li", has_text=code).first).to_be_visible()

    chain = admin.go("/manage/audit/chain/")
    chain.locator("form[action$='/check/'] button").click()
    expect(chain.get_by_role("status").first).to_be_visible()

    def is_checked() -> bool:
        return bool(stack.sql("SELECT 1 FROM management_auditcheck WHERE fault_count = 0"))

    for _ in range(60):
        if is_checked():
            break
        chain.wait_for_timeout(500)
    chain = admin.go("/manage/audit/chain/")
    expect(chain.locator("main").first).to_contain_text(re.compile(r"Chuỗi khớp đến mục #\d"))


def test_a_citizen_gets_a_copy_of_the_own_data(person: Make, stack: Stack) -> None:
    _, code, token = filed(stack)
    citizen = person(phone=True)
    page = citizen.go(f"/citizen/r/{token}/")
    page.locator("a[href$='/data/']").click()
    page.locator("input[name=kind][value=access]").check()
    page.locator("form:has(input[name=kind]) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/data/\?sent"))
    request_id = stack.sql("SELECT max(id) FROM management_datarequest")[0][0]

    admin = person("administrator")
    desk = admin.go(f"/manage/data-requests/{request_id}/")
    expect(desk.locator("main").first).to_contain_text(code)
    desk.fill("#how", "Đã xem căn cước tại quầy")
    desk.locator("form[action$='/verify/'] button").click()
    desk.locator("form[action$='/accept/'] button").click()
    expect(desk.locator("form[action$='/carry-out/']")).to_be_visible()
