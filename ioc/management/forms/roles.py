"""Forms for roles: what they are called, which rights they hold, and who may give them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ioc.kernel.rights import NEEDS_SECOND_PERSON, RIGHTS
from ioc.management.forms.base import PlainForm, RecordForm, Section
from ioc.management.models import Area, Category, Organization, Role


class RoleForm(RecordForm):
    """A named set of rights."""

    rights = forms.MultipleChoiceField(
        choices=[(code, text) for code, text in RIGHTS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    sections = (
        Section(_("What it is called"), ("name", "name_en", "code")),
        Section(
            _("What it lets somebody do"),
            ("rights",),
            _("A position with this role gives these rights over its agency, area and categories, and what is below."),
        ),
        Section(_("Safety"), ("requires_second_factor", "delegable")),
    )
    labels = {
        "rights": _("Rights"),
        "requires_second_factor": _("Asks for a second factor"),
        "delegable": _("Agencies may give it to their own people"),
    }
    hints = {
        "requires_second_factor": _("Who holds it sets up a passkey or an authenticator app before anything else."),
        "delegable": _("An agency's own administrator appoints with this role in the agency and below it."),
    }

    class Meta:
        model = Role
        fields = ("name", "name_en", "code", "rights", "requires_second_factor", "delegable")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and "requires_second_factor" not in (kwargs.get("initial") or {}):
            self.initial["requires_second_factor"] = True
        self.fields["rights"].choices = [(code, _worded(code)) for code in RIGHTS]  # type: ignore[attr-defined]
        if self.instance.is_built_in:
            self.fields["code"].disabled = True


def _worded(code: str) -> str:
    text = str(RIGHTS[code])
    return _("%(right)s (takes two administrators)") % {"right": text} if code in NEEDS_SECOND_PERSON else text


class QuestionForm(PlainForm):
    """What somebody is asked about: a right, and where."""

    right = forms.ChoiceField(label=_("May do what"), choices=[(code, text) for code, text in RIGHTS.items()])
    code = forms.CharField(
        label=_("One report, by its code"), required=False, max_length=20, help_text=_("E.g. BG-2604-00187.")
    )
    organization = forms.ModelChoiceField(
        label=_("Of which agency"), queryset=Organization.objects.order_by("name"), required=False
    )
    area = forms.ModelChoiceField(
        label=_("In which area"),
        queryset=Area.objects.filter(valid_to=None).defer("boundary").order_by("level", "name"),
        required=False,
    )
    category = forms.ModelChoiceField(
        label=_("Of which category"), queryset=Category.objects.order_by("path"), required=False
    )
