"""What each action writes, refuses and tells, beside the rule that it follows."""

from datetime import UTC, datetime, timedelta

import pytest

from ioc.kernel import sealing
from ioc.kernel.errors import Conflict, Forbidden, Invalid
from ioc.kernel.sealing import unseal
from ioc.notices.actions import Notice
from ioc.onscene import actions
from ioc.onscene.models import Report, Reporter, ReportEvent
from ioc.onscene.rules.workflow import NotNow
from tests.factories import MONDAY_9AM, SmallProvince

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def report(filed: actions.Filed) -> Report:
    return Report.objects.get(id=filed.id)


def handled(small: SmallProvince, **fields: object) -> actions.Filed:
    """A report that the western commune's officer has taken."""
    filed = small.file(**fields)
    west = small.organizations["west"].id
    actions.dispatch(report_id=filed.id, lead_id=west, actor=small.actor("operator"), at=MONDAY_9AM + HOUR)
    actions.accept(report_id=filed.id, actor=small.actor("officer"), at=MONDAY_9AM + 2 * HOUR)
    return filed


def published(small: SmallProvince, **fields: object) -> actions.Filed:
    """A report of a category that needs no photo, with a published (or closed) result."""
    filed = handled(small, **({"category": "officials"} | fields))
    at = MONDAY_9AM + 3 * HOUR
    text = "Đã làm việc với cán bộ liên quan và xin lỗi người dân."
    actions.submit_outcome(report_id=filed.id, text=text, actor=small.actor("officer"), at=at)
    actions.approve_outcome(report_id=filed.id, actor=small.actor("head"), at=at + HOUR)
    actions.publish(report_id=filed.id, text=text, actor=small.actor("operator"), at=at + 2 * HOUR)
    return filed


def test_filing_leaves_one_event_one_notice_and_a_sealed_reporter(small: SmallProvince) -> None:
    filed = small.file(key="once", name="Nguyễn Văn A")
    assert small.file(key="once", name="Nguyễn Văn A") == filed
    reporter = Reporter.objects.get(report_id=filed.id)
    assert b"0912345678" not in bytes(reporter.phone_sealed)
    assert unseal(reporter.phone_sealed) == "0912345678"
    event = ReportEvent.objects.get(report_id=filed.id)
    assert event.verb == "filed"
    assert Notice.objects.filter(event_id=event.id).count() == 1
    assert Report.objects.count() == 1


