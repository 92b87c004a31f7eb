"""What the management room asks about the reach of rights over reports."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.reaching import Difference, Matter, Text
from ioc.kernel.rights import APPROVE, HANDLE, LEAD, OPEN_IDENTITY, PUBLISH, TRIAGE
from ioc.management.queries import loading
from ioc.onscene.models import Assignment, Report
from ioc.onscene.queries.reach import HELD, jobs, places, within


def find_report(code: str) -> Matter | None:
    """Where the report with `code` lies and who has it; two statements."""
    report = Report.objects.filter(code=code.strip().upper()).only("code", "area_path", "category_id").first()
    if report is None:
        return None
    held = report.assignments.filter(state__in=HELD).values_list("organization_path", flat=True)
    category = loading.current().categories[report.category_id]
    return Matter(name=report.code, area_path=report.area_path, category_path=category.path, agencies=tuple(held))


def compare(before: Actor, after: Actor) -> list[Difference]:
    """How many reports each of them sees and the other does not; two statements for each sort of which the reach
    differs."""
    sorts: tuple[tuple[Text, tuple[str, ...]], ...] = (
        (_("reports at the desk"), (TRIAGE, PUBLISH)),
        (_("reports whose sealed identity may be opened"), (OPEN_IDENTITY,)),
        (_("reports in the leaders' figures"), (LEAD,)),
    )
    found = [
        _difference(what, within(places(before, *rights)), within(places(after, *rights)))
        for what, rights in sorts
        if places(before, *rights) != places(after, *rights)
    ]
    with_agencies = _of_agencies(before), _of_agencies(after)
    if with_agencies[0] is not None or with_agencies[1] is not None:
        found.append(_difference(_("reports given to the agency"), *(one or within(()) for one in with_agencies)))
    return found


def _of_agencies(actor: Actor) -> Q | None:
    if not actor.has(HANDLE) and not actor.has(APPROVE):
        return None
    held = Assignment.objects.filter(jobs(actor, HANDLE, APPROVE), report=OuterRef("pk"), state__in=HELD)
    return Q(Exists(held))


def _difference(what: Text, before: Q, after: Q) -> Difference:
    more = Report.objects.filter(after).exclude(before).count()
    return Difference(what=what, more=more, fewer=Report.objects.filter(before).exclude(after).count())
