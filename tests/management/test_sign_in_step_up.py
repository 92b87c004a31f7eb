"""A fresh sign-in before dangerous actions: asked for, done without typing again, never for what was given up."""

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ioc.kernel.clock import now
from ioc.management.actions import access
from ioc.management.models import ApiToken, Person
from ioc.management.stepup import CONFIRMED_AT, FRESH_FOR
from ioc.notices.models import Notice
from ioc.onscene.models import ReportEvent
from tests.factories import PASSWORD, SmallProvince

pytestmark = pytest.mark.django_db

OTHER = "mot-mat-khau-khac-2027"


@pytest.fixture
def late(client: Client, small: SmallProvince) -> Client:
    """The administrator, who signed in a while ago."""
    return signed_in_long_ago(client, small.people["administrator"])


def signed_in_long_ago(client: Client, person: Person) -> Client:
    client.force_login(person)
    session = client.session
    session[CONFIRMED_AT] = time.time() - FRESH_FOR - 1
    session.save()
    return client


def person_page(small: SmallProvince, login: str = "officer") -> str:
    return f"/manage/people/{small.people[login].id}/"


def send(client: Client, address: str, fields: dict[str, str], page: str) -> Any:
    return client.post(address, fields, headers={"Referer": f"http://testserver{page}"})


def confirm(client: Client, asked: Any, password: str = PASSWORD) -> Any:
    """Do what the page that `asked` leads to wants."""
    shown = client.get(asked["Location"])
    assert shown.status_code == 200
    return client.post(
        asked["Location"].split("?")[0], {"password": password, "next": shown.context["redirect_field_value"]}
    )


def test_a_fresh_sign_in_goes_on_at_once(client: Client, small: SmallProvince) -> None:
    client.force_login(small.people["administrator"])
    assert send(client, person_page(small) + "suspend/", {"reason": "x"}, "/")["Location"] == person_page(small)


def test_an_old_one_confirms_and_what_was_typed_is_done(late: Client, small: SmallProvince) -> None:
    page, officer = person_page(small), small.people["officer"]
    asked = send(late, page + "suspend/", {"reason": "Nghỉ việc", "form_key": "k"}, page)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    officer.refresh_from_db()
    assert officer.is_active
    assert confirm(late, asked, "wrong").status_code == 200
    officer.refresh_from_db()
    assert officer.is_active
    assert confirm(late, asked)["Location"] == page
    officer.refresh_from_db()
    assert not officer.is_active


def test_what_was_given_up_is_not_done_later(late: Client, small: SmallProvince) -> None:
    page, officer = person_page(small), small.people["officer"]
    asked = send(late, page + "suspend/", {"reason": "Nghỉ việc"}, page)
    late.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/manage/"})
    officer.refresh_from_db()
    assert officer.is_active
    assert late.get(asked["Location"]).status_code == 200


def test_a_password_is_not_kept_but_typed_again(late: Client, small: SmallProvince) -> None:
    page = person_page(small)
    asked = send(late, page + "password/", {"password": OTHER}, page)
    assert OTHER not in str(dict(late.session))
    assert confirm(late, asked)["Location"] == page
    assert b'role="status"' in late.get(page).content
    assert send(late, page + "password/", {"password": OTHER}, page).status_code == 302
    small.people["officer"].refresh_from_db()
    assert small.people["officer"].check_password(OTHER)


def test_what_is_kept_is_sealed(late: Client, small: SmallProvince) -> None:
    page = person_page(small)
    send(late, page + "suspend/", {"reason": "riêng tư"}, page)
    assert "reason" not in str(dict(late.session))


def test_a_key_for_a_program_is_shown_after_the_confirmation(late: Client, small: SmallProvince) -> None:
    assert late.get("/manage/programs/").status_code == 200
    fields = {"name": "Cổng 1022", "right": "onscene.file_by_program", "form_key": "p"}
    asked = send(late, "/manage/programs/", fields, "/manage/programs/")
    shown = confirm(late, asked)
    assert shown.status_code == 200
    assert shown.context["token"] in shown.content.decode()
    assert ApiToken.objects.get().name == "Cổng 1022"


def test_a_sealed_identity_by_script(client: Client, small: SmallProvince) -> None:
    filed = small.file()
    signed_in_long_ago(client, small.people["operating-lead"])
    page = f"/desk/{filed.id}/"
    asked = client.post(
        page + "identity/",
        {"reason": "call", "words": "Gọi lại để hỏi thêm"},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"},
    )
    assert (asked.status_code, asked.content) == (204, b"")
    opened = confirm(client, {"Location": asked["HX-Redirect"]})
    assert "0912345678" in opened.content.decode()
    assert ReportEvent.objects.filter(verb="identity_opened").count() == 1


@pytest.mark.parametrize("action", ["suspend", "password", "second-factor", "second-factor/reset"])
def test_each_asks(late: Client, small: SmallProvince, action: str) -> None:
    asked = late.post(f"{person_page(small)}{action}/", {"reason": "x", "password": OTHER})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))


def test_the_rights_of_a_role(late: Client, small: SmallProvince) -> None:
    asked = late.post("/manage/roles/add/", {"code": "x", "name": "x"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert late.post("/manage/categories/add/", {}).status_code == 422


def test_a_page_elsewhere_is_not_where_one_comes_back_to(late: Client, small: SmallProvince) -> None:
    asked = late.post(f"{person_page(small)}suspend/", {"reason": "x"}, headers={"Referer": "https://else.example/x"})
    assert "else.example" not in asked["Location"]


@pytest.mark.parametrize("what", ["email", "position", "new", "readmit", "leave", "own leave"])
def test_an_unlocked_screen_gives_no_rights(late: Client, small: SmallProvince, what: str) -> None:
    """An e-mail address is where a new password goes; a deputy has all the rights."""
    page = person_page(small)
    address = {
        "email": f"{page}edit/", "position": "/manage/positions/add/", "new": "/manage/people/add/",
        "readmit": f"{page}readmit/", "leave": f"{page}leave/", "own leave": reverse("account_leave"),
    }[what]  # fmt: skip
    asked = send(late, address, {"email": "ke.gian@noi-khac.vn"}, page)
    assert asked.status_code == 302
    assert "reauthenticate" in asked["Location"]


def test_who_gets_a_new_way_in_from_an_administrator_is_told(small: SmallProvince) -> None:
    """Whoever can give a password could sign in as the person: it does not happen in silence."""
    by: dict[str, Any] = {
        "person_id": small.people["operating-lead"].pk, "actor": small.actor("administrator"), "at": now()
    }  # fmt: skip
    access.reset_password(password=OTHER, **by)
    access.set_up_totp(**by)
    access.reset_second_factor(**by)
    told = Notice.objects.filter(person=small.people["operating-lead"], channel="inbox")
    assert told.count() == 3
    assert set(told.values_list("link", flat=True)) == {"/accounts/security/"}