def test_receiving_is_due_in_eight_working_hours(small: SmallProvince) -> None:
    filed = small.file()  # Monday 9:00: 2.5 h until noon, 3.5 h in the afternoon, 2 h on Tuesday
    assert filed.due_at == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": "rác"}, "text"),
        ({"phone": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"phone": "", "email": "không phải thư"}, "email"),
        ({"category": "nothing"}, "category"),
        ({"latitude": 10.0, "longitude": 106.0}, "place"),
        ({"latitude": None, "longitude": None}, "place"),
    ],
)
def test_what_is_wrong_is_named(small: SmallProvince, fields: dict[str, object], wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        small.file(**fields)
    assert wrong in refused.value.fields
    assert not Report.objects.exists()


def test_a_denunciation_is_guided_not_filed(small: SmallProvince) -> None:
    with pytest.raises(actions.filing.GuidedElsewhere):
        small.file(kind="denunciation")


def test_a_question_stops_the_clock(small: SmallProvince) -> None:
    filed = handled(small)
    due = report(filed).due_at
    asked_at = MONDAY_9AM + 3 * HOUR
    actions.ask_reporter(report_id=filed.id, question="Ở số nhà nào?", actor=small.actor("officer"), at=asked_at)
    assert report(filed).paused_at == asked_at
    actions.answer_question(token=filed.token, answer="Số 12", at=asked_at + timedelta(days=1))
    assert report(filed).state == "handling"
    assert due is not None
    assert report(filed).due_at == due + timedelta(days=1)


def test_an_extension_is_asked_within_the_row_and_granted_once(small: SmallProvince) -> None:
    filed = handled(small)
    officer, operator = small.actor("officer"), small.actor("operator")
    at = MONDAY_9AM + 4 * HOUR
    with pytest.raises(Invalid):
        actions.ask_extension(report_id=filed.id, amount=6, reason="mưa", actor=officer, at=at)
    due = report(filed).due_at
    actions.ask_extension(report_id=filed.id, amount=2, reason="Mưa lớn", actor=officer, at=at)
    with pytest.raises(NotNow):
        actions.ask_extension(report_id=filed.id, amount=1, reason="Mưa nữa", actor=officer, at=at)
    actions.grant_extension(report_id=filed.id, actor=operator, at=at)
    after = report(filed).due_at
    assert due is not None
    assert after is not None
    assert after > due
    with pytest.raises(Invalid):
        actions.ask_extension(report_id=filed.id, amount=1, reason="Mưa mãi", actor=officer, at=at)


def test_joining_counts_once_and_tells_the_result(small: SmallProvince) -> None:
    first = small.file()
    second = small.file(phone="0987654321")
    operator = small.actor("operator")
    actions.join(report_id=second.id, other_id=first.id, actor=operator, at=MONDAY_9AM)
    assert report(first).join_count == 2
    assert report(second).state == "joined"
    with pytest.raises(Invalid):
        actions.join(report_id=first.id, other_id=first.id, actor=operator, at=MONDAY_9AM)
    with pytest.raises(NotNow):
        actions.join(report_id=second.id, other_id=first.id, actor=operator, at=MONDAY_9AM)


def test_correcting_the_urgency_sets_the_deadline_by_the_new_row(small: SmallProvince) -> None:
    filed = small.file()
    correction = actions.Correction(urgency="urgent", area_code="07213")
    actions.correct(report_id=filed.id, correction=correction, actor=small.actor("operator"), at=MONDAY_9AM + HOUR)
    changed = report(filed)
    assert changed.urgency == "urgent"
    assert changed.area_id == small.areas["07213"].id
    assert changed.deadlines.filter(dropped_at__isnull=True, met_at__isnull=True).count() == 1


def test_an_old_version_is_noticed(small: SmallProvince) -> None:
    filed = small.file()
    operator = small.actor("operator")
    actions.receive(report_id=filed.id, actor=operator, at=MONDAY_9AM, version=1)
    with pytest.raises(Conflict):
        actions.refuse(report_id=filed.id, reason_code="not-clear", actor=operator, at=MONDAY_9AM, version=1)


def test_proof_is_asked_for_where_the_category_wants_it(small: SmallProvince) -> None:
    filed = handled(small)
    with pytest.raises(Invalid) as refused:
        actions.submit_outcome(
            report_id=filed.id, text="Đã dọn sạch toàn bộ điểm rác.", actor=small.actor("officer"), at=MONDAY_9AM
        )
    assert "files" in refused.value.fields


def test_an_officer_does_not_approve(small: SmallProvince) -> None:
    filed = handled(small, category="officials")
    officer = small.actor("officer")
    text = "Đã làm việc với cán bộ liên quan."
    actions.submit_outcome(report_id=filed.id, text=text, actor=officer, at=MONDAY_9AM + 3 * HOUR)
    with pytest.raises(Forbidden):
        actions.approve_outcome(report_id=filed.id, actor=officer, at=MONDAY_9AM + 4 * HOUR)


def test_what_is_never_public_is_closed_and_only_the_reporter_reads_it(small: SmallProvince) -> None:
    filed = published(small)
    assert report(filed).state == "closed"
    assert report(filed).published_at is None


def test_not_satisfied_opens_once(small: SmallProvince) -> None:
    filed = published(small)
    at = MONDAY_9AM + timedelta(days=1)
    actions.rate(token=filed.token, value="not_satisfied", words="Chưa", at=at)
    assert report(filed).state == "reopened"
    with pytest.raises(NotNow):
        actions.rate(token=filed.token, value="satisfied", at=at)


def test_a_rating_is_given_once(small: SmallProvince) -> None:
    filed = published(small)
    actions.rate(token=filed.token, value="satisfied", at=MONDAY_9AM + timedelta(days=1))
    with pytest.raises(actions.AlreadyRated):
        actions.rate(token=filed.token, value="acceptable", at=MONDAY_9AM + timedelta(days=1))


def test_a_seal_is_opened_with_right_and_reason_and_leaves_an_event(small: SmallProvince) -> None:
    filed = small.file(name="Trần Thị B")
    with pytest.raises(Forbidden):
        actions.open_identity(
            report_id=filed.id, reason_code="call", words="cần gọi lại", actor=small.actor("operator"), at=MONDAY_9AM
        )
    lead = small.actor("operating-lead")
    with pytest.raises(Invalid):
        actions.open_identity(report_id=filed.id, reason_code="call", words="", actor=lead, at=MONDAY_9AM)
    identity = actions.open_identity(
        report_id=filed.id, reason_code="call", words="Cần gọi lại để hỏi đường vào", actor=lead, at=MONDAY_9AM
    )
    assert identity.name == "Trần Thị B"
    event = ReportEvent.objects.get(report_id=filed.id, verb="identity_opened")
    assert "Cần gọi lại" in event.reason
    assert event.person_id == lead.person_id


def test_a_new_key_seals_everything_again(small: SmallProvince, settings, tmp_path) -> None:
    settings.SEALING_KEY_FILE = tmp_path / "sealing.keys"
    filed = small.file()
    before = bytes(Reporter.objects.get(report_id=filed.id).phone_sealed)

    sealing.add_key()
    assert actions.reseal_all() == 1
    after = bytes(Reporter.objects.get(report_id=filed.id).phone_sealed)
    assert before != after
    lines = settings.SEALING_KEY_FILE.read_text().split()
    settings.SEALING_KEY_FILE.write_text(lines[0] + "\n")
    assert unseal(after) == "0912345678"
