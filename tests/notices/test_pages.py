"""The inbox and the bell."""

import pytest

from ioc.onscene import actions
from tests.factories import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(small, client):
    filed = small.file()
    west = small.organizations["west"].id
    actions.dispatch(report_id=filed.id, lead_id=west, actor=small.actor("operator"), at=MONDAY_9AM)
    client.force_login(small.people["officer"])
    return client


@pytest.mark.parametrize("address", ["/notices/", "/notices/bell/"])
def test_who_is_not_signed_in_is_sent_to_sign_in(client, small, address):
    assert client.get(address).status_code == 302


def test_the_inbox_shows_what_is_new_and_looking_changes_nothing(officer):
    for _ in range(2):
        (notice,) = officer.get("/notices/").context["notices"]
        assert notice.read_at is None


def test_the_page_says_that_it_was_seen(officer):
    assert officer.post("/notices/read/", headers={"HX-Request": "true"}).status_code == 204
    (notice,) = officer.get("/notices/").context["notices"]
    assert notice.read_at is not None


def test_the_button_does_the_same_without_script(officer):
    assert officer.post("/notices/read/").url == "/notices/"
    assert officer.get("/notices/").context["notices"][0].read_at is not None


def test_reading_is_never_a_look(officer):
    assert officer.get("/notices/read/").status_code == 405


def test_the_bell_tells_how_many_are_new(officer):
    assert officer.get("/notices/bell/").context["unread"] == 1
    officer.post("/notices/read/")
    assert officer.get("/notices/bell/").context["unread"] == 0


def test_notices_are_ones_own(officer, small, client):
    client.force_login(small.people["officer-east"])
    assert client.get("/notices/").context["notices"] == []
    client.post("/notices/read/")
    client.force_login(small.people["officer"])
    assert client.get("/notices/").context["notices"][0].read_at is None
