"""Telling people what happened to a report, in their language, with the words of the step."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ioc.kernel.clock import local_date
from ioc.management.queries import loading, people
from ioc.notices.actions import Message, Notice, notices_to_address, tell, tell_people
from ioc.onscene.models import Report, Reporter, ReportEvent
from ioc.onscene.queries.wording import step_facts
from ioc.onscene.rules.words import STEPS


def tell_reporter(report: Report, event: ReportEvent) -> None:
    """Queue the step's message to who filed the report; nothing for steps without one."""
    if not STEPS[event.verb].message:
        return
    reporter = Reporter.objects.filter(report=report).first()
    if reporter is not None:
        tell(notices_to_reporter(report, event, reporter))


def notices_to_reporter(report: Report, event: ReportEvent, reporter: Reporter) -> list[Notice]:
    """The step's message to who filed the report, not yet written; none where there is no address."""
    with translation.override(report.language):
        message = Message(
            event_id=event.id,
            subject=_("Report %(code)s: %(title)s") % {"code": report.code, "title": report.title},
            body=str(STEPS[event.verb].message) % step_facts(report, event),
            link=f"/citizen/r/{report.token}/",
        )
    return notices_to_address(
        message,
        recipient=f"reporter:{report.id}",
        email_sealed=bytes(reporter.email_sealed),
        phone_sealed=bytes(reporter.phone_sealed),
        at=event.at,
    )


def tell_agency(report: Report, event: ReportEvent, *, organization_id: int, right: str, link: str = "") -> None:
    """Put a notice into the inbox of those who hold `right` in an agency; it leads to the job or to `link`."""
    category = loading.current().categories[report.category_id]
    found = people.people_with(
        right,
        organization_id=organization_id,
        area_path=report.area_path,
        category_path=category.path,
        day=local_date(event.at),
    )
    by_language: dict[str, list[Any]] = {}
    for person in found:
        by_language.setdefault(person.language, []).append(person)
    for language, group in by_language.items():
        with translation.override(language):
            message = Message(
                event_id=event.id,
                subject=f"{report.code}: {report.title}",
                body=str(STEPS[event.verb].line) % step_facts(report, event),
                link=link or f"/officer/{report.id}/",
            )
        tell_people(message, people=group, at=event.at)
