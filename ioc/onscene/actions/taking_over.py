"""Handing an agency's open matters to the one that takes its place: the job goes on, with its deadline, under another
name. Called as agencies are merged, split or closed, in that transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import ngettext

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.ids import new_id
from ioc.kernel.live import announce
from ioc.kernel.open_work import Holder, Work
from ioc.kernel.rights import HANDLE
from ioc.management.models import Organization, Person
from ioc.management.queries import people
from ioc.notices.actions import Message, tell_people
from ioc.onscene.actions.steps import change, locked
from ioc.onscene.models import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    Attachment,
    ExtensionState,
    OutcomeState,
    Report,
)
from ioc.onscene.queries.open_work import category_of, open_assignments, work_held

_RUNNING = (AssignmentState.SENT, AssignmentState.ACCEPTED)
_UNPUBLISHED = (OutcomeState.SUBMITTED, OutcomeState.SENT_BACK, OutcomeState.APPROVED)


class Matters:
    """What this room registers with `kernel.open_work`."""

    def held(self, holder: Holder) -> Work:
        """The open matters of an agency."""
        return work_held(holder, at=now())

    def move(
        self,
        *,
        before: Holder,
        after: Holder,
        groups: Collection[str] | None,
        actor: Actor,
        at: datetime,
        reason: str,
    ) -> int:
        """Hand the open matters (of the categories in `groups`) over; how many. The successor's officers are told."""
        if before.organization_id is None or after.organization_id is None:
            return 0
        rows = _of_categories(open_assignments(before.organization_id), groups)
        ids = list(dict.fromkeys(rows.order_by("report_id").values_list("report_id", flat=True)))
        if not ids:
            return 0
        sides = Organization.objects.in_bulk([before.organization_id, after.organization_id])
        giver, taker = sides[before.organization_id], sides[after.organization_id]
        for report_id in ids:
            _take_over(report_id, giver, taker, actor=actor, at=at, reason=reason)
        announce(f"agency.{giver.pk}", f"agency.{taker.pk}")
        _tell(len(ids), giver, taker, at=at)
        return len(ids)


def _of_categories(rows: QuerySet[Assignment], groups: Collection[str] | None) -> QuerySet[Assignment]:
    if groups is None:
        return rows
    return rows.filter(report__category_id__in=[category_of(key) for key in groups])


def _take_over(
    report_id: UUID, giver: Organization, taker: Organization, *, actor: Actor, at: datetime, reason: str
) -> None:
    report = locked(report_id)
    own = list(open_assignments(giver.pk).filter(report=report).order_by("-role"))
    leads = any(one.role == AssignmentRole.LEAD for one in own)
    for assignment in own:
        _give(report, assignment, taker, at=at)
    _give_writing(report, giver, taker, since=min(one.assigned_at for one in own))
    change(
        report,
        verb="handed_over",
        actor=actor,
        at=at,
        reason=reason,
        facts={"lead_id": taker.pk, "other": giver.name, "leads": leads},
        lead_id=taker.pk if leads else report.lead_id,
    )


def _give(report: Report, assignment: Assignment, taker: Organization, *, at: datetime) -> None:
    """Put a job under the taker's name. An agency has one job a matter: the lead's, else the one that is further on."""
    for held in report.assignments.filter(organization=taker, state__in=_RUNNING):
        kept, ended = _weighed(assignment, held)
        ended.state, ended.ended_at = AssignmentState.WITHDRAWN, at
        ended.save(update_fields=["state", "ended_at"])
        if kept is held:
            return
    assignment.organization, assignment.organization_path = taker, taker.path
    assignment.save(update_fields=["organization", "organization_path"])


def _weighed(one: Assignment, other: Assignment) -> tuple[Assignment, Assignment]:
    """Which of two jobs of one agency in a matter goes on, and which ends."""
    if other.role == AssignmentRole.LEAD or (one.role == other.role and one.state == AssignmentState.SENT):
        return other, one
    return one, other


def _give_writing(report: Report, giver: Organization, taker: Organization, *, since: datetime) -> None:
    """What the giver wrote in this round and nobody has published, asked for and asked goes on as the taker's."""
    report.outcomes.filter(organization=giver, state__in=_UNPUBLISHED, submitted_at__gte=since).update(
        organization=taker
    )
    report.extensions.filter(organization=giver, state=ExtensionState.ASKED).update(organization=taker)
    report.questions.filter(asked_by=giver, answered_at__isnull=True).update(asked_by=taker)
    Attachment.objects.filter(report=report, organization=giver, added_at__gte=since).update(organization=taker)


def _tell(count: int, giver: Organization, taker: Organization, *, at: datetime) -> None:
    """One notice for all of it to those who may handle matters at the taker, in their language."""
    event = new_id()
    found = people.people_with(HANDLE, organization_id=taker.pk, day=local_date(at))
    for language in sorted({person.language for person in found}):
        with translation.override(language):
            message = _message(event, count, giver, taker)
        tell_people(message, people=_reading(found, language), at=at)


def _message(event: UUID, count: int, giver: Organization, taker: Organization) -> Message:
    text = ngettext(
        "%(count)d open matter of %(giver)s is now with %(taker)s. Its deadline runs on.",
        "%(count)d open matters of %(giver)s are now with %(taker)s. Their deadlines run on.",
        count,
    )
    body = text % {"count": count, "giver": giver.name, "taker": taker.name}
    return Message(event_id=event, subject=taker.short_name, body=body, link="/officer/")


def _reading(found: Iterable[Person], language: str) -> list[Person]:
    return [person for person in found if person.language == language]
