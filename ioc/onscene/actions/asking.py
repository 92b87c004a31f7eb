"""Asking the reporter: the clock stands still until the answer."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Forbidden, Invalid
from ioc.kernel.rights import HANDLE
from ioc.onscene.actions.steps import change, lead_assignment, locked, require_triage
from ioc.onscene.actions.telling import tell_reporter
from ioc.onscene.models import AssignmentState, Question, Report
from ioc.onscene.rules.workflow import NotNow, State

SHORTEST_QUESTION: Final = 5
LONGEST_QUESTION: Final = 600


@transaction.atomic
def ask_reporter(*, report_id: UUID, question: str, actor: Actor, at: datetime, version: int | None = None) -> Question:
    """Ask the reporter something; the clock stands still until the answer.

    The team may while it has the report, the lead agency (no cooperating one) while it handles it.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: the question is empty or too long.
    """
    report = locked(report_id, version=version)
    _require_asker(actor, report)
    text = question.strip()
    if not SHORTEST_QUESTION <= len(text) <= LONGEST_QUESTION:
        raise Invalid(fields={"question": _("Please write the question in 5 to 600 letters.")})
    asked = Question(report=report, text=text, asked_at=at, asked_by_id=_organization_of(actor))
    before = report.state
    event = change(
        report,
        verb="asked",
        actor=actor,
        at=at,
        to=State.ASKED,
        facts={"question": text},
        for_reporter=True,
        paused_at=at,
        state_before_pause=before,
    )
    asked.save(force_insert=True)
    tell_reporter(report, event)
    return asked


def _organization_of(actor: Actor) -> int:
    """The organization that the actor asks for; the system asks for nobody."""
    if actor.organization_id is None:
        raise Forbidden
    return actor.organization_id


def _require_asker(actor: Actor, report: Report) -> None:
    if State(report.state) is not State.HANDLING:
        require_triage(actor, report)
    elif lead_assignment(actor, report, right=HANDLE).state != AssignmentState.ACCEPTED:
        raise NotNow(state=report.state)
