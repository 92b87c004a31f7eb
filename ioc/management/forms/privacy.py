"""Forms of the protection of personal data."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from ioc.kernel import personal_data
from ioc.kernel.personal_data import Correction
from ioc.management.actions.data_requests import Asking
from ioc.management.forms.base import VALIDITY, DayInput, PlainForm, RecordForm, Section, Text
from ioc.management.models import ConsentText, DataRequestTerm, ProcessingRecord, RequestKind, RetentionRule
from ioc.management.models.rules import UNIT_WORDS

_DAYS = {"valid_from": DayInput(), "valid_to": DayInput()}


class ProcessingForm(RecordForm):
    """One purpose of processing."""

    sections = (
        Section(_("What for, and by which right"), ("purpose", "legal_basis", "responsible")),
        Section(_("Whose data, and which"), ("persons", "data", "has_sensitive")),
        Section(_("Who gets it, how long it is kept, how it is kept safe"), ("recipients", "retention", "measures")),
        VALIDITY,
    )
    labels: ClassVar[Mapping[str, Text]] = {
        "purpose": _("Purpose"),
        "responsible": _("Who answers for it"),
        "persons": _("Whose data"),
        "data": _("Which data"),
        "has_sensitive": _("Sensitive data is among it"),
        "recipients": _("Who gets it"),
        "retention": _("How long it is kept"),
        "measures": _("How it is kept safe"),
    }

    class Meta:
        model = ProcessingRecord
        fields = (
            "purpose", "legal_basis", "responsible", "persons", "data", "has_sensitive", "recipients", "retention",
            "measures", "valid_from", "valid_to",
        )  # fmt: skip
        widgets = _DAYS


class ConsentForm(RecordForm):
    """A version of what people agree to."""

    sections = (
        Section(
            _("What people read and agree to"),
            ("place", "version", "text", "text_en", "needs_tick"),
            _("A version that has been in force is never changed: give it an end and add the next one."),
        ),
        Section(_("In force"), ("legal_basis", "valid_from", "valid_to")),
    )
    labels: ClassVar[Mapping[str, Text]] = {
        "place": _("Where it is asked"),
        "version": _("Version"),
        "text": _("Words"),
        "text_en": _("Words in English"),
        "needs_tick": _("People must tick it themselves"),
    }

    class Meta:
        model = ConsentText
        fields = ("place", "version", "text", "text_en", "needs_tick", "legal_basis", "valid_from", "valid_to")
        widgets = _DAYS


class TermForm(RecordForm):
    """By when requests are answered and carried out."""

    unit = forms.ChoiceField(choices=[(unit.value, text) for unit, text in UNIT_WORDS.items()])
    carry_out_unit = forms.ChoiceField(choices=[(unit.value, text) for unit, text in UNIT_WORDS.items()])
    sections = (
        Section(_("For which requests"), ("kind",), _("Empty: for all that have no row of their own.")),
        Section(_("By when"), ("answer_limit", "unit", "carry_out_limit", "carry_out_unit")),
        Section(
            _("What this rests on"),
            ("legal_basis", "source", "must_be_checked"),
            _("Take the tick away once somebody has held the limits against the law's own text."),
        ),
        Section(_("In force"), ("valid_from", "valid_to")),
    )
    labels: ClassVar[Mapping[str, Text]] = {
        "answer_limit": _("Answered within"),
        "carry_out_limit": _("Carried out within"),
        "unit": _("The answer is counted in"),
        "carry_out_unit": _("Carrying out is counted in"),
        "source": _("Where the limits were read"),
        "must_be_checked": _("Must still be checked"),
    }

    class Meta:
        model = DataRequestTerm
        fields = (
            "kind", "answer_limit", "unit", "carry_out_limit", "carry_out_unit", "legal_basis", "source",
            "must_be_checked", "valid_from", "valid_to",
        )  # fmt: skip
        widgets = {**_DAYS, "source": forms.Textarea}


class RetentionForm(RecordForm):
    """How long a kind of data is kept."""

    kind = forms.ChoiceField()
    sections = (
        Section(_("What"), ("kind", "days"), _("Try it out on the page of the trial before you switch it on.")),
        Section(_("In force"), ("is_on", "legal_basis", "valid_from", "valid_to")),
    )
    labels: ClassVar[Mapping[str, Text]] = {
        "kind": _("Kind of data"),
        "days": _("Number of days"),
        "is_on": _("Switched on"),
    }

    class Meta:
        model = RetentionRule
        fields = ("kind", "days", "is_on", "legal_basis", "valid_from", "valid_to")
        widgets = _DAYS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = personal_data.retained().items()
        self.fields["kind"].choices = [(code, kind.label) for code, kind in known]  # type: ignore[attr-defined]


class RequestForm(PlainForm):
    """What somebody asks about the own data, as staff enter it."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=RequestKind.choices, widget=forms.RadioSelect)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=120)
    verified_how = forms.CharField(
        label=_("How you made sure that it is the person"),
        required=False,
        max_length=200,
        help_text=_("For example: identity card shown at the counter. Empty: the link that we send does it."),
    )
    words = forms.CharField(label=_("In the person's words"), required=False, widget=forms.Textarea, max_length=2000)
    name = forms.CharField(label=_("Correct name"), required=False, max_length=100)
    new_phone = forms.CharField(label=_("Correct phone"), required=False, max_length=30)
    new_email = forms.CharField(label=_("Correct e-mail"), required=False, max_length=120)
    sections = (
        Section(_("The request"), ("kind", "words")),
        Section(
            _("Who asks"),
            ("phone", "email", "verified_how"),
            _("The contact under which the data was given; the answer goes there too."),
        ),
        Section(_("To correct: what it shall be"), ("name", "new_phone", "new_email")),
    )

    def asking(self) -> Asking:
        """What is asked, for the action."""
        given = self.cleaned_data
        return Asking(
            kind=given["kind"],
            phone=given["phone"],
            email=given["email"],
            words=given["words"],
            correction=Correction(name=given["name"], phone=given["new_phone"], email=given["new_email"]),
        )
