"""What the reporter does on the private link; the token is the right."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import REPORTER
from ioc.kernel.errors import Conflict, Invalid, NotFound
from ioc.management.models import Step
from ioc.onscene.actions.attaching import attach
from ioc.onscene.actions.clocks import resume, start_deadline
from ioc.onscene.actions.steps import change, locked
from ioc.onscene.actions.telling import tell_reporter
from ioc.onscene.models import AttachmentPhase, Question, Rating, RatingValue, Report
from ioc.onscene.rules.media import Media
from ioc.onscene.rules.workflow import DONE_STATES, NotNow, State, may_reopen


class AlreadyRated(Conflict):
    """The outcome has a rating already."""

    code = "already-rated"
    message = _("You have rated this result already. Thank you.")


def _mine(token: str) -> Report:
    found = Report.objects.filter(token=token).values_list("id", flat=True).first()
    if found is None:
        raise NotFound
    return locked(found)


@transaction.atomic
def answer_question(*, token: str, answer: str, media: Sequence[Media] = (), at: datetime) -> Question:
    """Answer what was asked: the clock runs again, the report goes back to who asked.

    Raises:
        NotFound: no such link.
        NotNow: nothing is asked.
        Invalid: the answer is empty.
    """
    report = _mine(token)
    question = report.questions.filter(answered_at__isnull=True).first()
    if question is None or State(report.state) is not State.ASKED:
        raise NotNow(_("There is no open question."))
    if not answer.strip():
        raise Invalid(fields={"answer": _("Please write your answer.")})
    question.answer, question.answered_at = answer.strip()[:4000], at
    question.save(update_fields=["answer", "answered_at"])
    attach(report, media, phase=AttachmentPhase.ANSWER, at=at)
    before = State(report.state_before_pause)
    change(report, verb="answered", actor=REPORTER, at=at, to=before, for_reporter=True, **resume(report, at=at))
    return question


@transaction.atomic
def rate(*, token: str, value: str, words: str = "", at: datetime) -> Rating:
    """Rate the outcome. "Not satisfied" opens the matter once more, for the team to look at anew.

    Raises:
        NotFound: no such link.
        NotNow: there is no outcome to rate.
        AlreadyRated: this outcome was rated.
        Invalid: no such value.
    """
    report = _mine(token)
    if value not in RatingValue:
        raise Invalid(fields={"value": _("Please choose one of the three answers.")})
    if State(report.state) not in DONE_STATES:
        raise NotNow(_("There is no result to rate yet."))
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                report=report, round=report.reopened, value=value, words=words.strip()[:2000], at=at
            )
    except IntegrityError as error:
        raise AlreadyRated from error
    change(
        report,
        verb="rated",
        actor=REPORTER,
        at=at,
        reason=words.strip()[:2000],
        is_public=True,
        for_reporter=True,
        rating=value,
    )
    state = State(report.state)
    if value == RatingValue.NOT_SATISFIED and may_reopen(state=state, reopened=report.reopened):
        _reopen(report, at=at)
    return rating


def _reopen(report: Report, *, at: datetime) -> None:
    deadline = start_deadline(report, step=Step.RECEIVE, at=at)
    event = change(
        report,
        verb="reopened",
        actor=REPORTER,
        at=at,
        to=State.REOPENED,
        facts={"due_at": deadline.due_at.isoformat()},
        is_public=True,
        for_reporter=True,
        reopened=report.reopened + 1,
        resolved_at=None,
        closed_at=None,
    )
    tell_reporter(report, event)
