"""An open matter: what it shows, what may be done with it, and what it costs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ioc.kernel.clock import now
from ioc.management.models import RoutingRule
from ioc.management.queries import loading
from ioc.onscene import actions
from ioc.onscene.models import Report, ReportEvent
from ioc.onscene.queries import desk
from tests.factories import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(small, client):
    client.force_login(small.people["operator"])
    return client


@pytest.fixture
def lead(small, client):
    client.force_login(small.people["operating-lead"])
    return client


def shown(small, filed, login="operating-lead", at=None):
    return desk.matter(filed.id, actor=small.actor(login), at=at or now())


def approved(small, category="officials"):
    filed = small.file(category=category)
    operator, officer, head = (small.actor(login) for login in ("operator", "officer", "head"))
    actions.dispatch(report_id=filed.id, lead_id=small.organizations["west"].id, actor=operator, at=MONDAY_9AM)
    actions.accept(report_id=filed.id, actor=officer, at=MONDAY_9AM)
    actions.submit_outcome(
        report_id=filed.id, text="Đã nhắc nhở cán bộ tại bộ phận một cửa.", actor=officer, at=MONDAY_9AM
    )
    actions.approve_outcome(report_id=filed.id, actor=head, at=MONDAY_9AM)
    return filed


def test_a_matter_that_is_not_there_is_not_found(operator, small):
    assert operator.get(f"/desk/{uuid4()}/").status_code == 404


def test_a_new_report_offers_the_teams_steps(small):
    can = shown(small, small.file()).can
    assert {"receive", "dispatch", "ask", "refuse", "join", "guide", "correct", "identity"} <= can
    assert "publish" not in can


def test_an_operator_without_the_right_is_not_offered_the_identity(small):
    assert "identity" not in shown(small, small.file(), login="operator").can


def test_an_approved_result_offers_publishing_only(small):
    can = shown(small, approved(small)).can
    assert "publish" in can
    assert can.isdisjoint({"dispatch", "ask", "refuse", "receive"})


def test_the_suggestion_follows_the_routing_table_and_names_the_deadline(small):
    suggestion = shown(small, small.file(), at=MONDAY_9AM).suggestion
    assert suggestion.lead.code == "west"
    assert [one.code for one in suggestion.cooperating] == ["waste-company"]
    assert suggestion.due.term.legal_basis == "QĐ thử nghiệm"
    assert suggestion.due.due_at > MONDAY_9AM


def test_a_gap_in_the_routing_table_is_said(small, operator):
    RoutingRule.objects.all().delete()
    loading.drop()
    filed = small.file()
    assert shown(small, filed).suggestion.lead is None
    assert operator.get(f"/desk/{filed.id}/").status_code == 200


def test_the_preview_is_what_the_reporter_reads_then(small):
    filed = small.file()
    report = Report.objects.get(id=filed.id)
    lead = small.organizations["east"]
    preview = desk.dispatch_preview(report, lead_id=lead.id, at=MONDAY_9AM)
    assert filed.code in preview.message
    assert lead.name in preview.message
    assert desk.dispatch_preview(report, lead_id=0, at=MONDAY_9AM).message == ""


def test_agencies_are_found_without_diacritics_and_the_ticked_ones_stay(small):
    ticked = small.organizations["west"].id
    found = desk.agencies("moi truong", chosen={ticked})
    assert [one.code for one in found] == ["west", "waste-company"]
    assert [one.code for one in desk.agencies("tran phu")] == ["east"]


def test_all_agencies_can_be_chosen_those_at_the_place_first(small):
    report = Report.objects.get(id=small.file().id)
    groups = desk.agency_groups(report)
    assert "west" in {one.code for one in groups[0].agencies}
    assert {one.id for group in groups for one in group.agencies} == {one.id for one in small.organizations.values()}


def test_the_small_map_holds_the_point(small):
    drawn = shown(small, small.file()).map
    assert 0 < drawn.x < drawn.width
    assert 0 < drawn.y < drawn.height
    assert drawn.own.startswith("M")
    assert len(drawn.others) == 1


def test_a_place_known_by_its_commune_only_has_no_point(small, operator):
    filed = small.file(latitude=None, longitude=None, area_code="07213")
    drawn = shown(small, filed).map
    assert (drawn.x, drawn.y) == (None, None)
    assert operator.get(f"/desk/{filed.id}/").status_code == 200


def test_every_state_has_a_page(lead, small):
    operator, officer = small.actor("operator"), small.actor("officer")
    made = [small.file(), approved(small), approved(small, category="officials")]
    actions.publish(report_id=made[-1].id, text="Đã xong", actor=operator, at=MONDAY_9AM)
    actions.rate(token=made[-1].token, value="not_satisfied", words="Chưa", at=MONDAY_9AM)
    joined = small.file()
    actions.join(report_id=joined.id, other_id=made[0].id, actor=operator, at=MONDAY_9AM)
    asked = small.file()
    actions.ask_reporter(report_id=asked.id, question="Ở đâu ạ?", actor=operator, at=MONDAY_9AM)
    refused = small.file()
    actions.refuse(report_id=refused.id, reason_code="not-clear", actor=operator, at=MONDAY_9AM)
    extended = small.file()
    actions.dispatch(report_id=extended.id, lead_id=small.organizations["west"].id, actor=operator, at=MONDAY_9AM)
    actions.accept(report_id=extended.id, actor=officer, at=MONDAY_9AM)
    actions.ask_extension(report_id=extended.id, amount=1, reason="Mưa", actor=officer, at=MONDAY_9AM)
    for filed in (*made, joined, asked, refused, extended):
        page = lead.get(f"/desk/{filed.id}/?tab=all")
        assert page.status_code == 200
        assert filed.code in page.content.decode()


def test_a_page_that_has_the_queue_gets_the_matter_alone(operator, small):
    filed = small.file()
    answer = operator.get(f"/desk/{filed.id}/", headers={"HX-Request": "true", "HX-Target": "matter"})
    assert "<html" not in answer.content.decode()
    assert "HX-Target" in answer["Vary"]


def test_the_page_names_no_reporter(lead, small):
    filed = small.file(name="Nguyễn Thị Lan", phone="0987654321", email="lan@example.vn")
    text = lead.get(f"/desk/{filed.id}/").content.decode()
    assert "Nguyễn Thị Lan" not in text
    assert "0987654321" not in text
    assert "lan@example.vn" not in text


def statements(captured):
    """How many there were, without the look at the reference data's version once a second."""
    return sum("kernel_referenceversion" not in one["sql"] for one in captured.captured_queries)


