"""The agency's lists and a matter: what is shown, to whom, and at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ioc.kernel import rights
from ioc.officer.views.steps import STEPS
from ioc.onscene import actions
from ioc.onscene.models import Assignment, Report
from ioc.onscene.queries import agency
from tests.factories import MONDAY_9AM, SINCE, save
from tests.officer.helpers import EMAIL, NAME, PHONE, accepted, dispatched, submitted

pytestmark = pytest.mark.django_db


def page(client, small, address, login="officer"):
    client.force_login(small.people[login])
    return client.get(address)


def test_each_job_is_in_exactly_one_list(client, small):
    found = {
        "accept": dispatched(small),
        "hand": accepted(small),
        "approval": submitted(small),
        "done": submitted(small),
    }
    actions.approve_outcome(report_id=found["done"].id, actor=small.actor("head"), at=MONDAY_9AM + timedelta(hours=2))
    for tab in found:
        body = page(client, small, f"/officer/?tab={tab}").content.decode()
        for other, one in found.items():
            assert (f"/officer/{one.id}/" in body) is (other == tab), (tab, other)


def test_a_matter_opens_with_the_list_that_it_is_in(client, small):
    for filed, tab in ((dispatched(small), "accept"), (accepted(small), "hand"), (submitted(small), "approval")):
        assert page(client, small, f"/officer/{filed.id}/").context["inbox"].tab == tab


def test_the_first_list_that_holds_something_opens(client, small):
    filed = accepted(small)
    response = page(client, small, "/officer/")
    assert response.context["inbox"].tab == "hand"
    assert f"/officer/{filed.id}/" in response.content.decode()


def test_lists_are_sorted_by_deadline(client, small):
    late, soon = dispatched(small), dispatched(small)
    Report.objects.filter(id=soon.id).update(due_at=MONDAY_9AM)
    rows = page(client, small, "/officer/?tab=accept").context["inbox"].page.jobs
    assert [row.card.id for row in rows] == [soon.id, late.id]


def test_search_finds_with_and_without_diacritics_and_by_code(client, small):
    wanted = dispatched(small, text="Đèn đường hỏng tối om trước cổng trường học")
    dispatched(small)
    for words in ("đèn đường", "den duong", wanted.code):
        inbox = page(client, small, f"/officer/?tab=accept&q={words}").context["inbox"]
        assert [row.card.id for row in inbox.page.jobs] == [wanted.id], words
        assert inbox.counts["accept"] == 1


def test_empty_lists_say_what_to_do(client, small):
    for tab in ("accept", "hand", "approval", "done"):
        response = page(client, small, f"/officer/?tab={tab}")
        assert response.status_code == 200
        assert "text-center" in response.content.decode()


def test_spoilt_addresses_show_the_first_page(client, small):
    dispatched(small)
    for query in ("tab=nonsense", "page=-3", "page=99999999999", "page=x"):
        assert page(client, small, f"/officer/?{query}").status_code == 200


def test_pages_follow_each_other(client, small):
    for _ in range(31):
        dispatched(small)
    first = page(client, small, "/officer/?tab=accept").context["inbox"].page
    second = page(client, small, "/officer/?tab=accept&page=2").context["inbox"].page
    assert (len(first.jobs), first.has_next, len(second.jobs), second.has_next) == (30, True, 1, False)


def test_statements_do_not_grow_with_the_rows(client, small):
    def cost(address):
        client.force_login(small.people["officer"])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        # Looked at once a second, however many pages are shown.
        return sum("kernel_referenceversion" not in one["sql"] for one in queries)

    filed, *_ = (dispatched(small) for _ in range(3))
    few, few_matter = cost("/officer/?tab=accept"), cost(f"/officer/{filed.id}/")
    for _ in range(27):
        dispatched(small)
    assert cost("/officer/?tab=accept") == few
    assert cost(f"/officer/{filed.id}/") == few_matter
    assert few <= 6


def test_another_agency_finds_nothing(client, small):
    filed = dispatched(small)
    for part in ("", "place.json", "outcome/"):
        address = f"/officer/{filed.id}/{part}"
        assert page(client, small, address, login="officer-east").status_code == 404, address
    listed = page(client, small, "/officer/?tab=accept", login="officer-east").content.decode()
    assert str(filed.id) not in listed


def test_what_was_given_back_is_gone(client, small):
    filed = dispatched(small)
    actions.return_to_team(report_id=filed.id, reason_code="not-ours", actor=small.actor("officer"), at=MONDAY_9AM)
    assert page(client, small, f"/officer/{filed.id}/").status_code == 404


@pytest.mark.parametrize("login", ["operator", "leader", "administrator"])
def test_others_are_not_let_in(client, small, login):
    assert page(client, small, "/officer/", login=login).status_code == 403


def test_nobody_is_sent_to_sign_in(client, small):
    assert client.get("/officer/").status_code == 302


def test_the_reporter_is_never_in_the_page(client, small):
    filed = submitted(small)
    actions.open_identity(
        report_id=filed.id,
        reason_code="call",
        words="Gọi lại cho người gửi",
        actor=small.actor("operating-lead"),
        at=MONDAY_9AM,
    )
    pages = [f"/officer/{filed.id}/", f"/officer/{filed.id}/place.json", "/officer/?tab=approval"]
    pages += [f"/officer/{filed.id}/{step}/" for step in STEPS]
    for address in pages:
        for login in ("officer", "head"):
            body = page(client, small, address, login=login).content.decode()
            for secret in (NAME, "Bí Mật", PHONE, EMAIL, filed.token, "/citizen/r/", "Gọi lại cho"):
                assert secret not in body, (address, secret)


def test_a_matter_says_what_is_needed_to_handle_it(client, small):
    filed = dispatched(
        small, cooperating=["waste-company"], note="Kiểm tra trước giờ học", place_text="Ngõ 12 Hùng Vương"
    )
    body = page(client, small, f"/officer/{filed.id}/").content.decode()
    for wanted in (
        filed.code, "chảy nước ra đường", "Kiểm tra trước giờ học", "Ngõ 12 Hùng Vương", "Công ty Môi trường đô thị",
        "QĐ thử nghiệm", "geo:21.3,106.15",
    ):  # fmt: skip
        assert wanted in body, wanted


def test_the_place_is_given_to_the_map(client, small):
    filed = dispatched(small)
    found = page(client, small, f"/officer/{filed.id}/place.json").json()
    assert found["features"][0]["geometry"]["coordinates"] == [106.15, 21.3]


def test_a_cooperating_agency_sees_its_part(client, small):
    save("position", person=small.people["officer-east"], role=small.people["officer"].positions.get().role,
         organization=small.organizations["waste-company"], valid_from=SINCE)  # fmt: skip
    filed = dispatched(small, cooperating=["waste-company"])
    response = page(client, small, f"/officer/{filed.id}/", login="officer-east")
    assert response.context["matter"].is_lead is False
    assert response.context["matter"].steps == {"accept", "return"}


def test_the_subtree_of_a_position_is_seen(client, small):
    role = save("role", code="overseer", name="overseer", name_en="overseer", rights=[rights.HANDLE, rights.APPROVE])
    save("position", person=small.people["leader"], role=role, organization=small.organizations["province"],
         valid_from=SINCE)  # fmt: skip
    filed = dispatched(small)
    response = page(client, small, "/officer/?tab=accept", login="leader")
    assert f"/officer/{filed.id}/" in response.content.decode()
    assert response.context["inbox"].several


def test_no_inline_style_or_script(client, small):
    filed = accepted(small)
    for address in ("/officer/", f"/officer/{filed.id}/", f"/officer/{filed.id}/outcome/"):
        body = page(client, small, address).content.decode()
        assert " style=" not in body
        assert " onclick=" not in body


def test_counts_stop_and_what_is_done_shows_the_latest_first(client, small, monkeypatch):
    monkeypatch.setattr(agency, "MOST_COUNTED", 2)
    monkeypatch.setattr(agency, "PAGE_SIZE", 1)
    monkeypatch.setattr(agency, "DONE_PAGES", 2)
    for _ in range(3):
        dispatched(small)
    done = [submitted(small) for _ in range(3)]
    for hours, one in enumerate(done):
        actions.approve_outcome(report_id=one.id, actor=small.actor("head"), at=MONDAY_9AM + timedelta(hours=2))
        Assignment.objects.filter(report_id=one.id).update(assigned_at=MONDAY_9AM + timedelta(hours=hours))
    inbox = page(client, small, "/officer/?tab=done").context["inbox"]
    assert inbox.counts == {"accept": 2, "hand": 0, "approval": 0}
    assert ([row.card.id for row in inbox.page.jobs], inbox.page.has_next) == ([done[2].id], True)
    last = page(client, small, "/officer/?tab=done&page=9").context["inbox"].page
    assert ([row.card.id for row in last.jobs], last.number, last.has_next) == ([done[1].id], 2, False)
