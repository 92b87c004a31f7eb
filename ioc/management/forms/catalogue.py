"""Forms of the catalogue: ready answers, fields of work, and widgets to choose an icon or a colour."""

from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ioc.kernel.clock import local_date, now
from ioc.kernel.models import valid_on
from ioc.kernel.rights import LEAD
from ioc.management.forms.base import VALIDITY, DayInput, RecordForm, Section
from ioc.management.forms.fields import CategoryField, ChoiceLinesField, OrganizationsField
from ioc.management.forms.rules import ANSWERS
from ioc.management.models import AnswerTemplate, Category, CategoryQuestion, Colour, FieldOfWork, Person, Position
from ioc.management.rules.answers import FIELDS, flaws

_NAMES: Final = """
circle-alert trash-2 recycle leaf tree-pine trees sprout shrub flame factory biohazard droplet droplets waves dam
cloud-fog volume-2 drum ear-off wrench construction road bridge traffic-cone circle-parking car bus truck bike
train-front ship signpost-big lightbulb lightbulb-off utility-pole plug-zap cable network phone tower-control
building building-2 house brick-wall fence land-plot shovel hard-hat church landmark school university
graduation-cap book-open library baby heart-pulse hospital stethoscope pill syringe ambulance utensils apple milk
egg fish store shopping-cart hotel tent music party-popper dog paw-print bug turtle shield-alert siren flag
megaphone user users briefcase stamp file-text gavel scale handshake wallet receipt globe smartphone monitor cctv
camera umbrella cloud-lightning tornado mountain lamp-floor armchair toilet cigarette skull
"""
ICONS: Final = tuple(_NAMES.split())
"""The icons that suit categories, from those that the pages' sprite holds."""


class IconChoice(forms.RadioSelect):
    """An icon, chosen by seeing it (see `management/field.html`)."""


class ColourChoice(forms.RadioSelect):
    """A colour, chosen by seeing it; each also has its name."""


class CategoryForm(RecordForm):
    """A field of matters."""

    parent = CategoryField(tops_only=True)
    icon = forms.ChoiceField(widget=IconChoice)
    colour = forms.ChoiceField(choices=Colour.choices, widget=ColourChoice, required=False)
    sections = (
        Section(_("What it is called"), ("name", "name_en", "code", "description", "parent", "position")),
        Section(_("How it is found"), ("keywords", "icon", "colour")),
        Section(_("How it is treated"), ("is_public", "needs_evidence", "place_precision_m")),
        VALIDITY,
    )
    labels = {
        "icon": _("Icon"),
        "colour": _("Colour"),
        "keywords": _("Words that point to it"),
        "is_public": _("Reports are shown to the public"),
        "needs_evidence": _("The outcome needs a photo or a document"),
        "place_precision_m": _("Coarsen the public place to (metres)"),
    }
    hints = {
        "parent": _("Empty for a category at the top. There are two levels."),
        "colour": _("Tells categories apart on maps and lists; never the only sign."),
        "keywords": _("Separated by commas. They suggest the category while somebody types."),
        "place_precision_m": _("0 shows the exact place. Staff who handle it always see the exact place."),
    }

    class Meta:
        model = Category
        fields = (
            "name", "name_en", "code", "description", "parent", "position", "icon", "colour", "keywords",
            "is_public", "needs_evidence", "place_precision_m", "valid_from", "valid_to",
        )  # fmt: skip
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        icons = dict.fromkeys([*ICONS, self.instance.icon])
        cast("forms.ChoiceField", self.fields["icon"]).choices = [(name, name) for name in icons]

    def clean_colour(self) -> str:
        """The colour; who chose none gets the quiet one."""
        return self.cleaned_data["colour"] or Colour.SLATE


