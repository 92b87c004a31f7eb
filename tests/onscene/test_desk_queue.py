"""The operating team's queue: tabs, order, search, pages, what is visible, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ioc.kernel.clock import now
from ioc.management.models import Area
from ioc.onscene import actions
from ioc.onscene.models import Report
from ioc.onscene.queries import desk
from ioc.onscene.queries.desk import queue as queue_module
from tests.factories import MONDAY_9AM, SINCE, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(small, client):
    client.force_login(small.people["operator"])
    return client


def codes(small, login="operator", **filters):
    found = desk.queue_for(small.actor(login), filters=desk.Filters(**filters), at=now())
    return [row.code for row in found.rows]


def dispatched(small, **fields):
    filed = small.file(**fields)
    actions.dispatch(
        report_id=filed.id,
        lead_id=small.organizations["west"].id,
        actor=small.actor("operator"),
        at=MONDAY_9AM + timedelta(minutes=5),
    )
    return filed


def test_who_is_not_signed_in_is_sent_to_sign_in(client, small):
    answer = client.get("/desk/")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


@pytest.mark.parametrize("login", ["officer", "head", "leader", "administrator"])
@pytest.mark.parametrize("address", ["/desk/", "/desk/queue/", "/desk/filters/", "/desk/new/"])
def test_who_has_no_right_there_is_refused(client, small, login, address):
    client.force_login(small.people[login])
    assert client.get(address).status_code == 403


def test_urgent_comes_first_then_what_is_due_first(small):
    late = small.file(at=MONDAY_9AM + timedelta(minutes=30))
    early = small.file(at=MONDAY_9AM)
    urgent = small.file(at=MONDAY_9AM + timedelta(hours=1), urgency="urgent")
    assert codes(small) == [urgent.code, early.code, late.code]


def test_what_was_taken_up_has_no_deadline_and_comes_last(small):
    taken = small.file(at=MONDAY_9AM)
    waiting = small.file(at=MONDAY_9AM + timedelta(hours=1))
    actions.receive(report_id=taken.id, actor=small.actor("operator"), at=MONDAY_9AM)
    assert codes(small) == [waiting.code, taken.code]


def test_each_tab_holds_its_own(small):
    operator, officer = small.actor("operator"), small.actor("officer")
    filed = small.file()
    asked = small.file()
    actions.ask_reporter(report_id=asked.id, question="Ở đâu ạ?", actor=operator, at=MONDAY_9AM)
    more_time = dispatched(small, category="officials")
    actions.accept(report_id=more_time.id, actor=officer, at=MONDAY_9AM)
    actions.ask_extension(report_id=more_time.id, amount=2, reason="Mưa", actor=officer, at=MONDAY_9AM)
    approved = dispatched(small, category="officials")
    actions.accept(report_id=approved.id, actor=officer, at=MONDAY_9AM)
    actions.submit_outcome(
        report_id=approved.id, text="Đã nhắc nhở cán bộ tại bộ phận một cửa.", actor=officer, at=MONDAY_9AM
    )
    actions.approve_outcome(report_id=approved.id, actor=small.actor("head"), at=MONDAY_9AM)
    refused = small.file(urgency="urgent")
    actions.refuse(report_id=refused.id, reason_code="not-clear", actor=operator, at=MONDAY_9AM)
    assert codes(small, tab="waiting") == [filed.code]
    assert codes(small, tab="asked") == [asked.code]
    assert codes(small, tab="agencies") == [more_time.code]
    assert codes(small, tab="extensions") == [more_time.code]
    assert codes(small, tab="results") == [approved.code]
    assert codes(small, tab="done") == [refused.code]
    assert codes(small, tab="urgent") == []
    assert len(codes(small, tab="all")) == 5


def test_overdue_is_what_is_past_its_deadline_while_the_clock_runs(small):
    late = small.file(at=now() - timedelta(days=30))
    paused = small.file(at=now() - timedelta(days=30))
    Report.objects.filter(id=paused.id).update(paused_at=now() - timedelta(days=29), state="asked")
    small.file(at=now())
    assert codes(small, tab="overdue") == [late.code]


def test_counts_stop_at_the_most_that_is_counted(small, monkeypatch):
    monkeypatch.setattr(queue_module, "MOST_COUNTED", 3)
    for _ in range(5):
        small.file()
    found = desk.queue_for(small.actor("operator"), filters=desk.Filters(), at=now())
    assert found.counts["waiting"] == 3
    assert found.counts["results"] == 0


@pytest.mark.parametrize("words", ["rác sinh hoạt", "rac sinh hoat", "RÁC SINH", "chay nuoc ra duo"])
def test_search_finds_with_and_without_diacritics(small, words):
    filed = small.file()
    small.file(text="Hố ga mất nắp trước cổng trường tiểu học")
    assert codes(small, tab="all", words=words) == [filed.code]


def test_search_finds_by_code_and_by_its_number_alone(small):
    filed = small.file()
    small.file(text="Hố ga mất nắp trước cổng trường tiểu học")
    number = filed.code.rsplit("-", 1)[1]
    for words in (filed.code, filed.code.lower(), number, number.lstrip("0")):
        assert codes(small, tab="all", words=words) == [filed.code]


@pytest.mark.parametrize("words", ["!!!", "& | !", "a:*b <-> 'c", "%", "…"])
def test_odd_words_do_no_harm(operator, small, words):
    small.file()
    assert operator.get("/desk/", {"q": words}).status_code == 200


def test_searching_looks_in_every_tab(operator, small):
    done = small.file()
    actions.refuse(report_id=done.id, reason_code="not-clear", actor=small.actor("operator"), at=MONDAY_9AM)
    assert done.code in {row.code for row in operator.get("/desk/?q=rac").context["queue"].rows}


def test_narrowing_by_category_takes_those_below_and_by_commune(small):
    waste = small.file()
    east = small.file(longitude=106.25)
    other = small.file(category="officials")
    assert set(codes(small, category="environment")) == {waste.code, east.code}
    assert codes(small, commune="07213") == [east.code]
    assert codes(small, category="officials") == [other.code]
    assert codes(small, category="no-such") == []
    assert codes(small, commune="99999") == []


def test_pages_follow_one_another_without_gaps_or_repeats(small, monkeypatch):
    monkeypatch.setattr(queue_module, "PAGE_SIZE", 3)
    for number in range(8):
        small.file(at=MONDAY_9AM + timedelta(minutes=number % 3), urgency="urgent" if number % 4 == 0 else "normal")
    taken = small.file()
    actions.receive(report_id=taken.id, actor=small.actor("operator"), at=MONDAY_9AM)
    for tab in ("waiting", "urgent", "all"):
        seen, cursor = [], ""
        while True:
            filters = desk.Filters(tab=tab, cursor=cursor)
            page = desk.queue_for(small.actor("operator"), filters=filters, at=now())
            seen += [row.code for row in page.rows]
            cursor = page.next_cursor
            if not cursor:
                break
        assert seen == codes_in_order(small, tab, monkeypatch)
        assert len(seen) == len(set(seen))


def codes_in_order(small, tab, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(queue_module, "PAGE_SIZE", 100)
        return codes(small, tab=tab)


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJ1cmdlbnQiXQ", "WzEsMiwzLDRd", "%00"])
def test_a_spoilt_cursor_shows_the_first_page(operator, small, cursor):
    small.file()
    assert len(operator.get("/desk/", {"cursor": cursor}).context["queue"].rows) == 1


def test_only_the_actors_area_is_seen(client, small):
    west, east = small.file(), small.file(longitude=106.25)
    role = save("role", code="west-desk", name="Tổ phường", name_en="Ward desk", rights=["onscene.triage"])
    person = save("person", username="west-desk", full_name="Người phường", password="mot-mat-khau-dai-2026")
    save("position", person=person, role=role, organization=small.organizations["ioc"],
         area=Area.objects.get(code="07210"), valid_from=SINCE)  # fmt: skip
    client.force_login(person)
    page = client.get("/desk/")
    assert [row.code for row in page.context["queue"].rows] == [west.code]
    assert page.context["queue"].counts["waiting"] == 1
    assert client.get(f"/desk/{east.id}/").status_code == 404
    assert client.get(f"/desk/{west.id}/").status_code == 200


def statements(captured):
    """How many there were, without the look at the reference data's version once a second."""
    return sum("kernel_referenceversion" not in one["sql"] for one in captured.captured_queries)


