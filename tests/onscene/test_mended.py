"""What goes wrong at the edges of the workflow: clocks, withdrawn jobs, questions left open, who may do what."""

from datetime import datetime, timedelta

import pytest

from ioc.kernel.errors import Forbidden, Invalid
from ioc.kernel.models import StoredFile
from ioc.management.models import Category, Reason
from ioc.management.queries import loading
from ioc.notices.actions import Notice
from ioc.onscene import actions
from ioc.onscene.actions import Correction
from ioc.onscene.actions.clocks import count_again
from ioc.onscene.models import Deadline, Report, ReportEvent
from ioc.onscene.queries import desk, following
from ioc.onscene.rules.media import Media
from ioc.onscene.rules.workflow import NotNow
from tests.factories import MONDAY_9AM, SmallProvince, save

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DONE = "Đã làm việc với cán bộ liên quan và xin lỗi người dân."
QUESTION = "Ở đoạn nào của đường?"


def hours(count: float) -> datetime:
    return MONDAY_9AM + count * HOUR


def report(filed: actions.Filed) -> Report:
    return Report.objects.get(id=filed.id)


def dispatched(small: SmallProvince, filed: actions.Filed, *, at: datetime, with_east: bool = False) -> None:
    cooperating = [small.organizations["east"].id] if with_east else []
    actions.dispatch(
        report_id=filed.id,
        lead_id=small.organizations["west"].id,
        cooperating_ids=cooperating,
        actor=small.actor("operator"),
        at=at,
    )


def handled(small: SmallProvince, *, with_east: bool = False, **fields: object) -> actions.Filed:
    """A report that the western commune's officer took at nine."""
    filed = small.file(**({"category": "officials"} | fields))
    dispatched(small, filed, at=MONDAY_9AM, with_east=with_east)
    actions.accept(report_id=filed.id, actor=small.actor("officer"), at=MONDAY_9AM)
    return filed


def approved(small: SmallProvince, filed: actions.Filed, *, at: datetime, media: tuple[Media, ...] = ()) -> None:
    actions.submit_outcome(report_id=filed.id, text=DONE, media=media, actor=small.actor("officer"), at=at)
    actions.approve_outcome(report_id=filed.id, actor=small.actor("head"), at=at)


def published(small: SmallProvince, filed: actions.Filed, *, at: datetime) -> None:
    approved(small, filed, at=at)
    actions.publish(report_id=filed.id, text=DONE, actor=small.actor("operator"), at=at)


def ask(small: SmallProvince, filed: actions.Filed, *, by: str, at: datetime) -> None:
    actions.ask_reporter(report_id=filed.id, question=QUESTION, actor=small.actor(by), at=at)


def told(filed: actions.Filed) -> list[str]:
    return list(Notice.objects.filter(recipient=f"reporter:{filed.id}").order_by("id").values_list("body", flat=True))


def correct(small: SmallProvince, filed: actions.Filed, *, at: datetime = MONDAY_9AM, **values: object) -> None:
    actions.correct(report_id=filed.id, correction=Correction(**values), actor=small.actor("operator"), at=at)


def handling(filed: actions.Filed) -> Deadline:
    return Deadline.objects.filter(report_id=filed.id, step="handle").latest("started_at")


