"""Forms for changes of agencies. They are filled in by address (GET), so that what would happen is shown before it is
sent; each gives the plan that the action takes."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from ioc.management.forms.base import LABELS, DayInput, PlainForm, Section
from ioc.management.forms.fields import AreaField, OrganizationField, OrganizationsField
from ioc.management.models import Organization, OrganizationKind
from ioc.management.rules.reorganizing import CLOSE, MERGE, MOVE, RENAME, SPLIT, NewOrganization, Part, Plan

PARTS: Final = 3
"""How many parts the form for a split offers."""
_WHEN: Final = Section(
    _("When and why"),
    ("day", "legal_basis", "reason"),
    _("Today takes effect at once; a later day is planned, can be withdrawn, and takes effect at midnight."),
)


class PartForm(PlainForm):
    """Who takes over: an agency that stands, or a new one."""

    target = OrganizationField()
    name = forms.CharField(max_length=200, required=False)
    short_name = forms.CharField(max_length=80, required=False)
    name_en = forms.CharField(max_length=200, required=False)
    code = forms.SlugField(max_length=40, required=False)
    kind = forms.ChoiceField(choices=[("", "—"), *OrganizationKind.choices], required=False)
    parent = OrganizationField()
    area = AreaField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = str(_PART_LABELS.get(name) or LABELS[name])
        self.fields["target"].queryset = standing_agencies()  # type: ignore[attr-defined]

    @property
    def is_new(self) -> bool:
        """Whether a new agency is described."""
        return any(self.data.get(self.add_prefix(name)) for name in ("name", "code", "short_name"))

    def clean(self) -> dict[str, Any]:
        """One of the two, and a new agency with all that it needs."""
        given = self.cleaned_data
        if given.get("target") and self.is_new:
            self.add_error("target", _("Choose an agency or describe a new one, not both."))
        if self.is_new:
            for name in ("name", "short_name", "code", "kind"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("A new agency needs this."))
        return given

    def part(self) -> Part | None:
        """Who takes over; None where nobody was named."""
        given = self.cleaned_data
        if given["target"]:
            return Part(organization_id=given["target"].pk)
        if not self.is_new:
            return None
        parent, area = given["parent"], given["area"]
        return Part(
            new=NewOrganization(
                code=given["code"], name=given["name"], short_name=given["short_name"], name_en=given["name_en"],
                kind=given["kind"], parent_id=parent.pk if parent else None, area_id=area.pk if area else None,
            )
        )  # fmt: skip


_PART_LABELS: Final = {"target": _("An agency that stands"), "code": _("Code")}


def standing_agencies() -> Any:
    """The agencies that can take over."""
    return Organization.objects.filter(valid_to__isnull=True).order_by("name")


class ChangeForm(PlainForm):
    """What every change asks: the day, and the decision or the reason."""

    day = forms.DateField(widget=DayInput(), label=_("From this day on"))
    legal_basis = forms.CharField(
        max_length=300, required=False, label=_("Legal basis"), help_text=_("Number and date of the decision.")
    )
    reason = forms.CharField(max_length=1000, required=False, label=_("Reason"))
    parts_wanted: ClassVar[int] = 0

    def __init__(self, *args: Any, source: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        self.parts = [PartForm(self.data or None, prefix=f"part{number}") for number in range(self.parts_wanted)]

    def is_valid(self) -> bool:
        """With the parts."""
        # All of them, so that every part says what is wrong with it.
        return all([super().is_valid(), *(part.is_valid() for part in self.parts)])

    @property
    def says_why(self) -> bool:
        """Whether the decision or a reason is given; without one nothing is done, but it can be looked at."""
        given = self.cleaned_data
        return bool(given.get("legal_basis") or given.get("reason"))

    def named_parts(self) -> tuple[Part, ...]:
        """The parts that were filled in."""
        return tuple(part for form in self.parts if (part := form.part()) is not None)

    def plan(self) -> Plan:
        """The plan."""
        raise NotImplementedError

    def hidden(self) -> Iterator[tuple[str, str]]:
        """What was asked, for the form that carries it out."""
        sent = self.data if isinstance(self.data, MultiValueDict) else MultiValueDict()
        for name, values in sent.lists():
            if name not in {"csrfmiddlewaretoken", "form_key"}:
                yield from ((name, str(value)) for value in values)


class RenameForm(ChangeForm):
    """A new name from a day on."""

    name = forms.CharField(max_length=200, label=_("New name"))
    short_name = forms.CharField(max_length=80, label=_("New short name"))
    name_en = forms.CharField(max_length=200, required=False, label=_("New name in English"))
    sections = (Section(_("New name"), ("name", "short_name", "name_en")), _WHEN)

    def plan(self) -> Plan:
        """The plan."""
        given = self.cleaned_data
        return Plan(
            kind=RENAME, sources=(self.source.pk,),
            name=given["name"], short_name=given["short_name"], name_en=given["name_en"],
        )  # fmt: skip


class CloseForm(ChangeForm):
    """An end, with who takes over."""

    successor = OrganizationField()
    sections = (Section(_("Who takes over"), ("successor",)), _WHEN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        field.label = str(_("Successor"))
        field.help_text = str(_("Needed while the agency holds work, people, routing rows or agencies below it."))
        field.queryset = standing_agencies().exclude(pk=self.source.pk)  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        """The plan."""
        successor = self.cleaned_data["successor"]
        parts = (Part(organization_id=successor.pk),) if successor else ()
        return Plan(kind=CLOSE, sources=(self.source.pk,), parts=parts)


class MergeForm(ChangeForm):
    """Several agencies become one: one that stands, or a new one."""

    others = OrganizationsField(widget=forms.CheckboxSelectMultiple)
    parts_wanted = 1
    sections = (Section(_("Which agencies end"), ("others",)), _WHEN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["others"]
        field.label = str(_("Ends together with this agency"))
        field.help_text = str(_("Leave empty when only this one goes into another."))
        field.queryset = standing_agencies().exclude(pk=self.source.pk)  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        """The plan."""
        others = tuple(one.pk for one in self.cleaned_data["others"])
        return Plan(kind=MERGE, sources=(self.source.pk, *others), parts=self.named_parts())


class SplitForm(ChangeForm):
    """One agency becomes several, or gives a part away and goes on."""

    goes_on = forms.BooleanField(
        required=False,
        label=_("The agency itself goes on"),
        help_text=_("Then only what you send to a part goes away; all else stays."),
    )
    parts_wanted = PARTS
    sections = (Section(_("What becomes of it"), ("goes_on",)), _WHEN)

    def plan(self) -> Plan:
        """The plan, with what was sent where."""
        parts = self.named_parts()
        return Plan(
            kind=SPLIT,
            sources=(self.source.pk,),
            parts=parts,
            sources_end=not self.cleaned_data["goes_on"],
            positions={int(key): number for key, number in self._chosen("positions", len(parts)).items()},
            routing={int(key): number for key, number in self._chosen("routing", len(parts)).items()},
            work=self._chosen("work", len(parts)),
        )

    def _chosen(self, sort: str, parts: int) -> Mapping[str, int]:
        """What was sent to which part: fields "positions:12" = "1". What makes no sense is left out."""
        found: dict[str, int] = {}
        for name, value in self.data.items():
            kind, mark, key = name.partition(":")
            if kind == sort and mark and value.isdigit() and int(value) < parts and (sort == "work" or key.isdigit()):
                found[key] = int(value)
        return found


class MoveForm(ChangeForm):
    """A place under another agency."""

    parent = OrganizationField()
    sections = (Section(_("Where it goes"), ("parent",)), _WHEN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        field.label = str(_("Comes under"))
        field.help_text = str(_("What is below it comes along."))
        field.empty_label = str(_("no agency above it"))  # type: ignore[attr-defined]
        within = standing_agencies().filter(path__startswith=self.source.path)
        field.queryset = standing_agencies().exclude(pk__in=within)  # type: ignore[attr-defined]

    def clean_parent(self) -> Organization | None:
        """Another place than the one where it stands."""
        parent: Organization | None = self.cleaned_data["parent"]
        if (parent.pk if parent else None) == self.source.parent_id:
            raise forms.ValidationError(_("It stands there already."))
        return parent

    def plan(self) -> Plan:
        """The plan."""
        parent = self.cleaned_data["parent"]
        return Plan(kind=MOVE, sources=(self.source.pk,), sources_end=False, parent_id=parent.pk if parent else None)


FORMS: Final[Mapping[str, type[ChangeForm]]] = {
    RENAME: RenameForm,
    MERGE: MergeForm,
    SPLIT: SplitForm,
    CLOSE: CloseForm,
    MOVE: MoveForm,
}