def test_a_page_costs_the_same_statements_for_three_rows_and_for_forty(operator, small):
    for _ in range(3):
        small.file()
    operator.get("/desk/")
    with CaptureQueriesContext(connection) as few:
        operator.get("/desk/")
    for _ in range(37):
        small.file()
    with CaptureQueriesContext(connection) as many:
        page = operator.get("/desk/")
    assert len(page.context["queue"].rows) == 30
    assert statements(few) == statements(many)
    assert statements(many) <= 7


def test_the_queue_itself_is_two_statements(small, django_assert_num_queries):
    for _ in range(5):
        small.file()
    actor = small.actor("operator")
    desk.queue_for(actor, filters=desk.Filters(), at=now())
    with django_assert_num_queries(2):
        desk.queue_for(actor, filters=desk.Filters(), at=now())


def test_a_live_refresh_brings_the_list_and_the_counts(operator, small):
    filed = small.file()
    text = operator.get("/desk/queue/?tab=waiting", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text
    assert filed.code not in text
    assert str(filed.id) in text
    assert text.count("hx-swap-oob") == 2


def test_the_next_matter_is_the_one_below(small):
    first, second, third = (small.file(at=MONDAY_9AM + timedelta(minutes=n)) for n in range(3))
    actor = small.actor("operator")

    def following(report):
        return desk.next_after(actor, filters=desk.Filters(), report_id=report.id, at=now())

    assert following(first) == second.id
    assert following(third) == first.id
    actions.refuse(report_id=second.id, reason_code="not-clear", actor=actor, at=MONDAY_9AM)
    assert following(first) == third.id


def test_empty_queue_says_so(operator, small):
    assert operator.get("/desk/").status_code == 200
    assert operator.get("/desk/?tab=overdue&category=waste").status_code == 200
    assert operator.get("/desk/?tab=nonsense").context["queue"].tab.code == "waiting"


def test_narrowing_works_without_script(operator, small):
    page = operator.get("/desk/filters/?tab=urgent").content.decode()
    assert '<select class="select select-sm w-full" name="category">' in page
    assert 'value="07210"' in page
