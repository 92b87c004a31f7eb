"""The form of the plan of back-ups."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from ioc.management.actions.backups import PlanFields
from ioc.management.forms.base import PlainForm, Section


class PlanForm(PlainForm):
    """When, where to, for whom sealed, and for how long."""

    sections: ClassVar[tuple[Section, ...]] = (
        Section(_("When"), ("is_on", "hour")),
        Section(_("Where to"), ("to", "keys_to"), _("Folders that the service may write, on another disk or machine.")),
        Section(_("Sealed for"), ("keys",)),
        Section(
            _("How long they stay"),
            ("keep_days", "keep_weeks", "keep_months"),
            _("The newest of each of the last days, weeks and months stays; the others go."),
        ),
    )
    is_on = forms.BooleanField(label=_("Make one every day"), required=False)
    hour = forms.TypedChoiceField(label=_("After"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)])
    to = forms.CharField(label=_("Folder for back-ups"), max_length=300)
    keys_to = forms.CharField(
        label=_("Folder for the keys"),
        help_text=_("Apart from the others. Without the keys nobody can open an identity in a restored centre."),
        max_length=300,
        required=False,
    )
    keys = forms.CharField(
        label=_("Public keys, one a line"),
        help_text=_("`ioc backup keygen FILE` makes a pair. The secret half does not belong on this machine."),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "textarea w-full leading-6 font-mono"}),
    )
    keep_days = forms.IntegerField(label=_("Days"), min_value=1, max_value=366)
    keep_weeks = forms.IntegerField(label=_("Weeks"), min_value=0, max_value=260)
    keep_months = forms.IntegerField(label=_("Months"), min_value=0, max_value=120)

    def plan(self) -> PlanFields:
        """What was entered."""
        given = dict(self.cleaned_data)
        given["keys"] = [line.strip() for line in given["keys"].splitlines() if line.strip()]
        return PlanFields(**given)