class TestCorrecting:
    def test_a_new_title_leaves_the_clock_alone(self, small: SmallProvince) -> None:
        filed = small.file()
        ask(small, filed, by="operator", at=hours(0.5))
        actions.answer_question(token=filed.token, answer="Đoạn trước chợ", at=hours(72))
        before = report(filed).due_at
        correct(small, filed, title="Rác trước chợ", urgency="complex", at=hours(72))
        assert report(filed).due_at == before

    def test_another_row_counts_anew_and_gives_the_pause_again(self, small: SmallProvince) -> None:
        save("deadline_rule", step="receive", urgency="urgent", unit="working_hours", limit=4, extensions=0,
             extension_limit=0, legal_basis="QĐ", valid_from=datetime(2020, 1, 1).date())  # fmt: skip
        filed = small.file()
        ask(small, filed, by="operator", at=hours(1))
        actions.answer_question(token=filed.token, answer="Đoạn trước chợ", at=hours(24))
        correct(small, filed, urgency="urgent", at=hours(25))
        # One of four hours had passed before the question: three are left from nine on Tuesday, half past two.
        assert report(filed).due_at == hours(24) + 5.0 * HOUR
        assert report(filed).deadlines.count() == 1

    def test_granted_time_is_given_again(self, small: SmallProvince) -> None:
        filed = handled(small)
        plain = handling(filed).due_at
        actions.ask_extension(report_id=filed.id, amount=1, reason="Mưa", actor=small.actor("officer"), at=hours(1))
        actions.grant_extension(report_id=filed.id, actor=small.actor("operator"), at=hours(1))
        save("deadline_rule", step="handle", urgency="complex", unit="working_days", limit=3, extensions=1,
             extension_limit=5, legal_basis="QĐ", valid_from=datetime(2020, 1, 1).date())  # fmt: skip
        changed = report(filed)
        changed.urgency = "complex"
        count_again(changed)
        assert handling(filed).due_at == plain + timedelta(days=1)

    @pytest.mark.parametrize(
        ("values", "wrong"),
        [
            ({"kind": "denunciation"}, "kind"),
            ({"kind": "nothing"}, "kind"),
            ({"urgency": "zzz"}, "urgency"),
            ({"title": " "}, "title"),
            ({"title": "x" * 161}, "title"),
            ({"place_text": "y" * 301}, "place_text"),
        ],
    )
    def test_what_cannot_be_is_named(self, small: SmallProvince, values: dict[str, str], wrong: str) -> None:
        filed = small.file()
        with pytest.raises(Invalid) as refused:
            correct(small, filed, **values)
        assert list(refused.value.fields) == [wrong]
        assert report(filed).version == 1

    def test_the_search_finds_the_corrected_words(self, small: SmallProvince) -> None:
        filed = small.file()
        correct(small, filed, place_text="Cầu Xương Giang", title="Rác dưới cầu")
        for words in ("xương giang", "dưới cầu", "tồn đọng"):
            found = desk.queue_for(
                small.actor("operator"), filters=desk.Filters(tab="all", words=words), at=MONDAY_9AM
            ).rows
            assert [card.id for card in found] == [str(filed.id)], words


class TestWhoMayAndWhen:
    def test_only_a_fresh_report_is_taken_up(self, small: SmallProvince) -> None:
        operator = small.actor("operator")
        asked, at_work, joined = small.file(), handled(small), small.file()
        ask(small, asked, by="operator", at=MONDAY_9AM)
        actions.join(report_id=joined.id, other_id=at_work.id, actor=operator, at=MONDAY_9AM)
        for filed in (asked, at_work, joined):
            with pytest.raises(NotNow):
                actions.receive(report_id=filed.id, actor=operator, at=hours(1))

    def test_a_kind_with_its_own_way_is_not_dispatched(self, small: SmallProvince) -> None:
        filed = small.file()
        Report.objects.filter(id=filed.id).update(kind="denunciation")
        with pytest.raises(Invalid):
            dispatched(small, filed, at=MONDAY_9AM)

    def test_a_cooperating_agency_does_not_stop_the_clock(self, small: SmallProvince) -> None:
        filed = handled(small, with_east=True)
        with pytest.raises(Forbidden):
            ask(small, filed, by="officer-east", at=hours(1))
        actions.accept(report_id=filed.id, actor=small.actor("officer-east"), at=hours(1))
        with pytest.raises(Forbidden):
            ask(small, filed, by="officer-east", at=hours(1))
        ask(small, filed, by="officer", at=hours(1))

    def test_a_cooperating_head_does_not_approve(self, small: SmallProvince) -> None:
        position = small.people["officer-east"].positions.get()
        save("position", person=small.people["officer-east"], organization=position.organization,
             role=small.people["head"].positions.get().role, valid_from=position.valid_from)  # fmt: skip
        filed = handled(small, with_east=True)
        east = small.actor("officer-east")
        actions.accept(report_id=filed.id, actor=east, at=hours(1))
        actions.submit_outcome(report_id=filed.id, text=DONE, actor=east, at=hours(1))
        actions.submit_outcome(report_id=filed.id, text=DONE, actor=small.actor("officer"), at=hours(2))
        with pytest.raises(Forbidden):
            actions.approve_outcome(report_id=filed.id, actor=east, at=hours(3))

    def test_who_acts_for_both_agencies_accepts_for_both(self, small: SmallProvince) -> None:
        position = small.people["officer"].positions.get()
        save("position", person=small.people["officer"], organization=small.organizations["east"],
             role=position.role, valid_from=position.valid_from)  # fmt: skip
        filed = handled(small, with_east=True)
        second = actions.accept(report_id=filed.id, actor=small.actor("officer"), at=hours(1))
        assert second.role == "cooperating"
        with pytest.raises(NotNow):
            actions.accept(report_id=filed.id, actor=small.actor("officer"), at=hours(1))


