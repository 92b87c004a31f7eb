"""Forms for files of boundaries, for changes of administrative units, and for dividing a category among agencies."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from ioc.kernel.geofiles import MAX_BYTES
from ioc.kernel.models import valid_on
from ioc.management.forms.base import DayInput, PlainForm, Section
from ioc.management.forms.fields import AreaField
from ioc.management.models import Area, AreaLevel, LineageKind
from ioc.management.queries.area_changes import AreaChange
from ioc.management.rules.area_changes import After

MOST_PARTS: Final = 4
_KIND_OF_UNIT: Final = re.compile(r"^(thành phố|thị trấn|thị xã|đặc khu|phường|huyện|quận|tỉnh|xã)\s+", re.IGNORECASE)
_MERIDIANS: Final = {
    9205: "103°00′", 9206: "104°00′", 9207: "104°30′", 9208: "104°45′", 5897: "105°00′", 9209: "105°30′",
    9210: "105°45′", 9211: "106°00′", 9212: "106°15′", 9213: "106°30′", 9214: "107°00′", 9215: "107°15′",
    9216: "107°30′", 5899: "107°45′", 5898: "108°00′", 9217: "108°15′", 9218: "108°30′",
}  # fmt: skip
"""EPSG's numbers of VN-2000 in three-degree zones, by meridian; each province has its own (25/2014/TT-BTNMT)."""
SYSTEMS: Final = (
    ("", _("as the file says")),
    ("EPSG:4326", "WGS 84"),
    ("EPSG:4756", "VN-2000"),
    ("EPSG:3405", "VN-2000 / UTM 48N"),
    ("EPSG:3406", "VN-2000 / UTM 49N"),
    *((f"EPSG:{number}", f"VN-2000 / TM-3 {meridian}") for number, meridian in _MERIDIANS.items()),
)


class BoundaryFileForm(PlainForm):
    """A file of boundaries to be looked at."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("GeoJSON, a Shapefile as one .zip, or a GeoPackage; at most 60 MB."),
        widget=forms.FileInput(
            attrs={"class": "file-input w-full", "accept": ".geojson,.json,.zip,.gpkg,application/geo+json"}
        ),
    )
    day = forms.DateField(
        label=_("For the map of"), widget=DayInput(), help_text=_("The units that stand on that day.")
    )
    level = forms.ChoiceField(label=_("The file has"), choices=AreaLevel, initial=AreaLevel.COMMUNE)
    system = forms.ChoiceField(
        label=_("Coordinates"), choices=SYSTEMS, required=False,
        help_text=_("Only for a file that does not say so itself, such as a Shapefile without .prj."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Where it comes from"), max_length=300, required=False,
        help_text=_("Office, document and year, e.g. Department of Agriculture and Environment, 2025."),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """A file no longer than any may be."""
        given = self.cleaned_data["file"]
        if given.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is too large: at most 60 MB."))
        return given


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Units that stand on a day."""

    def label_from_instance(self, obj: Any) -> str:
        """ "Phường Kinh Bắc · 09163"."""
        return f"{obj.name} · {obj.code}"


