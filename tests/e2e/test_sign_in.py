"""Signing in with a real browser: from the invitation over the app and the passkey to signing in with either."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Make = Callable[..., Person]

FIRST_PASSWORD = "thuyen-ve-ben-cu-2026"
NAME, EMAIL = "Nguyễn Thị Gác", "gac@x.vn"
WAY_IN = re.compile(r"/accounts/join/[\w-]+/")
_ROLE = """
import django; django.setup()
from tests.factories import save
save("role", code="guard", name="Người gác", name_en="Guard", rights=["management.manage"], requires_second_factor=True)
"""
_LONG_AGO = """
import django; django.setup()
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore("{key}")
session["confirmed_at"] = 0
session.save()
"""


def device_with_passkeys(page: Page) -> Any:
    """Chromium's virtual authenticator: it makes passkeys and answers for the person."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def invite(admin: Page) -> str:
    """Add the person by the form; the address of their page."""
    admin.goto("/manage/people/add/")
    admin.fill("input[name=full_name]", NAME)
    admin.fill("input[name=email]", EMAIL)
    admin.select_option("select[name=organization]", label="Trung tâm điều hành thông minh")
    admin.select_option("select[name=role]", label="Người gác")
    admin.locator("main form button.btn-primary").click()
    admin.wait_for_url(re.compile(r"/manage/people/[0-9a-f-]{36}/"))
    expect(admin.locator("#invitation")).to_be_visible()
    return admin.url


def way_in(stack: Stack) -> str:
    """The address in the invitation, once the worker has sent it."""
    found: list[str] = []

    def sent() -> bool:
        for file in (stack.data / "outbox" / "email").glob("*.log"):
            text = file.read_text(errors="replace")
            if EMAIL in text and (way := WAY_IN.search(text.replace("=\n", ""))):
                found.append(way.group())
        return bool(found)

    wait_for(sent, within=30, otherwise=stack.said)
    return found[-1]


def set_password(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("h1")).to_contain_text(NAME)
    page.fill("input[name=password]", FIRST_PASSWORD)
    page.fill("input[name=again]", FIRST_PASSWORD)
    page.locator("main form button[type=submit]").click()


def set_up_app(page: Page) -> str:
    """Set the authenticator app up and keep the recovery codes; the app's secret."""
    expect(page.get_by_role("heading", name="Thiết lập bước thứ hai")).to_be_visible()
    page.get_by_role("link", name="Ứng dụng xác thực").click()
    secret = page.locator("code").inner_text().strip()
    page.get_by_label("Mã sáu chữ số").fill(code_of(secret))
    page.get_by_role("button", name="Bật", exact=True).click()
    expect(page.locator("#codes li")).to_have_count(10)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Lưu thành tệp").click()
    assert page.locator("#codes li").first.inner_text() in saved.value.path().read_text()
    return secret


def code_of(secret: str, *, ahead: int = 0) -> str:
    """The six digits of now, or of `ahead` times half a minute later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def add_passkey(page: Page) -> None:
    page.goto("/accounts/security/")
    page.get_by_role("link", name="Thêm khóa truy cập").click()
    page.get_by_role("button", name="Tạo khóa truy cập").click()
    page.wait_for_url("**/accounts/security/")
    expect(page.get_by_text("Thiết bị này").first).to_be_visible()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile(r"/$|/accounts/login/"))


def sign_in_with_passkey(page: Page) -> None:
    page.goto("/accounts/login/?next=/manage/people/")
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    page.wait_for_url("**/manage/people/")
    expect(page.get_by_role("heading", name="Người dùng")).to_be_visible()


def sign_in_with_app(page: Page, secret: str) -> None:
    page.goto("/accounts/login/?next=/manage/people/")
    page.get_by_label("Tên đăng nhập hoặc thư điện tử").fill(EMAIL)
    page.get_by_label("Mật khẩu", exact=True).fill(FIRST_PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    # A code is good once: the next one, in case the first was typed in this same half minute.
    page.get_by_label("Mã sáu chữ số").fill(code_of(secret, ahead=1))
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url("**/manage/people/")
    expect(page.get_by_role("heading", name="Người dùng")).to_be_visible()


def confirm_with_passkey(page: Page, stack: Stack) -> None:
    """What is dangerous asks again after a while; the passkey answers and the thing is done."""
    keys = [one["value"] for one in page.context.cookies() if one["name"] == "sessionid"]
    stack.python(_LONG_AGO.format(key=keys[0]))
    target = f"/manage/people/{stack.facts['people']['officer-east']}/"
    page.goto(target)
    page.get_by_label("Lý do", exact=True).fill("Nghỉ việc")
    page.get_by_role("button", name="Khóa tài khoản").click()
    page.get_by_role("button", name="Xác nhận bằng khóa truy cập").click()
    page.wait_for_url(f"**{target}")
    expect(page.get_by_text("Tài khoản này đang bị khóa")).to_be_visible()
    page.get_by_role("button", name="Mở lại tài khoản").click()
    expect(page.get_by_text("Tài khoản này đang bị khóa")).to_have_count(0)


@pytest.mark.timeout(180)
def test_from_the_invitation_to_signing_in_with_the_passkey_and_with_the_app(person: Make, stack: Stack) -> None:
    stack.python(_ROLE)
    admin = person("administrator").page
    their_page = invite(admin)
    address = way_in(stack)
    # A passkey belongs to a name, never to a number: the same place by its name.
    page = person(origin=stack.origin.replace("127.0.0.1", "localhost")).page
    device_with_passkeys(page)

    set_password(page, address)
    secret = set_up_app(page)
    add_passkey(page)
    admin.goto(their_page)
    expect(admin.locator("#invitation")).to_have_count(0)

    sign_out(page)
    sign_in_with_passkey(page)
    confirm_with_passkey(page, stack)
    sign_out(page)
    sign_in_with_app(page, secret)

    # The invitation a second time lets nobody in.
    stranger = person(phone=True)
    stranger.page.goto(address)
    expect(stranger.page.locator("h1")).to_contain_text("không còn hiệu lực")
    expect(stranger.page.locator("input[name=password]")).to_have_count(0)
    stranger.complaints.clear()  # the browser notes that the page is gone: so it is meant


def test_what_is_typed_can_be_shown(person: Make) -> None:
    page = person().go("/accounts/login/")
    field = page.get_by_label("Mật khẩu", exact=True)
    field.fill("một câu dài")
    page.get_by_role("button", name="Hiện nội dung đang gõ").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hiện nội dung đang gõ").click()
    expect(field).to_have_attribute("type", "password")


@pytest.mark.parametrize("phone", [True, False])
def test_the_security_page(person: Make, phone: bool) -> None:
    page = person("operator", phone=phone).go("/accounts/security/")
    expect(page.get_by_role("heading", name="Bảo mật", level=1)).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1