class QuestionForm(RecordForm):
    """Something asked of who reports in a category."""

    category = CategoryField(required=True)
    datatype = forms.ChoiceField(choices=list(ANSWERS.items()))
    values = ChoiceLinesField(required=False)
    asked_after = forms.SlugField(max_length=40, required=False)
    labels = {
        "datatype": _("The answer is"),
        "text": _("Question"),
        "text_en": _("Question in English"),
        "hint": _("Help for answering"),
        "required": _("Must be answered"),
        "values": _("Choices"),
        "asked_after": _("Asked only after the question"),
        "asked_if": _("… and only if the answer there is"),
    }
    hints = {
        "values": _("One a line, as key = name. Only for lists."),
        "asked_after": _("Its code; it must be a list and come before this one. Empty: always asked."),
        "asked_if": _("The key of one of its choices."),
    }

    class Meta:
        model = CategoryQuestion
        fields = (
            "category", "text", "text_en", "code", "hint", "datatype", "values", "required", "position",
            "asked_after", "asked_if",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A list needs choices, a condition a question before it and one of its answers."""
        cleaned = super().clean()
        self._check_condition(cleaned)
        is_list = str(cleaned.get("datatype", "")).endswith("valuelist")
        if is_list and not cleaned.get("values") and "values" not in self.errors:
            self.add_error("values", _("A list needs at least one choice."))
        return cleaned

    def _check_condition(self, cleaned: dict[str, Any]) -> None:
        code, key = cleaned.get("asked_after", ""), cleaned.get("asked_if", "")
        if not code and not key:
            return
        before = CategoryQuestion.objects.filter(
            category=cleaned.get("category"), code=code, position__lt=cleaned.get("position") or 0
        ).first()
        if before is None or before.pk == self.instance.pk:
            self.add_error("asked_after", _("There is no question of this code before this one in the category."))
        elif key not in {one["key"] for one in before.values}:
            names = ", ".join(one["key"] for one in before.values) or "–"
            self.add_error("asked_if", _("Choose one of: %(keys)s.") % {"keys": names})


class AnswerTextField(forms.CharField):
    """Words with fields; a field that does not exist is told with its place."""

    widget = forms.Textarea

    def validate(self, value: Any) -> None:
        """Raises:
        ValidationError: a field is unknown, or braces are left open.
        """
        super().validate(value)
        wrong = [
            ValidationError(
                _("Line %(line)s, letter %(column)s: “%(found)s” is no field."),
                params={"line": one.line, "column": one.column, "found": one.found},
            )
            for one in flaws(value or "")
        ]
        if wrong:
            raise ValidationError(wrong)


class AnswerTemplateForm(RecordForm):
    """Words that staff put into what they write to a reporter."""

    category = CategoryField()
    text = AnswerTextField(max_length=2000)
    text_en = AnswerTextField(max_length=2000, required=False)
    sections = (
        Section(
            _("Where it is offered"),
            ("name", "purpose", "category", "position"),
            _("Without a category it is offered in all of them."),
        ),
        Section(_("The words"), ("text", "text_en")),
        VALIDITY,
    )
    labels = {
        "name": _("Short name, for choosing"),
        "purpose": _("Used to"),
        "text": _("Words"),
        "text_en": _("Words in English"),
    }
    hints = {"text": _("Fields are filled in when it is used: %(fields)s.")}

    class Meta:
        model = AnswerTemplate
        fields = ("name", "purpose", "category", "position", "text", "text_en", "valid_from", "valid_to")
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ", ".join(f"{{{{{name}}}}} ({words})" for name, words in FIELDS.items())
        self.fields["text"].help_text = str(self.hints["text"]) % {"fields": names}
        for name in ("text", "text_en"):
            self.fields[name].widget.attrs.update({"rows": 6, "data-preview-source": ""})


class FieldOfWorkForm(RecordForm):
    """A field of the province's work, and who looks after it."""

    organizations = OrganizationsField()
    leaders = forms.ModelMultipleChoiceField(Person.objects.none(), required=False)
    sections = (
        Section(_("What it is called"), ("name", "name_en", "code", "position")),
        Section(_("Who looks after it"), ("organizations", "leaders")),
        VALIDITY,
    )
    labels = {"organizations": _("Agencies"), "leaders": _("Leaders in charge")}
    hints = {"organizations": _("Hold Ctrl to choose several."), "leaders": _("Hold Ctrl to choose several.")}

    class Meta:
        model = FieldOfWork
        fields = ("name", "name_en", "code", "position", "organizations", "leaders", "valid_from", "valid_to")
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Position.objects.filter(valid_on(local_date(now())), role__rights__contains=[LEAD])
        people = Person.objects.filter(id__in=held.values("person_id")).order_by("full_name")
        cast("forms.ModelMultipleChoiceField[Person]", self.fields["leaders"]).queryset = people
