"""Telling people what happened to a report, in their language, with the words of the step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _

from ioc.kernel.clock import local, local_date
from ioc.management.queries import loading, people
from ioc.notices.actions import Message, tell_address, tell_people
from ioc.onscene.models import Report, Reporter, ReportEvent
from ioc.onscene.rules.words import STEPS


def tell_reporter(report: Report, event: ReportEvent, *, reporter: Reporter | None = None) -> None:
    """Queue the step's message to who filed the report; nothing for steps without one."""
    words = STEPS[event.verb]
    if not words.message:
        return
    who = reporter or Reporter.objects.filter(report=report).first()
    if who is None:
        return
    with translation.override(report.language):
        message = Message(
            event_id=event.id,
            subject=_("Report %(code)s: %(title)s") % {"code": report.code, "title": report.title},
            body=str(words.message) % step_facts(report, event),
            link=f"/citizen/r/{report.token}/",
        )
    tell_address(
        message,
        recipient=f"reporter:{report.id}",
        email_sealed=bytes(who.email_sealed),
        phone_sealed=bytes(who.phone_sealed),
        at=event.at,
    )


def tell_agency(report: Report, event: ReportEvent, *, organization_id: int, right: str) -> None:
    """Put a notice into the inbox of those who hold `right` in an agency."""
    link = f"/officer/{report.id}/"
    _tell(report, event, organization_id=organization_id, right=right, link=link)


def _tell(report: Report, event: ReportEvent, *, organization_id: int, right: str, link: str) -> None:
    found = people.people_with(right, organization_id=organization_id, day=local_date(event.at))
    by_language: dict[str, list[Any]] = {}
    for person in found:
        by_language.setdefault(person.language, []).append(person)
    for language, group in by_language.items():
        with translation.override(language):
            message = Message(
                event_id=event.id,
                subject=f"{report.code}: {report.title}",
                body=str(STEPS[event.verb].line) % step_facts(report, event),
                link=link,
            )
        tell_people(message, people=group, at=event.at)


def step_facts(report: Report, event: ReportEvent) -> Mapping[str, str]:
    """What the words of a step are filled with, in the present language; empty where the event has none."""
    after = event.after
    lead = loading.current().organizations.get(after.get("lead_id") or 0)
    return {
        "code": report.code,
        "agency": lead.label if lead else event.organization_name,
        "due": due_words(after["due_at"]) if after.get("due_at") else "",
        "reason": event.reason,
        "question": after.get("question", ""),
        "other": after.get("other", ""),
        "result": after.get("result", ""),
        "rating": after.get("rating", ""),
        "source": after.get("source", ""),
    }


def due_words(due: str) -> str:
    """A due instant as people say it: "17:00 thứ Năm 27/4"."""
    moment = local(datetime.fromisoformat(due))
    return f"{moment:%H:%M} {formats.date_format(moment, 'l')} {moment.day}/{moment.month}"
