"""Forms for systems and their rollout."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ioc.kernel.clock import local_date, now
from ioc.kernel.text import fold
from ioc.management.forms.base import VALIDITY, DayInput, PlainForm, RecordForm, Section
from ioc.management.forms.fields import AreaField
from ioc.management.models import AreaLevel, Audience, Rollout, System
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef
from ioc.management.queries.rollout_plan import OpeningPlan

_DAYS = {"valid_from": DayInput(), "valid_to": DayInput()}


class SystemForm(RecordForm):
    """The words of a system."""

    sections = (
        Section(_("What it is called"), ("name", "name_en", "position")),
        Section(
            _("What people read where it is not open yet"),
            ("closed_text", "closed_text_en"),
            _("The day on which it opens, the hotline and the commune's office are added by themselves."),
        ),
    )
    labels = {"closed_text": _("Words"), "closed_text_en": _("Words in English")}
    hints = {"closed_text": _("Leave empty for the usual words.")}

    class Meta:
        model = System
        fields = ("name", "name_en", "position", "closed_text", "closed_text_en")


class SystemField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A system by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(System.objects.order_by("position", "id"), **kwargs)


class RolloutForm(RecordForm):
    """One system, opened to one audience in an area."""

    system = SystemField()
    area = AreaField()
    sections = (
        Section(
            _("What is open for whom, and where"),
            ("system", "audience", "area"),
            _("From the first row on, the system is open to these people only where a row says so."),
        ),
        Section(_("What people are told"), ("note", "note_en")),
        Section(_("In force"), ("legal_basis", "valid_from", "valid_to"), VALIDITY.lead),
    )
    labels = {
        "system": _("System"),
        "audience": _("For whom"),
        "note": _("Note to people"),
        "note_en": _("The same in English"),
    }
    hints = {
        "area": _("Empty for the whole province. An area opens with all below it."),
        "note": _("Shown where it is not open yet, beside the day on which it opens."),
    }

    class Meta:
        model = Rollout
        fields = ("system", "audience", "area", "note", "note_en", "legal_basis", "valid_from", "valid_to")
        widgets = _DAYS


class OpenForm(PlainForm):
    """Opening areas from a day on, in one step."""

    systems = forms.MultipleChoiceField(label=_("Systems"), widget=forms.CheckboxSelectMultiple)
    audiences = forms.MultipleChoiceField(
        label=_("For whom"), widget=forms.CheckboxSelectMultiple, choices=Audience.choices
    )
    areas = forms.MultipleChoiceField(
        label=_("Areas"),
        required=False,
        help_text=_("None chosen: the whole province. A district opens all its communes."),
    )
    valid_from = forms.DateField(label=_("From (this day included)"), widget=DayInput())
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=300,
        help_text=_("Number of the document and the article, e.g. Decision 05/2023/QĐ-UBND, Art. 7."),
    )
    note = forms.CharField(
        label=_("Note to people"),
        required=False,
        max_length=300,
        help_text=_("Shown where it is not open yet, beside the day on which it opens."),
    )
    note_en = forms.CharField(label=_("The same in English"), required=False, max_length=300)
    sections = (
        Section(_("What is open for whom, and where"), ("systems", "audiences", "areas")),
        Section(_("From when"), ("valid_from", "legal_basis")),
        Section(_("What people are told"), ("note", "note_en")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = (
            self.data.getlist("areas")
            if isinstance(self.data, QueryDict)
            else self.get_initial_for_field(self.fields["areas"], "areas")
        )
        self.area_groups = _groups(set(given or ()))
        choices: dict[str, list[tuple[str, str]]] = {
            "systems": [(one.code, one.label) for one in loading.current().systems.values()],
            "areas": [
                (one.value, one.name)
                for group in self.area_groups
                for one in (*((group.whole,) if group.whole else ()), *group.options)
            ],
        }
        for name, options in choices.items():
            cast("forms.MultipleChoiceField", self.fields[name]).choices = options

    def plan(self) -> OpeningPlan:
        """What was asked for."""
        given = self.cleaned_data
        return OpeningPlan(
            systems=tuple(given["systems"]),
            audiences=tuple(given["audiences"]),
            areas=tuple(int(area) for area in given["areas"]),
            valid_from=given["valid_from"],
            legal_basis=given["legal_basis"],
            note=given["note"],
            note_en=given["note_en"],
        )


@dataclass(frozen=True, slots=True)
class Option:
    """An area to choose."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """A district as a whole (None where there are no districts) with its communes."""

    name: str
    whole: Option | None
    options: Sequence[Option]

    @property
    def chosen(self) -> int:
        """How many are chosen."""
        return sum(one.is_chosen for one in (*self.options, *((self.whole,) if self.whole else ())))


def _groups(chosen: Collection[str]) -> list[AreaGroup]:
    """The communes of the day's map under their districts, both by name."""
    reference = loading.current()
    communes = reference.communes_on(reference.map_day(now()))
    by_parent: dict[int | None, list[Option]] = {}
    for area in communes:
        parent = reference.areas.get(area.parent_id or 0)
        district = parent.id if parent and parent.level == AreaLevel.DISTRICT else None
        by_parent.setdefault(district, []).append(_option(area, chosen))
    groups = [
        AreaGroup(
            name=reference.areas[district].name if district else "",
            whole=_option(reference.areas[district], chosen) if district else None,
            options=options,
        )
        for district, options in by_parent.items()
    ]
    return sorted(groups, key=lambda group: fold(group.name))


def _option(area: AreaRef, chosen: Collection[str]) -> Option:
    return Option(str(area.id), area.name, str(area.id) in chosen)


def next_monday() -> str:
    """The Monday to come, as the day field takes it."""
    today = local_date(now())
    return today.fromordinal(today.toordinal() + 7 - today.weekday()).isoformat()
