"""People in the browser: invited and at work a minute later; two hundred from Excel with the wrong rows on screen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person
from tests.management.people_files import excel, officers
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Make = Callable[..., Person]
FIRST_PASSWORD = "thuyen-ve-ben-cu-2026"
WAY_IN = re.compile(r"/accounts/join/[\w-]+/")


def invite(admin: Page, *, name: str, email: str, role: str, agency: str) -> str:
    """Add somebody by the form; the address of their page."""
    admin.goto("/manage/people/add/")
    admin.fill("input[name=full_name]", name)
    admin.fill("input[name=email]", email)
    admin.select_option("select[name=organization]", label=agency)
    admin.select_option("select[name=role]", label=role)
    admin.locator("main form button.btn-primary").click()
    admin.wait_for_url(re.compile(r"/manage/people/[0-9a-f-]{36}/"))
    return admin.url


def letter_to(stack: Stack, email: str) -> str:
    """The address in the invitation, once the worker has sent it."""
    found: list[str] = []

    def sent() -> bool:
        for file in (Path(stack.data) / "outbox" / "email").glob("*.log"):
            text = file.read_text(errors="replace")
            if email in text and (way := WAY_IN.search(text.replace("=\n", ""))):
                found.append(way.group())
        return bool(found)

    wait_for(sent, within=30, otherwise=stack.said)
    return found[-1]


def first_sign_in(newcomer: Page, address: str) -> None:
    """Open the invitation and set the password."""
    newcomer.goto(address)
    newcomer.fill("input[name=password]", FIRST_PASSWORD)
    newcomer.fill("input[name=again]", FIRST_PASSWORD)
    newcomer.locator("main form button[type=submit]").click()


@pytest.mark.timeout(180)
def test_invited_and_at_work(person: Make, stack: Stack) -> None:
    admin = person("administrator").page
    page = invite(admin, name="Trần Thị Mười Giờ", email="muoigio@x.vn", role="officer", agency="UBND phường Ngô Quyền")
    expect(admin.locator("#invitation")).to_be_visible()
    newcomer = person(phone=True)
    address = letter_to(stack, "muoigio@x.vn")
    newcomer.go(address)
    expect(newcomer.page.locator("h1")).to_contain_text("Trần Thị Mười Giờ")
    first_sign_in(newcomer.page, address)
    newcomer.page.wait_for_url("**/officer/")
    admin.goto(page)
    expect(admin.locator("#invitation")).to_have_count(0)
    # The same link a second time lets nobody in.
    stranger = person()
    stranger.page.goto(address)
    expect(stranger.page.locator("input[name=password]")).to_have_count(0)
    stranger.complaints.clear()  # the browser notes that the page is gone: so it is meant


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
