"""A right that opens sealed identities takes two administrators; and the question why somebody may do something."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Person
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

_SECOND = """
import time, django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from ioc.management.models import Organization, Role
from tests.factories import PASSWORD, SINCE, save
person = save("person", username="second", full_name="Quản trị thứ hai", password=PASSWORD)
save("position", person=person, role=Role.objects.get(code="administrator"),
     organization=Organization.objects.get(code="ioc"), valid_from=SINCE)
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session["confirmed_at"] = time.time() + 3600
session.create()
print(session.session_key)
"""


def test_a_sealed_identity_right_takes_two(person: Callable[..., Person], stack: Stack) -> None:
    stack.facts["sessions"]["second"] = stack.python(_SECOND).strip().splitlines()[-1]
    asker, other = person("administrator", language="en"), person("second", language="en", phone=True)
    page = asker.go("/manage/roles/")
    page.get_by_role("table").get_by_role("link", name="operator", exact=True).click()
    page.get_by_label("Open a sealed identity, with a reason (takes two administrators)").check()
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("A second administrator must confirm this")).to_be_visible()
    expect(page.get_by_text("Người operator")).to_be_visible()
    page.get_by_label("Why").fill("theo công văn của công an tỉnh")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("heading", name="You asked for this")).to_be_visible()
    assert not _may_open(asker, stack)
    waiting = other.go("/manage/pending/")
    expect(waiting.get_by_text("waits for you")).to_be_visible()
    waiting.get_by_role("link", name="operator", exact=True).click()
    expect(waiting.get_by_text("theo công văn của công an tỉnh")).to_be_visible()
    waiting.get_by_role("button", name="Confirm it").click()
    expect(waiting.get_by_text("Confirmed: it is in force now.")).to_be_visible()
    assert _may_open(asker, stack)


def _may_open(asker: Person, stack: Stack) -> bool:
    """Ask the product why the operator may open identities."""
    page: Any = asker.go("/manage/why/")
    page.locator("#id_person").select_option(stack.facts["people"]["operator"])
    page.get_by_label("May do what").select_option("onscene.open_identity")
    page.get_by_role("button", name="Explain").click()
    verdict = page.get_by_role("heading", name="Người operator")
    expect(verdict).to_be_visible()
    return bool(verdict.inner_text().startswith("Yes"))