class TestMoreTime:
    def test_a_request_ends_with_the_work(self, small: SmallProvince) -> None:
        filed = handled(small)
        actions.ask_extension(report_id=filed.id, amount=1, reason="Mưa", actor=small.actor("officer"), at=hours(1))
        approved(small, filed, at=hours(2))
        due = report(filed).due_at
        with pytest.raises(NotNow):
            actions.grant_extension(report_id=filed.id, actor=small.actor("operator"), at=hours(3))
        extension = report(filed).extensions.get()
        assert (extension.state, extension.decided_at) == ("denied", hours(2))
        assert extension.decision
        assert report(filed).due_at == due

    def test_it_is_granted_while_the_reporter_is_asked(self, small: SmallProvince) -> None:
        filed = handled(small)
        actions.ask_extension(report_id=filed.id, amount=1, reason="Mưa", actor=small.actor("officer"), at=hours(1))
        ask(small, filed, by="officer", at=hours(2))
        actions.grant_extension(report_id=filed.id, actor=small.actor("operator"), at=hours(3))
        assert report(filed).due_at == handling(filed).due_at


class TestClocks:
    def test_giving_back_too_late_counts_as_late(self, small: SmallProvince) -> None:
        filed = handled(small)
        late = handling(filed).due_at + HOUR
        actions.return_to_team(report_id=filed.id, reason_code="not-ours", actor=small.actor("officer"), at=late)
        assert handling(filed).met_at == late
        assert handling(filed).dropped_at is None

    def test_giving_back_in_time_is_not_judged(self, small: SmallProvince) -> None:
        filed = handled(small)
        actions.return_to_team(report_id=filed.id, reason_code="not-ours", actor=small.actor("officer"), at=hours(1))
        assert (handling(filed).met_at, handling(filed).dropped_at) == (None, hours(1))
        dispatched(small, filed, at=hours(2))
        received = Deadline.objects.filter(report_id=filed.id, step="receive").latest("started_at")
        assert (received.met_at, received.dropped_at) == (hours(2), None)

    def test_a_stopped_clock_does_not_fall_due(self, small: SmallProvince) -> None:
        filed = small.file()
        ask(small, filed, by="operator", at=hours(1))
        at = filed.due_at + HOUR
        actions.refuse(report_id=filed.id, reason_code="not-clear", actor=small.actor("operator"), at=at)
        row = Deadline.objects.get(report_id=filed.id)
        assert (row.met_at, row.dropped_at) == (None, at)

    def test_sent_back_goes_on_with_what_was_left(self, small: SmallProvince) -> None:
        filed = handled(small)
        due = handling(filed).due_at
        approved(small, filed, at=hours(24))
        actions.send_back_to_agency(report_id=filed.id, reason="Thiếu ảnh", actor=small.actor("operator"), at=hours(48))
        row = Deadline.objects.get(report_id=filed.id, step="handle")
        assert row.met_at is None
        assert report(filed).due_at == row.due_at == due + timedelta(days=1)

    def test_sent_back_when_late_stays_late_and_gets_one_day(self, small: SmallProvince) -> None:
        filed = handled(small)
        first = handling(filed)
        late = first.due_at + HOUR
        approved(small, filed, at=late)
        actions.send_back_to_agency(report_id=filed.id, reason="Thiếu ảnh", actor=small.actor("operator"), at=late)
        first.refresh_from_db()
        assert first.met_at == late
        calendar, row = loading.current().calendar, handling(filed)
        assert row.id != first.id
        assert row.due_at == calendar.add(late, 1, loading.current().term(row.rule_id).unit) == report(filed).due_at


