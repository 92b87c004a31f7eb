"""What an agency's queries give: the clock and why, the parts, the steps that are possible."""

from datetime import timedelta

import pytest

from ioc.kernel.calendar import Unit
from ioc.kernel.errors import NotFound
from ioc.onscene import actions
from ioc.onscene.queries import agency, agency_matter
from tests.factories import MONDAY_9AM

pytestmark = pytest.mark.django_db
OUTCOME = "Đã thu gom hết rác trước số nhà 12 và rửa đường lúc 10 giờ sáng."


@pytest.fixture
def filed(small):
    """A report passed to the western ward, the company cooperating."""
    one = small.file(category="officials")
    actions.dispatch(
        report_id=one.id,
        lead_id=small.organizations["west"].id,
        cooperating_ids=[small.organizations["waste-company"].id],
        actor=small.actor("operator"),
        at=MONDAY_9AM,
    )
    return one


def seen(small, filed, *, login="officer", after=timedelta()):
    return agency_matter.matter(actor=small.actor(login), report_id=filed.id, at=MONDAY_9AM + after)


def test_the_clock_says_why(small, filed):
    clock = seen(small, filed).clock
    assert clock.started_at == MONDAY_9AM
    assert clock.legal_basis == "QĐ thử nghiệm"
    assert len(clock.more) == 5
    assert clock.share == 0


def test_the_clock_stands_still_while_the_reporter_is_asked(small, filed):
    officer = small.actor("officer")
    actions.accept(report_id=filed.id, actor=officer, at=MONDAY_9AM)
    actions.ask_reporter(report_id=filed.id, question="Ở số nhà nào?", actor=officer, at=MONDAY_9AM)
    found = seen(small, filed, after=timedelta(days=30))
    assert found.clock.share == 0
    assert found.paused_at == MONDAY_9AM
    assert found.steps == frozenset()
    (job,) = agency.inbox(actor=officer, at=MONDAY_9AM + timedelta(days=30)).page.jobs
    assert job.is_paused
    assert job.share is None


def test_steps_follow_the_state(small, filed):
    officer, head = small.actor("officer"), small.actor("head")
    assert seen(small, filed).steps == {"accept", "return"}
    actions.accept(report_id=filed.id, actor=officer, at=MONDAY_9AM)
    assert seen(small, filed).steps == {"outcome", "progress", "ask", "extend", "return"}
    actions.submit_outcome(report_id=filed.id, text=OUTCOME, actor=officer, at=MONDAY_9AM)
    assert seen(small, filed).steps == frozenset()
    assert seen(small, filed, login="head").steps == {"approve", "send-back"}
    actions.approve_outcome(report_id=filed.id, actor=head, at=MONDAY_9AM)
    assert seen(small, filed, login="head").steps == frozenset()
    assert seen(small, filed).tab == "done"


def test_an_extension_that_was_asked_for_is_shown_and_not_offered_again(small, filed):
    officer = small.actor("officer")
    actions.accept(report_id=filed.id, actor=officer, at=MONDAY_9AM)
    actions.ask_extension(report_id=filed.id, amount=2, reason="Mưa", actor=officer, at=MONDAY_9AM)
    found = seen(small, filed)
    assert found.asked_more
    assert "extend" not in found.steps


def test_all_parts_are_named_and_the_own_one_marked(small, filed):
    parts = seen(small, filed).parts
    assert [(one.is_lead, one.is_own) for one in parts] == [(True, True), (False, False)]


def test_other_agencies_and_other_rights_find_nothing(small, filed):
    for login in ("officer-east", "operator", "leader"):
        with pytest.raises(NotFound):
            seen(small, filed, login=login)
        assert agency.inbox(actor=small.actor(login), at=MONDAY_9AM).page.jobs == []


def test_topics_are_those_of_the_own_agency(small):
    assert agency.topics(small.actor("officer")) == [f"agency.{small.organizations['west'].id}"]
    assert agency.topics(small.actor("leader")) == []


@pytest.mark.parametrize("unit", list(Unit))
def test_amounts_are_told_with_their_unit(unit):
    assert "3" in agency_matter.amount_words(3, unit)
