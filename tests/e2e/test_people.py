"""People in the browser: two hundred from Excel with the wrong rows on screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person
from tests.management.people_files import excel, officers
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Make = Callable[..., Person]


@pytest.mark.timeout(180)
def test_two_hundred_from_excel(person: Make, stack: Stack) -> None:
    admin = person("administrator").go("/manage/people/import/")
    rows = [
        *officers(200, agencies=["UBND phường Ngô Quyền", "ubnd phuong tran phu"]),
        ("Sai Đơn Vị", "sai@x.vn", None, "UBND xã Không Có", "officer", None, None, None),
        ("Sai Ngày", "saingay@x.vn", None, "west", "officer", None, "31/02/2027", None),
    ]
    file = {"name": "danh-sach.xlsx", "mimeType": "application/octet-stream", "buffer": excel(rows)}
    admin.set_input_files("input[type=file]", [file])
    admin.locator("main form button.btn-primary").click()
    admin.wait_for_url(re.compile(r"/manage/people/import/[0-9a-f-]{36}/"))
    table = admin.locator("main table")
    expect(table.locator("tbody tr").nth(0)).to_contain_text("UBND xã Không Có")
    expect(table.locator("tbody tr").nth(0)).to_contain_text("202")
    expect(table.locator("tbody tr").nth(1)).to_contain_text("31/02/2027")
    assert stack.sql("SELECT count(*) FROM management_person WHERE email LIKE 'cb%%@bacgiang.vn'")[0][0] == 0
    with admin.expect_download() as wrong:
        admin.locator("a[href$='wrong.xlsx']").click()
    assert wrong.value.suggested_filename.endswith(".xlsx")
    admin.uncheck("input[name=invite]")
    admin.locator("form[action$='/take/'] button").click()
    confirm_if_asked(admin)
    expect(admin.locator("main")).to_contain_text("200")
    assert stack.sql("SELECT count(*) FROM management_person WHERE email LIKE 'cb%%@bacgiang.vn'")[0][0] == 200
    admin.goto("/manage/people/?q=nguyen van 199")
    expect(admin.locator("main tbody tr")).to_have_count(1)


def confirm_if_asked(page: Page) -> None:
    """Who signed in a while ago confirms with the password; what was sent is then done."""
    if "/reauthenticate/" in page.url:
        page.fill("input[name=password]", "mot-mat-khau-dai-2026")
        page.locator("main form button[type=submit]").click()