class TestJoined:
    def test_joining_to_a_finished_matter_tells_the_result_at_once(self, small: SmallProvince) -> None:
        done, late, child = handled(small), small.file(phone="0987654321"), small.file(phone="0987654322")
        published(small, done, at=hours(1))
        operator = small.actor("operator")
        actions.join(report_id=child.id, other_id=late.id, actor=operator, at=hours(2))
        actions.join(report_id=late.id, other_id=done.id, actor=operator, at=hours(3))
        for filed in (late, child):
            assert report(filed).result == DONE
            assert DONE in told(filed)[-1]

    def test_what_becomes_of_the_main_report_is_told(self, small: SmallProvince) -> None:
        operator = small.actor("operator")
        for way in ("refused", "guided"):
            main, joined = small.file(phone="0987654321"), small.file(phone="0987654322")
            actions.join(report_id=joined.id, other_id=main.id, actor=operator, at=MONDAY_9AM)
            if way == "refused":
                actions.refuse(report_id=main.id, reason_code="not-clear", actor=operator, at=hours(1))
            else:
                actions.guide(report_id=main.id, kind="denunciation", actor=operator, at=hours(1))
            assert report(joined).state == "joined"
            assert ReportEvent.objects.filter(report_id=joined.id, verb=way, for_reporter=True).exists()
            assert len(told(joined)) == 3

    def test_joining_withdraws_the_job(self, small: SmallProvince) -> None:
        main, at_work = small.file(), handled(small)
        before = Notice.objects.filter(person=small.people["officer"]).count()
        actions.join(report_id=at_work.id, other_id=main.id, actor=small.actor("operator"), at=hours(1))
        assert report(at_work).assignments.get().state == "withdrawn"
        assert Notice.objects.filter(person=small.people["officer"]).count() == before + 1


class TestDispatchingAnew:
    def test_who_has_the_job_no_longer_is_told(self, small: SmallProvince, monkeypatch: pytest.MonkeyPatch) -> None:
        filed = handled(small)
        before = Notice.objects.filter(person=small.people["officer"]).count()
        said: set[str] = set()
        for module in ("steps", "withdrawing"):
            monkeypatch.setattr(f"ioc.onscene.actions.{module}.announce", lambda *topics: said.update(topics))
        east, west = (small.organizations[code].id for code in ("east", "west"))
        actions.dispatch(report_id=filed.id, lead_id=east, actor=small.actor("operator"), at=hours(2))
        assert Notice.objects.filter(person=small.people["officer"]).count() == before + 1
        assert {f"agency.{east}", f"agency.{west}"} <= said
        event = ReportEvent.objects.get(report_id=filed.id, verb="withdrawn")
        assert (event.is_public, event.for_reporter) == (False, False)

    def test_the_same_agency_is_not_told_that_it_lost_the_job(self, small: SmallProvince) -> None:
        filed = handled(small)
        dispatched(small, filed, at=hours(2))
        assert not ReportEvent.objects.filter(report_id=filed.id, verb="withdrawn").exists()
        assert sorted(one.state for one in report(filed).assignments.all()) == ["sent", "withdrawn"]


def test_a_refused_report_asks_no_more(small: SmallProvince) -> None:
    filed = handled(small)
    ask(small, filed, by="officer", at=hours(1))
    code = Reason.objects.filter(purpose="refuse").values_list("code", flat=True)[0]
    actions.refuse(report_id=filed.id, reason_code=code, actor=small.actor("operator"), at=hours(2))
    after = report(filed)
    assert (after.paused_at, after.state_before_pause) == (None, "")
    assert following.follow(filed.token, at=hours(3)).question == ""
    assert after.assignments.get().state == "withdrawn"
    with pytest.raises(NotNow):
        actions.answer_question(token=filed.token, answer="Đoạn trước chợ", at=hours(3))


def test_photos_of_an_earlier_round_prove_nothing(small: SmallProvince) -> None:
    Category.objects.filter(code="officials").update(needs_evidence=True)
    loading.drop()
    photo = Media(sha256="a" * 64, kind="photo")
    StoredFile.objects.create(sha256=photo.sha256, kind="photo", media_type="image/jpeg", size=1, stored_at=MONDAY_9AM)
    filed = handled(small)
    approved(small, filed, at=hours(1), media=(photo,))
    actions.publish(report_id=filed.id, text=DONE, actor=small.actor("operator"), at=hours(2))
    actions.rate(token=filed.token, value="not_satisfied", at=hours(3))
    dispatched(small, filed, at=hours(4))
    actions.accept(report_id=filed.id, actor=small.actor("officer"), at=hours(4))
    with pytest.raises(Invalid):
        approved(small, filed, at=hours(5))
    approved(small, filed, at=hours(5), media=(photo,))
