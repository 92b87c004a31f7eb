"""What the list and the form of each kind of record look like: the screens are made from these descriptions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ioc.kernel.clock import local_date, now
from ioc.management.forms import people, places, rules
from ioc.management.forms.base import RecordForm
from ioc.management.queries.reference import in_language
from ioc.management.queries.screens import in_force

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it says of a row. Quiet ones are left out on phones."""

    label: Text
    value: Callable[[Any], Any]
    quiet: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """Records of another kind that are shown and added on the page of this one."""

    slug: str
    fields: tuple[str, ...]
    empty: Text


@dataclass(frozen=True, slots=True)
class Screen:
    """One kind of record: its words, list and form.

    `home` gives the address where a saved row is seen; without it that is the list.
    """

    kind: str
    slug: str
    title: Text
    one: Text
    icon: str
    lead: Text
    form: type[RecordForm]
    columns: tuple[Column, ...]
    filters: Mapping[str, Text] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    home: Callable[[Any], str] | None = None
    has_validity: bool = True
    is_listed: bool = True
    may_be_removed: bool = True


def _page(slug: str, record_id: object) -> str:
    return reverse("manage_record", args=[slug, record_id])


def _label(row: Any) -> str:
    return in_language(row.name, row.name_en)


def _amount(rule: Any, number: int) -> str:
    return f"{number} {rules.UNITS[rule.unit]}"


def _extension(rule: Any) -> str:
    if not rule.extensions:
        return ""
    return f"{rule.extensions} × {_amount(rule, rule.extension_limit)}"


def _category(rule: Any) -> Any:
    if rule.category is None:
        return _("any")
    parent = rule.category.parent
    return f"{_label(parent)} › {_label(rule.category)}" if parent else _label(rule.category)


def _lead(rule: Any) -> Any:
    if rule.lead:
        return rule.lead.name
    return _("People's Committee: %(level)s") % {"level": rule.get_lead_level_display()}


def _weekdays(hours: Any) -> str:
    names = dict(rules.WEEKDAYS)
    return ", ".join(str(names[day]) for day in sorted(hours.weekdays))


def _positions(person: Any) -> str:
    """The positions held today."""
    today = local_date(now())
    held = [one for one in person.positions.all() if in_force(one, today)]
    return "; ".join(f"{_label(one.role)}, {one.organization.short_name}" for one in held)


def _has_totp(person: Any) -> bool:
    return any(one.type == "totp" for one in person.authenticator_set.all())


def _questions(row: Any) -> str:
    count = len(row.questions.all())
    return ngettext("%(n)d question", "%(n)d questions", count) % {"n": count} if count else ""


_LEGAL = Column(_("Legal basis"), lambda row: row.legal_basis)

