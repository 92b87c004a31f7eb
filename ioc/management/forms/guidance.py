"""The form of a text of guidance."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Invalid
from ioc.management.actions.guidance import GuideFields
from ioc.management.forms.base import VALIDITY, DayInput, PlainForm, Section
from ioc.management.models import Area, Guide, GuideKind, GuideReaders, Role
from ioc.management.rules.guidance import parse_questions, typed


class GuideForm(PlainForm):
    """Whom it is for, what it says, when it is shown."""

    sections = (
        Section(_("What and for whom"), ("kind", "readers", "roles", "areas")),
        Section(
            _("What it says"),
            ("title", "body", "title_en", "body_en"),
            _("**bold**, # heading, - list, [words](https://…). The page shows it as it will be read."),
        ),
        Section(_("Questions of a lesson"), ("questions",)),
        Section(_("When it is shown"), ("valid_from", "valid_to", "is_pinned"), VALIDITY.lead),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=GuideKind.choices)
    readers = forms.ChoiceField(label=_("For whom"), choices=GuideReaders.choices)
    roles = forms.ModelMultipleChoiceField(
        Role.objects.order_by("name"),
        label=_("Only staff in these roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    areas = forms.ModelMultipleChoiceField(
        Area.objects.defer("boundary").order_by("level", "name"),
        label=_("Only in these areas and below"),
        help_text=_("None chosen: the whole province."),
        required=False,
    )
    title = forms.CharField(label=_("Title"), max_length=150)
    title_en = forms.CharField(label=_("Title in English"), max_length=150, required=False)
    body = forms.CharField(label=_("Text"), max_length=50_000, widget=forms.Textarea)
    body_en = forms.CharField(label=_("Text in English"), max_length=50_000, widget=forms.Textarea, required=False)
    questions = forms.CharField(
        label=_("Questions"),
        help_text=_(
            "A line with the question, then one line an answer: “+” before the right one, “-” before the others."
        ),
        max_length=20_000,
        widget=forms.Textarea,
        required=False,
    )
    is_pinned = forms.BooleanField(label=_("Keep at the top"), required=False)
    valid_from = forms.DateField(label=_("From (this day included)"), widget=DayInput())
    valid_to = forms.DateField(label=_("To (this day not included)"), widget=DayInput(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("body", "body_en"):
            self.fields[name].widget.attrs["rows"] = 10

    def clean_questions(self) -> list[Any]:
        """The questions, read line by line."""
        try:
            return parse_questions(self.cleaned_data["questions"])
        except Invalid as error:
            raise forms.ValidationError(str(error.fields["questions"])) from error

    def given(self) -> GuideFields:
        """What was entered."""
        return GuideFields(**self.cleaned_data)


def initial_of(guide: Guide) -> dict[str, Any]:
    """A text as its form shows it."""
    names = ("kind", "readers", "title", "title_en", "body", "body_en", "is_pinned", "valid_from", "valid_to")
    return {
        **{name: getattr(guide, name) for name in names},
        "roles": guide.roles.all(),
        "areas": guide.areas.all(),
        "questions": typed(guide.questions),
    }
