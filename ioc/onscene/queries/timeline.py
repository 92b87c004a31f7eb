"""The timeline of a report: its events in words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ioc.management.queries import loading
from ioc.onscene.models import RatingValue, Report, ReportEvent
from ioc.onscene.queries.wording import step_facts
from ioc.onscene.rules.words import STEPS


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
    return _steps(report, report.events.order_by("-at", "-id"), names=True)


def timeline_for_reporter(report: Report) -> list[TimelineStep]:
    """The steps that the private link shows, without officers' names; one statement."""
    found = report.events.filter(Q(for_reporter=True) | Q(is_public=True))
    return _steps(report, found.order_by("-at", "-id"), names=False)


def timeline_for_public(report: Report) -> list[TimelineStep]:
    """The steps that everybody may see, without names and without what was said in private; one statement."""
    return _steps(report, report.events.filter(is_public=True).order_by("-at", "-id"), names=False)


def _steps(report: Report, events: QuerySet[ReportEvent], *, names: bool) -> list[TimelineStep]:
    return [_step(report, event, names=names) for event in events]


def _step(report: Report, event: ReportEvent, *, names: bool) -> TimelineStep:
    words = STEPS[event.verb]
    facts = dict(step_facts(report, event))
    if event.verb == "rated":
        facts["rating"] = str(RatingValue(event.after["rating"]).label)
    said_in_line = "%(reason)s" in str(words.line)
    return TimelineStep(
        at=event.at,
        verb=event.verb,
        icon=words.icon,
        line=str(words.line) % facts,
        who=_who(event) if names else "",
        details="" if said_in_line or (not names and event.verb == "dispatched") else event.reason,
    )


def _who(event: ReportEvent) -> str:
    if event.actor_kind == "reporter":
        return _("the reporter")
    organization = loading.current().organizations.get(event.organization_id or 0)
    return f"{event.actor_name} · {organization.short_name}" if organization else event.actor_name