class AreaChangeForm(PlainForm):
    """Units to merge, split, rename or move, with what begins after."""

    units = UnitsField(queryset=Area.objects.none(), label=_("Units that end"), widget=forms.CheckboxSelectMultiple())
    day = forms.DateField(label=_("From (this day included)"), widget=DayInput())
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300,
        help_text=_("The resolution that orders it, e.g. Resolution 1658/NQ-UBTVQH15."),
    )  # fmt: skip
    parent = AreaField(label=_("Comes under"))
    carry = forms.BooleanField(
        label=_("Positions and routing rows go along"), required=False, initial=True,
        help_text=_("Where a unit has one successor they end on that day and begin anew there."),
    )  # fmt: skip
    main = forms.ChoiceField(
        label=_("Main part"), required=False,
        help_text=_("What has no exact place is counted there."),
        choices=[(str(number), str(number + 1)) for number in range(MOST_PARTS)],
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, level: str, today: date, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        units = cast("UnitsField", self.fields["units"])
        units.queryset = Area.objects.filter(valid_on(today), level=level).defer("boundary").order_by("name")
        for number in range(self.parts):
            self._add_part(number)
        self._leave_out()

    @property
    def parts(self) -> int:
        """How many new units may be named."""
        return {LineageKind.SPLIT: MOST_PARTS, LineageKind.MOVED: 0}.get(LineageKind(self.kind), 1)

    def _add_part(self, number: int) -> None:
        needed = number < (2 if self.kind == LineageKind.SPLIT else 1)
        css = {"class": "input w-full"}
        self.fields[f"name_{number}"] = forms.CharField(
            label=_("Its name"), max_length=100, required=needed, widget=forms.TextInput(attrs=css),
            help_text=_("With its kind: Phường Kinh Bắc, Xã Tân Yên."),
        )  # fmt: skip
        self.fields[f"code_{number}"] = forms.RegexField(
            r"^[0-9A-Za-z]{1,10}$", label=_("Code"), required=needed, widget=forms.TextInput(attrs=css)
        )
        if self.kind == LineageKind.SPLIT:
            for name, label, most in (("latitude", _("Latitude"), 90), ("longitude", _("Longitude"), 180)):
                self.fields[f"{name}_{number}"] = forms.FloatField(
                    label=label, required=False, min_value=-most, max_value=most,
                    widget=forms.NumberInput(attrs=css | {"step": "any"}),
                )  # fmt: skip

    def _leave_out(self) -> None:
        """Fields that this kind of change does not ask for."""
        if self.kind != LineageKind.SPLIT:
            del self.fields["main"]
        else:
            del self.fields["carry"]
        if self.kind == LineageKind.MOVED:
            self.fields["parent"].required = True
        elif self.kind == LineageKind.RENAMED:
            del self.fields["parent"]

    def sectioned(self) -> Iterator[tuple[Section, list[BoundField]]]:
        """Each section with its fields; how many there are depends on the kind of change."""
        for section in self._sections():
            yield section, [self[name] for name in section.fields if name in self.fields]

    def _sections(self) -> tuple[Section, ...]:
        names = ("name", "code", "latitude", "longitude")
        parts = tuple(
            Section(
                _("Part %(number)d") % {"number": number + 1} if self.parts > 1 else _("The unit that begins"),
                tuple(f"{name}_{number}" for name in names if f"{name}_{number}" in self.fields),
            )
            for number in range(self.parts)
        )
        return (
            Section(_("What ends"), ("units", "day", "legal_basis")),
            *parts,
            Section(_("What else"), ("parent", "main", "carry")),
        )

    def asked(self) -> AreaChange:
        """The change as the action takes it; only of a valid form."""
        given = self.cleaned_data
        return AreaChange(
            kind=self.kind,
            before=tuple(row.pk for row in given["units"]),
            after=self._moved() if self.kind == LineageKind.MOVED else tuple(self._named()),
            day=given["day"],
            legal_basis=given["legal_basis"],
            carry=given.get("carry", False),
        )

    def _moved(self) -> tuple[After, ...]:
        parent = self.cleaned_data["parent"]
        return tuple(
            After(row.code, row.name, row.short_name, parent.pk, row.latitude, row.longitude)
            for row in self.cleaned_data["units"]
        )

    def _named(self) -> list[After]:
        given, parent = self.cleaned_data, self.cleaned_data.get("parent")
        main = given.get("main") or "0"
        return [
            After(
                code=given[f"code_{number}"], name=given[f"name_{number}"],
                short_name=short_name(given[f"name_{number}"]), parent_id=parent.pk if parent else None,
                latitude=given.get(f"latitude_{number}"), longitude=given.get(f"longitude_{number}"),
                is_main=str(number) == main,
            )
            for number in range(self.parts)
            if given.get(f"name_{number}") and given.get(f"code_{number}")
        ]  # fmt: skip


def short_name(name: str) -> str:
    """The name without the kind of unit: "Phường Kinh Bắc" is "Kinh Bắc"."""
    return _KIND_OF_UNIT.sub("", name).strip()[:80] or name[:80]
