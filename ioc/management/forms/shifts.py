"""The form of a shift."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ioc.management.forms.base import VALIDITY, ClockInput, DayInput, RecordForm, Section
from ioc.management.forms.fields import OrganizationField
from ioc.management.forms.rules import WEEKDAYS
from ioc.management.models import Shift


class ShiftForm(RecordForm):
    """When a team works, and how many it needs."""

    organization = OrganizationField(required=True)
    weekdays = forms.TypedMultipleChoiceField(choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple)
    sections = (
        Section(_("What it is called"), ("organization", "name", "position")),
        Section(_("When"), ("weekdays", "starts", "ends", "needed")),
        VALIDITY,
    )
    labels = {
        "organization": _("Team"),
        "weekdays": _("Days"),
        "starts": _("Starts"),
        "ends": _("Ends"),
        "needed": _("People needed"),
    }
    hints = {"ends": _("At or before the start: the shift ends on the next day.")}

    class Meta:
        model = Shift
        fields = (
            "organization", "name", "position", "weekdays", "starts", "ends", "needed", "valid_from", "valid_to",
        )  # fmt: skip
        widgets = {"valid_from": DayInput(), "valid_to": DayInput(), "starts": ClockInput(), "ends": ClockInput()}

    def clean(self) -> dict[str, Any]:
        """Somebody is needed."""
        cleaned = super().clean()
        if cleaned.get("needed") == 0:
            self.add_error("needed", _("A shift needs at least one person."))
        return cleaned
