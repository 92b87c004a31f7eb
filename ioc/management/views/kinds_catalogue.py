"""The screens of the catalogue and the rules: categories, kinds, reasons, routing, deadlines, the calendar."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ioc.management.forms import catalogue, rules
from ioc.management.models.named import label_of
from ioc.management.queries.reference import in_language
from ioc.management.views.describing import LEGAL, Column, Part, Screen, page_of


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
    return f"{label_of(parent)} › {label_of(rule.category)}" if parent else label_of(rule.category)


def _lead(rule: Any) -> Any:
    if rule.lead:
        return label_of(rule.lead)
    return _("People's Committee: %(level)s") % {"level": rule.get_lead_level_display()}


def _weekdays(hours: Any) -> str:
    names = dict(rules.WEEKDAYS)
    return ", ".join(str(names[day]) for day in sorted(hours.weekdays))


def _questions(row: Any) -> str:
    count = len(row.questions.all())
    return ngettext("%(n)d question", "%(n)d questions", count) % {"n": count} if count else ""


CATALOGUE: Final[tuple[Screen, ...]] = (
    Screen(
        kind="category",
        slug="categories",
        title=_("Categories"),
        one=_("category"),
        icon="folder-tree",
        lead=_("What people can report, and what they are asked."),
        move="manage_category_move",
        has_versions=True,
        form=catalogue.CategoryForm,
        columns=(
            Column(_("Its name"), label_of, quiet=False, sort="name"),
            Column(_("Shown to the public"), lambda row: _("yes") if row.is_public else _("no"), sort="is_public"),
            Column(_("Questions"), _questions),
            Column(_("Code"), lambda row: row.code, sort="code"),
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
        has_versions=True,
        form=catalogue.QuestionForm,
        columns=(
            Column(_("Question"), lambda row: in_language(row.text, row.text_en), quiet=False),
            Column(_("The answer is"), lambda row: rules.ANSWERS[row.datatype]),
            Column(_("Must be answered"), lambda row: _("yes") if row.required else _("no")),
            Column(_("Only if"), lambda row: f"{row.asked_after} = {row.asked_if}" if row.asked_after else ""),
        ),
        home=lambda row: page_of("categories", row.category_id),
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
        has_versions=True,
        form=rules.KindForm,
        columns=(
            Column(_("Its name"), label_of, quiet=False, sort="name"),
            Column(
                _("Handled here"),
                lambda row: _("yes") if row.handled_here else _("guided elsewhere"),
                sort="handled_here",
            ),
            Column(_("Made public"), lambda row: _("yes") if row.is_published else _("no"), sort="is_published"),
            LEGAL,
        ),
    ),
    Screen(
        kind="reason",
        slug="reasons",
        title=_("Reasons"),
        one=_("reason"),
        icon="message-square",
        lead=_("Why a report is refused, returned or extended, in words that the reporter understands."),
        has_versions=True,
        form=rules.ReasonForm,
        columns=(
            Column(_("Its name"), label_of, quiet=False, sort="name"),
            Column(_("Given to"), lambda row: row.get_purpose_display(), sort="purpose"),
            LEGAL,
        ),
        filters={"purpose": _("Given to")},
    ),
    Screen(
        kind="answer_template",
        slug="answers",
        title=_("Ready answers"),
        one=_("ready answer"),
        icon="message-circle",
        lead=_("Words that staff put into what they write to a reporter, with fields that fill themselves in."),
        empty=_("Ready answers save typing at night and keep the tone the same."),
        form=catalogue.AnswerTemplateForm,
        columns=(
            Column(_("Its name"), lambda row: row.name, quiet=False, sort="name"),
            Column(_("Used to"), lambda row: row.get_purpose_display(), quiet=False, sort="purpose"),
            Column(_("Category"), _category, sort="category__name"),
            Column(_("In English"), lambda row: _("yes") if row.text_en else _("no")),
        ),
        filters={"purpose": _("Used to"), "category": _("Category")},
        has_versions=True,
    ),
    Screen(
        kind="field_of_work",
        slug="fields-of-work",
        title=_("Fields of work"),
        one=_("field of work"),
        icon="layers",
        lead=_("The fields of the province's work, and which agencies and leaders look after them."),
        form=catalogue.FieldOfWorkForm,
        columns=(
            Column(_("Its name"), label_of, quiet=False, sort="name"),
            Column(_("Agencies"), lambda row: ", ".join(one.short_name for one in row.organizations.all())),
            Column(_("Leaders in charge"), lambda row: ", ".join(one.full_name for one in row.leaders.all())),
            Column(_("Code"), lambda row: row.code, sort="code"),
        ),
        filters={"organizations": _("Agency")},
        has_versions=True,
    ),
    Screen(
        kind="routing_rule",
        slug="routing",
        title=_("Routing"),
        one=_("routing row"),
        icon="route",
        lead=_("Which agency gets which matters where."),
        filters={"category": _("Category"), "lead": _("Lead agency")},
        has_versions=True,
        form=rules.RoutingForm,
        columns=(
            Column(_("Category"), _category, quiet=False, sort="category__name"),
            Column(_("Area"), lambda row: row.area.name if row.area else _("any"), sort="area__name"),
            Column(_("Lead agency"), _lead, quiet=False, sort="lead__name"),
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
        has_versions=True,
        form=rules.DeadlineForm,
        columns=(
            Column(_("Step"), lambda row: row.get_step_display(), quiet=False, sort="step"),
            Column(_("Kind"), lambda row: row.get_kind_display() if row.kind else _("any"), sort="kind"),
            Column(
                _("Urgency"),
                lambda row: row.get_urgency_display() if row.urgency else _("any"),
                quiet=False,
                sort="urgency",
            ),
            Column(_("Category"), _category, sort="category__name"),
            Column(_("At most"), lambda row: _amount(row, row.limit), quiet=False),
            Column(_("Extensions"), _extension),
            LEGAL,
        ),
        filters={"step": _("Step"), "kind": _("Kind")},
    ),
    Screen(
        kind="office_hours",
        slug="office-hours",
        title=_("Office hours"),
        one=_("opening hours"),
        icon="clock",
        lead=_("When the offices work in a week."),
        has_versions=True,
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
        has_versions=True,
        form=rules.CalendarDayForm,
        columns=(
            Column(_("Day"), lambda row: row.day, quiet=False),
            Column(_("Its name"), lambda row: row.name, quiet=False),
            Column(_("Kind"), lambda row: row.get_kind_display(), quiet=False),
            LEGAL,
        ),
        home=lambda row: reverse("manage_calendar") + f"?year={row.day.year}",
        has_validity=False,
        is_listed=False,
    ),
)
