"""Forms for populations: one row, and a file of them."""

import json
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from ioc.management.forms.base import PlainForm, RecordForm
from ioc.management.forms.fields import AreaField
from ioc.management.models import Population
from ioc.management.rules.population_cells import COLUMNS, Entry, read_row

_MOST_KEPT: Final = 5000


class PopulationForm(RecordForm):
    """The people of a unit in a year."""

    area = AreaField(required=True)
    labels = {
        "area": _("Unit"),
        "year": _("Year"),
        "people": _("Population"),
        "source": _("Source"),
        "is_estimate": _("This is an estimate"),
    }
    hints = {
        "source": _("Office and document, e.g. Statistical yearbook of the province, 2025."),
        "is_estimate": _("Screens then say so."),
    }

    class Meta:
        model = Population
        fields = ("area", "year", "people", "source", "is_estimate")


class PopulationFileForm(PlainForm):
    """A file of populations."""

    file = forms.FileField(
        label=_("Excel or CSV file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv", "class": "file-input w-full"}),
    )


class KeptRowsForm(forms.Form):
    """The rows that were looked at, sent along with the page: nothing of the file is kept in between."""

    rows = forms.JSONField()

    def clean_rows(self) -> list[tuple[int, dict[str, str]]]:
        """Numbers with cells; they are read and checked anew."""
        try:
            rows = [(int(number), {name: str(cells.get(name, "")) for name in COLUMNS})
                    for number, cells in self.cleaned_data["rows"]]  # fmt: skip
        except (AttributeError, TypeError, ValueError) as error:
            raise forms.ValidationError(_("This file cannot be read.")) from error
        return rows[:_MOST_KEPT]

    def entries(self, *, this_year: int) -> list[Entry]:
        """The rows as the action takes them; only of a valid form."""
        given: list[Any] = self.cleaned_data["rows"]
        return [read_row(number, cells, this_year=this_year) for number, cells in given]


def kept(entries: list[Entry]) -> str:
    """The rows for `KeptRowsForm`."""
    return json.dumps([(one.number, {name: text for name, text in one.cells.items() if text}) for one in entries])
