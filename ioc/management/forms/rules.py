"""Forms for catalogues, routing, deadlines and the working calendar."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ioc.management.forms.base import VALIDITY, ClockInput, DayInput, RecordForm, Section
from ioc.management.forms.fields import (
    AreaField,
    ArticleField,
    CategoryField,
    OrganizationField,
    OrganizationsField,
)
from ioc.management.models import (
    AnswerKind,
    CalendarDay,
    DeadlineRule,
    OfficeHours,
    Reason,
    ReportKind,
    RoutingRule,
)
from ioc.management.models.rules import UNIT_WORDS

UNITS = UNIT_WORDS
ANSWERS = {
    AnswerKind.STRING: _("a line of text"),
    AnswerKind.TEXT: _("a longer text"),
    AnswerKind.NUMBER: _("a number"),
    AnswerKind.DATETIME: _("a day and time"),
    AnswerKind.SINGLEVALUELIST: _("one of a list"),
    AnswerKind.MULTIVALUELIST: _("several of a list"),
}
WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)
_DAYS = {"valid_from": DayInput(), "valid_to": DayInput()}


class KindForm(RecordForm):
    """How a kind of report is treated."""

    article = ArticleField()
    sections = (
        Section(_("What it is called"), ("code", "name", "name_en")),
        Section(
            _("How it is treated"),
            ("handled_here", "is_published", "guidance", "guidance_en", "legal_basis", "article"),
            _("A kind that is not handled here is guided to its legal way with the words below."),
        ),
        VALIDITY,
    )
    labels = {
        "code": _("Kind"),
        "handled_here": _("Handled here"),
        "is_published": _("Outcomes are published"),
        "guidance": _("What the reporter is told"),
        "guidance_en": _("The same in English"),
    }
    hints = {"code": _("The kinds that the law tells apart.")}

    class Meta:
        model = ReportKind
        fields = (
            "code", "name", "name_en", "handled_here", "is_published",
            "guidance", "guidance_en", "legal_basis", "article", "valid_from", "valid_to",
        )  # fmt: skip
        widgets = _DAYS


class ReasonForm(RecordForm):
    """A reason from the list, with the words that the reporter reads."""

    article = ArticleField()
    sections = (
        Section(_("What it is called"), ("purpose", "name", "name_en", "code", "position")),
        Section(_("What the reporter reads"), ("template", "template_en", "legal_basis", "article")),
        VALIDITY,
    )
    labels = {
        "purpose": _("Given to"),
        "template": _("Words"),
        "template_en": _("Words in English"),
    }

    class Meta:
        model = Reason
        fields = (
            "purpose", "name", "name_en", "code", "position",
            "template", "template_en", "legal_basis", "article", "valid_from", "valid_to",
        )  # fmt: skip
        widgets = _DAYS


class RoutingForm(RecordForm):
    """Which agency gets which matters."""

    category = CategoryField()
    area = AreaField()
    lead = OrganizationField()
    cooperating = OrganizationsField()
    sections = (
        Section(
            _("Which matters"),
            ("category", "area"),
            _("Empty means any. The row with the deeper category wins, then the one with the smaller area."),
        ),
        Section(
            _("Who gets them"),
            ("lead", "lead_level", "cooperating"),
            _("Either a named agency, or the People's Committee of the place."),
        ),
        Section(_("In force"), ("legal_basis", "valid_from", "valid_to"), VALIDITY.lead),
    )
    labels = {
        "lead": _("Lead agency"),
        "lead_level": _("… or the People's Committee at the level of"),
        "cooperating": _("Cooperating agencies"),
    }
    hints = {"cooperating": _("Hold Ctrl to choose several.")}

    class Meta:
        model = RoutingRule
        fields = ("category", "area", "lead", "lead_level", "cooperating", "legal_basis", "valid_from", "valid_to")
        widgets = _DAYS

    def clean(self) -> dict[str, Any]:
        """One lead, named in one way; it does not cooperate with itself."""
        cleaned = super().clean()
        if bool(cleaned.get("lead")) == bool(cleaned.get("lead_level")):
            self.add_error("lead", _("Name an agency or choose a level: one of the two."))
        if cleaned.get("lead") and cleaned["lead"] in cleaned.get("cooperating", ()):
            self.add_error("cooperating", _("The lead agency cannot cooperate with itself."))
        return cleaned


class DeadlineForm(RecordForm):
    """How long a step may take."""

    category = CategoryField()
    article = ArticleField()
    unit = forms.ChoiceField(choices=[(unit.value, text) for unit, text in UNITS.items()])
    limit = forms.IntegerField(min_value=1)
    sections = (
        Section(
            _("Which step of which matters"),
            ("step", "kind", "urgency", "category"),
            _("Empty means any. The row with the deeper category wins, then kind, then urgency, then the newer."),
        ),
        Section(_("How long"), ("limit", "unit", "extensions", "extension_limit")),
        Section(_("In force"), ("legal_basis", "article", "valid_from", "valid_to"), VALIDITY.lead),
    )
    labels = {
        "limit": _("At most"),
        "unit": _("Counted in"),
        "extensions": _("How often it may be extended"),
        "extension_limit": _("The most that one extension adds"),
    }

    class Meta:
        model = DeadlineRule
        fields = (
            "step", "kind", "urgency", "category", "limit", "unit",
            "extensions", "extension_limit", "legal_basis", "article", "valid_from", "valid_to",
        )  # fmt: skip
        widgets = _DAYS

    def clean(self) -> dict[str, Any]:
        """Extensions have a length."""
        cleaned = super().clean()
        if cleaned.get("extensions") and not cleaned.get("extension_limit"):
            self.add_error("extension_limit", _("Say how long an extension may be."))
        return cleaned


class OfficeHoursForm(RecordForm):
    """One stretch of opening hours."""

    weekdays = forms.TypedMultipleChoiceField(choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple)
    labels = {"weekdays": _("Days"), "opens": _("Opens"), "closes": _("Closes")}

    class Meta:
        model = OfficeHours
        fields = ("weekdays", "opens", "closes", "valid_from", "valid_to")
        widgets = {**_DAYS, "opens": ClockInput(), "closes": ClockInput()}

    def clean(self) -> dict[str, Any]:
        """Closing comes after opening, on the same day."""
        cleaned = super().clean()
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("Closing must be after opening."))
        return cleaned


class CalendarDayForm(RecordForm):
    """A day that is not what its weekday says."""

    labels = {"day": _("Day"), "kind": _("Kind of day")}
    hints = {"kind": _("Decided for each year by the Government (Labour Code, Art. 112).")}

    class Meta:
        model = CalendarDay
        fields = ("day", "kind", "name", "legal_basis")
        widgets = {"day": DayInput()}