SCREENS: Final[Mapping[str, Screen]] = {
    screen.slug: screen
    for screen in (
        Screen(
            kind="area",
            slug="areas",
            title=_("Areas"),
            one=_("area"),
            icon="map",
            lead=_("Administrative units as they stood on a day, and what became of them."),
            form=places.AreaForm,
            columns=(
                Column(_("Its name"), lambda row: row.name, quiet=False),
                Column(_("Code"), lambda row: row.code, quiet=False),
                Column(_("Level"), lambda row: row.get_level_display()),
                Column(
                    _("Boundary"),
                    lambda row: _("approximate") if row.boundary_is_approximate else _("from a file"),
                ),
            ),
            filters={"level": _("Level")},
            parts=(Part("lineage", ("before", "after"), _("This unit has not been merged, split or renamed.")),),
        ),
        Screen(
            kind="area_lineage",
            slug="lineage",
            title=_("What became of it"),
            one=_("change of a unit"),
            icon="git-merge",
            lead=_("Ties units that ended to those that followed, so that figures can be compared over the change."),
            form=places.LineageForm,
            columns=(
                Column(_("Before"), lambda row: row.before.name, quiet=False),
                Column(_("After"), lambda row: row.after.name, quiet=False),
                Column(_("Kind of change"), lambda row: row.get_kind_display()),
                Column(_("On"), lambda row: row.at, quiet=False),
                _LEGAL,
            ),
            home=lambda row: _page("areas", row.before_id),
            has_validity=False,
            is_listed=False,
        ),
        Screen(
            kind="organization",
            slug="agencies",
            title=_("Agencies"),
            one=_("agency"),
            icon="landmark",
            lead=_("Who can be given a matter: departments, People's Committees, central bodies, enterprises."),
            form=places.OrganizationForm,
            columns=(
                Column(_("Its name"), _label, quiet=False),
                Column(_("Kind"), lambda row: row.get_kind_display()),
                Column(_("Area"), lambda row: row.area.name if row.area else ""),
                Column(_("Code"), lambda row: row.code),
            ),
            filters={"kind": _("Kind")},
            parts=(
                Part("positions", ("organization",), _("Nobody works here yet.")),
                Part("agency-codes", ("organization",), _("No official codes yet.")),
            ),
        ),
        Screen(
            kind="organization_code",
            slug="agency-codes",
            title=_("Official codes"),
            one=_("official code"),
            icon="tag",
            lead=_("The codes by which other systems know the agency."),
            form=places.OrganizationCodeForm,
            columns=(
                Column(_("Scheme"), lambda row: row.scheme, quiet=False),
                Column(_("Code"), lambda row: row.value, quiet=False),
            ),
            home=lambda row: _page("agencies", row.organization_id),
            is_listed=False,
        ),
        Screen(
            kind="position",
            slug="positions",
            title=_("Positions"),
            one=_("position"),
            icon="briefcase",
            lead=_("Who has which role where. Rights come from positions only."),
            form=people.PositionForm,
            columns=(
                Column(_("Person"), lambda row: row.person.full_name, quiet=False),
                Column(_("Role"), lambda row: _label(row.role), quiet=False),
                Column(_("Agency"), lambda row: row.organization.name),
                Column(_("Area"), lambda row: row.area.name if row.area else ""),
            ),
            home=lambda row: _page("people", row.person_id),
        ),
        Screen(
            kind="role",
            slug="roles",
            title=_("Roles"),
            one=_("role"),
            icon="shield-check",
            lead=_("Named sets of rights that positions give."),
            form=people.RoleForm,
            columns=(
                Column(_("Its name"), _label, quiet=False),
                Column(_("Rights"), lambda row: len(row.rights), quiet=False),
                Column(_("Second factor"), lambda row: _("asked for") if row.requires_second_factor else ""),
                Column(_("Code"), lambda row: row.code),
            ),
            has_validity=False,
        ),
        Screen(
            kind="category",
            slug="categories",
            title=_("Categories"),
            one=_("category"),
            icon="folder-tree",
            lead=_("What people can report, and what they are asked."),
            form=rules.CategoryForm,
            columns=(
                Column(_("Its name"), _label, quiet=False),
                Column(_("Shown to the public"), lambda row: _("yes") if row.is_public else _("no")),
                Column(_("Questions"), _questions),
                Column(_("Code"), lambda row: row.code),
            ),
            parts=(Part("questions", ("category",), _("Nothing is asked beside place and text.")),),
        ),
        Screen(
            kind="category_question",
            slug="questions",
            title=_("Questions"),
            one=_("question"),
            icon="circle-help",
            lead=_("What somebody who reports in this category is asked."),
            form=rules.QuestionForm,
            columns=(
                Column(_("Question"), lambda row: in_language(row.text, row.text_en), quiet=False),
                Column(_("The answer is"), lambda row: rules.ANSWERS[row.datatype]),
                Column(_("Must be answered"), lambda row: _("yes") if row.required else _("no")),
            ),
            home=lambda row: _page("categories", row.category_id),
            has_validity=False,
            is_listed=False,
        ),
        Screen(
            kind="report_kind",
            slug="kinds",
            title=_("Kinds of report"),
            one=_("kind of report"),
            icon="scale",
            lead=_("Which kinds are handled here, and what others are told."),
            form=rules.KindForm,
            columns=(
                Column(_("Its name"), _label, quiet=False),
                Column(_("Handled here"), lambda row: _("yes") if row.handled_here else _("guided elsewhere")),
                Column(_("Made public"), lambda row: _("yes") if row.is_published else _("no")),
                _LEGAL,
            ),
        ),
        Screen(
            kind="reason",
            slug="reasons",
            title=_("Reasons"),
            one=_("reason"),
            icon="message-square",
            lead=_("Why a report is refused, returned or extended, in words that the reporter understands."),
            form=rules.ReasonForm,
            columns=(
                Column(_("Its name"), _label, quiet=False),
                Column(_("Given to"), lambda row: row.get_purpose_display()),
                _LEGAL,
            ),
            filters={"purpose": _("Given to")},
        ),
        Screen(
            kind="routing_rule",
            slug="routing",
            title=_("Routing"),
            one=_("routing row"),
            icon="route",
            lead=_("Which agency gets which matters where."),
            form=rules.RoutingForm,
            columns=(
                Column(_("Category"), _category, quiet=False),
                Column(_("Area"), lambda row: row.area.name if row.area else _("any")),
                Column(_("Lead agency"), _lead, quiet=False),
                Column(_("Cooperating"), lambda row: ", ".join(one.short_name for one in row.cooperating.all())),
            ),
        ),
        Screen(
            kind="deadline_rule",
            slug="deadlines",
            title=_("Deadlines"),
            one=_("deadline row"),
            icon="timer",
            lead=_("How long each step may take, and which document says so."),
            form=rules.DeadlineForm,
            columns=(
                Column(_("Step"), lambda row: row.get_step_display(), quiet=False),
                Column(_("Kind"), lambda row: row.get_kind_display() if row.kind else _("any")),
                Column(_("Urgency"), lambda row: row.get_urgency_display() if row.urgency else _("any"), quiet=False),
                Column(_("Category"), _category),
                Column(_("At most"), lambda row: _amount(row, row.limit), quiet=False),
                Column(_("Extensions"), _extension),
                _LEGAL,
            ),
            filters={"step": _("Step")},
        ),
        Screen(
            kind="office_hours",
            slug="office-hours",
            title=_("Office hours"),
            one=_("opening hours"),
            icon="clock",
            lead=_("When the offices work in a week."),
            form=rules.OfficeHoursForm,
            columns=(
                Column(_("Days"), _weekdays, quiet=False),
                Column(_("Opens"), lambda row: f"{row.opens:%H:%M}", quiet=False),
                Column(_("Closes"), lambda row: f"{row.closes:%H:%M}", quiet=False),
            ),
            home=lambda _row: reverse("manage_calendar"),
            is_listed=False,
        ),
        Screen(
            kind="calendar_day",
            slug="calendar-days",
            title=_("Days off and compensatory days"),
            one=_("special day"),
            icon="calendar-days",
            lead=_("Days that are not what their weekday says."),
            form=rules.CalendarDayForm,
            columns=(
                Column(_("Day"), lambda row: row.day, quiet=False),
                Column(_("Its name"), lambda row: row.name, quiet=False),
                Column(_("Kind"), lambda row: row.get_kind_display(), quiet=False),
                _LEGAL,
            ),
            home=lambda row: reverse("manage_calendar") + f"?year={row.day.year}",
            has_validity=False,
            is_listed=False,
        ),
        Screen(
            kind="person",
            slug="people",
            title=_("People"),
            one=_("person"),
            icon="users",
            lead=_("Accounts of staff. What they may do comes from their positions."),
            form=people.PersonForm,
            columns=(
                Column(_("Its name"), lambda row: row.full_name, quiet=False),
                Column(_("Login"), lambda row: row.username),
                Column(_("Positions"), _positions, quiet=False),
                Column(_("Second factor"), lambda row: _("set up") if _has_totp(row) else ""),
                Column(_("State"), lambda row: "" if row.is_active else _("suspended"), quiet=False),
            ),
            home=lambda row: _page("people", row.pk),
            has_validity=False,
            may_be_removed=False,
        ),
        Screen(
            kind="province",
            slug="province",
            title=_("The province"),
            one=_("the province"),
            icon="building-2",
            lead=_("Whose centre this is, and how people reach it."),
            form=places.ProvinceForm,
            columns=(),
            home=lambda _row: reverse("manage_province"),
            has_validity=False,
            is_listed=False,
            may_be_removed=False,
        ),
    )
}
