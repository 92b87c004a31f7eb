"""The main job from end to end, through the actions."""

from datetime import timedelta

import pytest

from ioc.kernel.errors import Forbidden
from ioc.onscene import actions
from ioc.onscene.models import Report
from tests.factories import MONDAY_9AM

pytestmark = pytest.mark.django_db


def test_a_report_goes_all_the_way(small):
    at = MONDAY_9AM
    filed = small.file(category="officials")
    operator, officer, head = (small.actor(login) for login in ("operator", "officer", "head"))
    west = small.organizations["west"].id
    actions.dispatch(report_id=filed.id, lead_id=west, actor=operator, at=at + timedelta(minutes=5))
    actions.accept(report_id=filed.id, actor=officer, at=at + timedelta(minutes=10))
    question = actions.ask_reporter(
        report_id=filed.id, question="Rác ở số nhà nào?", actor=officer, at=at + timedelta(minutes=20)
    )
    assert question.asked_by_id == west
    actions.answer_question(token=filed.token, answer="Trước số nhà 12", at=at + timedelta(hours=26))
    actions.submit_outcome(
        report_id=filed.id,
        text="Đã dọn sạch điểm rác trước số nhà 12 lúc 10 giờ sáng.",
        actor=officer,
        at=at + timedelta(hours=27),
    )
    actions.approve_outcome(report_id=filed.id, actor=head, at=at + timedelta(hours=28))
    report = actions.publish(report_id=filed.id, text="Đã dọn sạch.", actor=operator, at=at + timedelta(hours=29))
    assert report.state == "closed"
    actions.rate(token=filed.token, value="not_satisfied", words="Vẫn còn", at=at + timedelta(hours=30))
    report = Report.objects.get(id=filed.id)
    assert (report.state, report.reopened) == ("reopened", 1)


def test_another_agency_cannot_touch_it(small):
    filed = small.file()
    actions.dispatch(
        report_id=filed.id, lead_id=small.organizations["west"].id, actor=small.actor("operator"), at=MONDAY_9AM
    )
    with pytest.raises(Forbidden):
        actions.accept(report_id=filed.id, actor=small.actor("officer-east"), at=MONDAY_9AM)
