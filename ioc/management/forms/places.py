"""Forms for areas, agencies and the province's own facts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ioc.kernel.clock import local_date, now
from ioc.management.actions.code_checks import MOVED_FROM_A_DAY
from ioc.management.forms.base import VALIDITY, DayInput, RecordForm, Section
from ioc.management.forms.fields import AreaField, OrganizationField
from ioc.management.models import Area, AreaLineage, Organization, OrganizationCode, Province


class AreaForm(RecordForm):
    """An administrative unit as it stands in a time."""

    parent = AreaField()
    sections = (
        Section(_("What it is"), ("level", "name", "short_name", "code", "parent")),
        Section(
            _("Where it is"),
            ("latitude", "longitude", "boundary_is_approximate"),
            _("A middle point in degrees. Boundaries come from a file: Areas › Boundaries from a file."),
        ),
        VALIDITY,
    )
    labels = {"boundary_is_approximate": _("The boundary is approximate")}
    hints = {
        "code": _("The official code of the unit, e.g. 07210."),
        "parent": _("A unit keeps the parent of its own time. After a merger add a new unit and tie it to the old."),
        "boundary_is_approximate": _("Maps then say so."),
    }

    class Meta:
        model = Area
        fields = (
            "level", "name", "short_name", "code", "parent",
            "latitude", "longitude", "boundary_is_approximate", "valid_from", "valid_to",
        )  # fmt: skip
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}


class LineageForm(RecordForm):
    """What became of a unit."""

    before = AreaField(required=True)
    after = AreaField(required=True)
    labels = {
        "before": _("The unit before"),
        "after": _("The unit after"),
        "kind": _("Kind of change"),
        "at": _("On"),
        "is_main": _("This is the main part"),
    }
    hints = {"is_main": _("Of a unit that was split: what has no exact place is counted here.")}

    class Meta:
        model = AreaLineage
        fields = ("before", "after", "kind", "at", "is_main", "legal_basis")
        widgets = {"at": DayInput()}


class OrganizationForm(RecordForm):
    """An agency."""

    parent = OrganizationField()
    area = AreaField()
    sections = (
        Section(_("What it is"), ("kind", "name", "short_name", "name_en", "code")),
        Section(_("Where it stands"), ("parent", "area", "phone")),
        VALIDITY,
    )
    hints = {
        "parent": _("The agency above it. Rights over the upper one reach this one."),
        "area": _("The area that it serves. A People's Committee gets the matters of its area."),
        "phone": _("Shown to colleagues who pass a matter on."),
    }

    class Meta:
        model = Organization
        fields = ("kind", "name", "short_name", "name_en", "code", "parent", "area", "phone", "valid_from", "valid_to")
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.valid_from < local_date(now()):
            self.fields["parent"].disabled = True
            self.fields["parent"].help_text = str(MOVED_FROM_A_DAY)


class OrganizationCodeForm(RecordForm):
    """A code of an agency in an official scheme."""

    organization = OrganizationField(required=True)
    labels = {"scheme": _("Scheme"), "value": _("Code")}
    hints = {"value": _("Blanks are left out; letters become capitals. What the scheme asks is checked.")}

    class Meta:
        model = OrganizationCode
        fields = ("organization", "scheme", "value", "valid_from", "valid_to")
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}


class ProvinceForm(RecordForm):
    """Whose centre this is."""

    area = AreaField(required=True)
    sections = (
        Section(_("Names"), ("name", "short_name", "name_en", "app_name", "code_prefix", "area")),
        Section(_("How people reach the centre"), ("hotline", "email")),
        Section(_("Map"), ("base_map", "map_held_at")),
    )
    labels = {
        "app_name": _("Name of the app"),
        "code_prefix": _("Letters before report codes"),
        "hotline": _("Hotline"),
        "base_map": _("Base map"),
        "map_held_at": _("Hold the map at a day"),
    }
    hints = {
        "app_name": _("What citizens see at the top of each page."),
        "code_prefix": _("Two to four letters. Codes already given stay as they are."),
        "base_map": _("Address of a PMTiles file or a tile server on your network; empty shows areas only."),
        "map_held_at": _("Only for training on the province as it was; empty in real use."),
    }

    class Meta:
        model = Province
        fields = (
            "name", "short_name", "name_en", "app_name", "code_prefix", "area",
            "hotline", "email", "base_map", "map_held_at",
        )  # fmt: skip
        widgets = {"map_held_at": DayInput()}

    def clean_code_prefix(self) -> Any:
        """Codes are read aloud: capital letters only."""
        prefix = str(self.cleaned_data["code_prefix"]).upper()
        if not (prefix.isascii() and prefix.isalpha()):
            raise forms.ValidationError(_("Use letters from A to Z only."))
        return prefix
