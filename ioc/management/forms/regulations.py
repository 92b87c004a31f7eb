"""Forms of regulations: the facts, a version, and its end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ioc.management.actions.regulations import DraftFields
from ioc.management.forms.base import DayInput, PlainForm, RecordForm, Section
from ioc.management.models import Regulation, Role

LARGEST_DOCUMENT = 15 * 1024 * 1024


class RegulationForm(RecordForm):
    """What stays the same over all versions."""

    readers = forms.ModelMultipleChoiceField(
        Role.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sections = (
        Section(_("What it is"), ("code", "title", "title_en", "issued_by")),
        Section(
            _("Who reads it"),
            ("is_public", "must_be_read", "readers"),
            _("Those who must read it are told of each new version, and say that they have read it."),
        ),
    )
    labels = {
        "code": _("Number of the document"),
        "title": _("Title"),
        "title_en": _("Title in English"),
        "issued_by": _("Issued by"),
        "is_public": _("Everybody may read it"),
        "must_be_read": _("Staff must read it"),
        "readers": _("Only these roles"),
    }
    hints = {
        "code": _("As on the document, e.g. 12/2023/QĐ-UBND."),
        "title": _("E.g. Regulation on operating the Intelligent Operations Center."),
    }

    class Meta:
        model = Regulation
        fields = ("code", "title", "title_en", "issued_by", "is_public", "must_be_read", "readers")


class VersionForm(PlainForm):
    """The text of a version."""

    valid_from = forms.DateField(label=_("In force from"), widget=DayInput())
    signed_on = forms.DateField(label=_("Signed on"), widget=DayInput(), required=False)
    text = forms.CharField(
        label=_("The text"),
        help_text=_("Paste all of it. Lines such as “Chương I” and “Điều 1. …” become its contents by themselves."),
        widget=forms.Textarea,
        max_length=500_000,
    )
    document = forms.FileField(label=_("The signed document (PDF)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 16

    def fields_given(self, *, document: str) -> DraftFields:
        """What was entered; `document` is the kept file's name."""
        given = self.cleaned_data
        return DraftFields(
            text=given["text"], valid_from=given["valid_from"], signed_on=given["signed_on"], document=document
        )
