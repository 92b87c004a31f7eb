"""The timeline of a report: its events in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from django.db.models import Q
from django.utils.translation import gettext as _

from ioc.management.queries import loading
from ioc.onscene.models import RatingValue, Report, ReportEvent
from ioc.onscene.queries.wording import step_facts
from ioc.onscene.rules.words import STEPS


class _Reader(Enum):
    """For whom a timeline is put into words."""

    STAFF = auto()
    REPORTER = auto()
    PUBLIC = auto()


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One step as a reader sees it. `details` are the words that came with it."""

    at: datetime
    verb: str
    icon: str
    line: str
    who: str
    details: str


def timeline_for_staff(report: Report) -> list[TimelineStep]:
    """All steps, the newest first; one statement."""
    return [_step(report, event, reader=_Reader.STAFF) for event in report.events.order_by("-at", "-id")]


def timeline_for_reporter(report: Report) -> list[TimelineStep]:
    """The steps that the private link shows, without officers' names; one statement."""
    found = report.events.filter(Q(for_reporter=True) | Q(is_public=True))
    return steps_for_reporter(report, found.order_by("-at", "-id"))


def steps_for_reporter(report: Report, events: Iterable[ReportEvent]) -> list[TimelineStep]:
    """Steps that the reporter may see and that were read already, in words and in the order given."""
    return [_step(report, event, reader=_Reader.REPORTER) for event in events]


def timeline_for_public(report: Report) -> list[TimelineStep]:
    """The steps that everybody may see, without names and without anybody's own words; one statement.

    What a reporter wrote with a rating, or an agency for more time, was read by nobody with publishing in mind.
    """
    found = report.events.filter(is_public=True)
    return [_step(report, event, reader=_Reader.PUBLIC) for event in found.order_by("-at", "-id")]


def _step(report: Report, event: ReportEvent, *, reader: _Reader) -> TimelineStep:
    words = STEPS[event.verb]
    facts = dict(step_facts(report, event))
    if event.verb == "rated":
        facts["rating"] = str(RatingValue(event.after["rating"]).label)
    return TimelineStep(
        at=event.at,
        verb=event.verb,
        icon=words.icon,
        line=str(words.line) % facts,
        who=_who(event) if reader is _Reader.STAFF else "",
        details=event.reason if _may_read_reason(event, reader) else "",
    )


def _may_read_reason(event: ReportEvent, reader: _Reader) -> bool:
    """Whether the words that came with a step are shown below its line, for those that do not have them in it."""
    if reader is _Reader.PUBLIC or "%(reason)s" in str(STEPS[event.verb].line):
        return False
    return reader is _Reader.STAFF or event.verb != "dispatched"


def _who(event: ReportEvent) -> str:
    if event.actor_kind == "reporter":
        return _("the reporter")
    organization = loading.current().organizations.get(event.organization_id or 0)
    return f"{event.actor_name} · {organization.short_name}" if organization else event.actor_name
