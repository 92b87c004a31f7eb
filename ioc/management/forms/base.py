"""What all forms here share: sections, plain widgets that our style sheet knows, and validity in days."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorList
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.management.models.named import label_of

Text = str | Promise

_CSS: Mapping[type[forms.Widget], str] = {
    forms.CheckboxInput: "checkbox checkbox-primary",
    forms.CheckboxSelectMultiple: "checkbox checkbox-primary",
    forms.RadioSelect: "radio radio-primary",
    forms.Textarea: "textarea w-full leading-6",
    forms.SelectMultiple: "select w-full h-56",
    forms.Select: "select w-full",
}


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together, under a heading and a sentence."""

    title: Text
    fields: tuple[str, ...]
    lead: Text = ""


class DayInput(forms.DateInput):
    """A day as the browser's own picker takes it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """A time of day as the browser's own picker takes it."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PlainForm(forms.Form):
    """A form whose widgets carry our classes and whose errors render beside the fields."""

    sections: ClassVar[tuple[Section, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def sectioned(self) -> Iterator[tuple[Section, list[BoundField]]]:
        """Each section with its fields."""
        return in_sections(self)


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form for one record. It never saves: `given` goes to the action."""

    sections: ClassVar[tuple[Section, ...]] = ()
    labels: ClassVar[Mapping[str, Text]] = {}
    hints: ClassVar[Mapping[str, Text]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = cast("str", self.labels.get(name) or LABELS.get(name) or field.label)
            field.help_text = cast("str", self.hints.get(name) or HINTS.get(name, ""))
        dress(self)

    def sectioned(self) -> Iterator[tuple[Section, list[BoundField]]]:
        """Each section with its fields."""
        return in_sections(self)

    def clean(self) -> dict[str, Any]:
        """A validity ends after it begins."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
        if begins and ends and ends <= begins:
            self.add_error("valid_to", _("The end must be after the beginning."))
        return cleaned

    def narrow(self, actor: Actor) -> None:
        """Offer only what is the actor's to choose; forms of what is everybody's offer all."""

    def given(self) -> dict[str, Any]:
        """Field → value, for the action."""
        return dict(self.cleaned_data)


def dress(form: forms.BaseForm) -> None:
    """Give each widget the class that the style sheet knows, and say errors as plain text."""
    form.error_class = ErrorList
    for field in form.fields.values():
        widget = field.widget
        found = (css for kind, css in _CSS.items() if isinstance(widget, kind))
        widget.attrs.setdefault("class", next(found, "input w-full"))
        if isinstance(widget, forms.Textarea):
            widget.attrs["rows"] = 4
        _name_empty_choice(field)
        _speak(field)


def _speak(field: forms.Field) -> None:
    """Offer records under their names in the reader's language, where the field names them in no way of its own."""
    named: Any = field
    if getattr(type(field), "label_from_instance", None) is forms.ModelChoiceField.label_from_instance:
        named.label_from_instance = label_of


def _name_empty_choice(field: forms.Field) -> None:
    """Say in words what choosing nothing means, where the framework draws dashes."""
    words = _("Choose…") if field.required else _("None chosen")
    dashes = BLANK_CHOICE_DASH[0][1]
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == dashes:
            field.empty_label = words
    elif isinstance(field, forms.ChoiceField):
        choices = list(cast("Iterable[tuple[Any, Any]]", field.choices))
        if choices and choices[0] == ("", dashes):
            field.choices = [("", words), *choices[1:]]


def in_sections(form: Any) -> Iterator[tuple[Section, list[BoundField]]]:
    """The form's fields by section; without sections all in one."""
    for section in form.sections or (Section("", tuple(form.fields)),):
        yield section, [form[name] for name in section.fields if name in form.fields]


VALIDITY = Section(_("In force"), ("valid_from", "valid_to"), _("A record that was used is ended, not removed."))

LABELS: Mapping[str, Text] = {
    "code": _("Code"),
    "name": _("Its name"),
    "name_en": _("Name in English"),
    "short_name": _("Short name"),
    "description": _("Description"),
    "parent": _("Belongs to"),
    "level": _("Level"),
    "kind": _("Kind"),
    "area": _("Area"),
    "category": _("Category"),
    "organization": _("Agency"),
    "role": _("Role"),
    "person": _("Person"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "position": _("Order in lists"),
    "valid_from": _("From (this day included)"),
    "valid_to": _("To (this day not included)"),
    "legal_basis": _("Legal basis"),
    "article": _("Article"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "title": _("Title of the post"),
    "urgency": _("Urgency"),
    "step": _("Step"),
}
HINTS: Mapping[str, Text] = {
    "article": _("Where people can read what this rests on."),
    "code": _("Short, never changed later: programs use it."),
    "valid_to": _("Leave empty while it is still in force."),
    "legal_basis": _("Number of the document and the article, e.g. Decision 05/2023/QĐ-UBND, Art. 7."),
    "position": _("Small numbers come first."),
}
