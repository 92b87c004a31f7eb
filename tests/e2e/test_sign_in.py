"""Signing in with a real browser: first sign-in with an app, a passkey, signing in with it, confirming with it."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person
from tests.factories import PASSWORD
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Make = Callable[..., Person]

_OWING = """
import django; django.setup()
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.management.actions.records import save_record
from ioc.management.models import Organization
from tests.factories import PASSWORD, SINCE
role = save_record(kind="role", actor=SYSTEM, at=now(), fields=dict(
    code="guard", name="Quản trị", name_en="Guard", rights=["management.manage"], requires_second_factor=True))
who = save_record(kind="person", actor=SYSTEM, at=now(), fields=dict(
    username="guard", full_name="Nguyễn Thị Gác", password=PASSWORD))
save_record(kind="position", actor=SYSTEM, at=now(), fields=dict(
    person=who, role=role, organization=Organization.objects.get(code="ioc"), valid_from=SINCE))
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


def enter(page: Page) -> None:
    page.get_by_label("Tên đăng nhập hoặc thư điện tử").fill("guard")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile(r"/$|/accounts/login/"))


def test_from_the_first_sign_in_to_the_passkey(person: Make, stack: Stack) -> None:
    stack.python(_OWING)
    # A passkey belongs to a name, never to a number: the same place by its name.
    origin = stack.origin.replace("127.0.0.1", "localhost")
    page = person(origin=origin).page
    device_with_passkeys(page)

    page.goto("/manage/")
    enter(page)
    expect(page.get_by_role("heading", name="Thiết lập bước thứ hai")).to_be_visible()
    page.get_by_role("link", name="Ứng dụng xác thực").click()
    secret = page.locator("code").inner_text().strip()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.get_by_label("Mã sáu chữ số").fill(code)
    page.get_by_role("button", name="Bật", exact=True).click()
    expect(page.locator("#codes li")).to_have_count(10)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Lưu thành tệp").click()
    assert page.locator("#codes li").first.inner_text() in saved.value.path().read_text()

    page.goto("/accounts/security/")
    page.get_by_role("link", name="Thêm khóa truy cập").click()
    page.get_by_role("button", name="Tạo khóa truy cập").click()
    page.wait_for_url("**/accounts/security/")
    expect(page.get_by_text("Thiết bị này").first).to_be_visible()

    sign_out(page)
    page.goto("/accounts/login/?next=/manage/people/")
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    page.wait_for_url("**/manage/people/")
    expect(page.get_by_role("heading", name="Người dùng")).to_be_visible()

    keys = [one["value"] for one in page.context.cookies() if one["name"] == "sessionid"]
    stack.python(_LONG_AGO.format(key=keys[0]))
    target = f"/manage/people/{stack.facts['people']['officer-east']}/"
    page.goto(target)
    page.get_by_label("Lý do", exact=True).fill("Nghỉ việc")
    page.get_by_role("button", name="Khóa tài khoản").click()
    page.get_by_role("button", name="Xác nhận bằng khóa truy cập").click()
    page.wait_for_url(f"**{target}")
    expect(page.get_by_text("Tài khoản này đang bị khóa")).to_be_visible()


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