def test_a_matter_costs_the_same_statements_whatever_happened(operator, small):
    fresh, busy = small.file(), approved(small)
    operator.get(f"/desk/{fresh.id}/")
    with CaptureQueriesContext(connection) as few:
        operator.get(f"/desk/{fresh.id}/")
    with CaptureQueriesContext(connection) as many:
        operator.get(f"/desk/{busy.id}/")
    assert statements(few) == statements(many)
    assert statements(many) <= 16


def test_identity_is_opened_once_with_a_reason_and_leaves_an_event(lead, small):
    filed = small.file(name="Nguyễn Thị Lan")
    answer = lead.post(f"/desk/{filed.id}/identity/", {"reason": "call", "words": "Cần gọi hỏi địa chỉ"})
    assert "Nguyễn Thị Lan" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert ReportEvent.objects.filter(report_id=filed.id, verb="identity_opened").count() == 1
    assert "Nguyễn Thị Lan" not in lead.get(f"/desk/{filed.id}/").content.decode()


def test_identity_without_words_stays_sealed(lead, small):
    filed = small.file(name="Nguyễn Thị Lan")
    answer = lead.post(f"/desk/{filed.id}/identity/", {"reason": "call", "words": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Nguyễn Thị Lan" not in answer.content.decode()
    assert not ReportEvent.objects.filter(report_id=filed.id, verb="identity_opened").exists()


def test_identity_needs_its_own_right(operator, small):
    filed = small.file()
    assert operator.post(f"/desk/{filed.id}/identity/", {"reason": "call", "words": "Cần gọi"}).status_code == 403


def test_pieces_for_the_dialogs(operator, small):
    filed = small.file()
    east = small.organizations["east"].id
    assert small.organizations["east"].name in operator.get(f"/desk/{filed.id}/preview/?lead={east}").content.decode()
    assert operator.get(f"/desk/{filed.id}/preview/?lead=").status_code == 200
    assert "Nội dung chưa rõ." in operator.get("/desk/reason/?reason=not-clear").content.decode()
    assert operator.get("/desk/reason/?reason=").status_code == 200
    ticked = operator.get(f"/desk/agencies/?agency=rac&cooperating={east}").content.decode()
    assert f'value="{east}" checked' in ticked


def test_old_and_far_reports_are_not_taken_for_the_same(small):
    at = MONDAY_9AM
    filed = small.file(at=at)
    close = small.file(at=at - timedelta(hours=1), latitude=21.3005, text="Đống rác to ở đầu ngõ bốc mùi lắm")
    small.file(at=at - timedelta(days=40))
    small.file(at=at, latitude=21.35, text="Đống rác to ở đầu ngõ bốc mùi lắm")
    assert [one.card.code for one in shown(small, filed, at=at).alike] == [close.code]


def test_what_was_opened_takes_the_focus_what_renews_itself_does_not(operator, small):
    address = f"/desk/{small.file().id}/"
    opened = operator.get(address, headers={"HX-Target": "matter", "HX-Trigger": "row-1"}).content.decode()
    renewed = operator.get(address, headers={"HX-Target": "matter", "HX-Trigger": "matter"}).content.decode()
    assert 'tabindex="-1" autofocus' in opened
    assert 'tabindex="-1" autofocus' not in renewed
