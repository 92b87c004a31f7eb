"""The screens of opening and running: systems, their rollout, the operating team's shifts."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ioc.management.forms import regulations, rollout, shifts
from ioc.management.forms.rules import WEEKDAYS
from ioc.management.models.named import label_of
from ioc.management.views.describing import LEGAL, Column, Screen, page_of


def _where(row: Any) -> Any:
    return row.area.name if row.area else _("whole province")


def _weekdays(shift: Any) -> str:
    names = dict(WEEKDAYS)
    return ", ".join(str(names[day]) for day in sorted(shift.weekdays))


def _in_force(regulation: Any) -> Any:
    """The newest version that was published, and from when it holds."""
    published = [one for one in regulation.versions.all() if one.published_at is not None]
    newest = max(published, key=lambda one: one.number, default=None)
    return newest.valid_from if newest else _("draft")


OPENING: Final[tuple[Screen, ...]] = (
    Screen(
        kind="regulation",
        slug="regulations",
        title=_("Regulations"),
        one=_("regulation"),
        icon="book-open",
        lead=_("The documents that the centre works by, their versions, and who has read them."),
        form=regulations.RegulationForm,
        columns=(
            Column(_("Number"), lambda row: row.code, quiet=False, sort="code"),
            Column(_("Title"), lambda row: row.title, quiet=False, sort="title"),
            Column(_("Issued by"), lambda row: row.issued_by, sort="issued_by"),
            Column(_("In force from"), _in_force),
        ),
        home=lambda row: page_of("regulations", row.pk),
        has_validity=False,
        empty=_(
            "Add the regulation on operating the centre first: deadlines and reasons can then point to its articles."
        ),
    ),
    Screen(
        kind="system",
        slug="systems",
        title=_("Systems"),
        one=_("system"),
        icon="layers",
        lead=_("The systems of the centre, and what people read where one is not open yet."),
        form=rollout.SystemForm,
        columns=(
            Column(_("Its name"), label_of, quiet=False),
            Column(_("Words for closed places"), lambda row: row.closed_text or _("the usual ones")),
        ),
        home=lambda _row: reverse("manage_rollout"),
        has_validity=False,
        is_listed=False,
        may_be_removed=False,
    ),
    Screen(
        kind="rollout",
        slug="openings",
        title=_("Rows of the rollout"),
        one=_("row of the rollout"),
        icon="calendar-range",
        lead=_("One system, opened to one audience in an area and all below it."),
        form=rollout.RolloutForm,
        columns=(
            Column(_("System"), lambda row: label_of(row.system), quiet=False, sort="system__name"),
            Column(_("For whom"), lambda row: row.get_audience_display(), quiet=False, sort="audience"),
            Column(_("Area"), _where, quiet=False, sort="area__name"),
            LEGAL,
        ),
        filters={"system": _("System"), "audience": _("For whom")},
        home=lambda _row: reverse("manage_rollout"),
        is_listed=False,
    ),
    Screen(
        kind="shift",
        slug="shifts",
        title=_("Shifts"),
        one=_("shift"),
        icon="clock",
        lead=_("When the operating team works, and how many people it needs then."),
        form=shifts.ShiftForm,
        columns=(
            Column(_("Its name"), lambda row: row.name, quiet=False),
            Column(_("Team"), lambda row: row.organization.short_name),
            Column(_("Hours"), lambda row: f"{row.starts:%H:%M}–{row.ends:%H:%M}", quiet=False),
            Column(_("Days"), _weekdays),
            Column(_("People needed"), lambda row: row.needed),
        ),
        home=lambda _row: reverse("manage_roster"),
        is_listed=False,
    ),
)
