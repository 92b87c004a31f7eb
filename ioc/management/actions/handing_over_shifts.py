"""Moving the shifts of a team to its successor, with who is down for them and what was noted for the next."""

from ioc.management.actions.handing_over import Doing, log_end, renewed
from ioc.management.models import Duty, HandOver, Organization, RosterTemplate, RosterTemplateLine, Shift
from ioc.management.queries.reorganizing import shifts_from


def move_shifts(doing: Doing, heir: int) -> int:
    """End the shifts of the organizations that end and begin them at their heir; how many.

    Duties from the day on and the weeks that rosters begin from follow; notes that nobody has read yet do, too.
    """
    moved = 0
    for row in shifts_from(doing.plan.sources, doing.day):
        _move(doing, row, heir)
        moved += 1
    giver = Organization.objects.filter(pk__in=doing.plan.sources)
    for template in RosterTemplate.objects.filter(organization__in=giver).select_related("organization"):
        if RosterTemplate.objects.filter(organization_id=heir, name=template.name).exists():
            template.name = f"{template.name[:40]} ({template.organization.short_name[:17]})"
        template.organization_id = heir
        template.save(update_fields=["organization", "name"])
    HandOver.objects.filter(organization__in=giver, read_at__isnull=True).update(organization_id=heir)
    return moved


def _move(doing: Doing, row: Shift, heir: int) -> None:
    before = {"organization_id": row.organization_id}
    anew = renewed(row, doing.day, organization_id=heir)
    if anew is not row:
        Duty.objects.filter(shift=row, day__gte=doing.day).update(shift=anew)
        RosterTemplateLine.objects.filter(shift=row).update(shift=anew)
    log_end(doing, "shift", row, anew)
    doing.log("handed_over", "shift", anew, before, {"organization_id": heir})
