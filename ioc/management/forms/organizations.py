"""The form for a scheme of official codes."""

from django.utils.translation import gettext_lazy as _

from ioc.management.forms.base import VALIDITY, DayInput, RecordForm, Section
from ioc.management.models import CodeScheme


class CodeSchemeForm(RecordForm):
    """How the codes of a scheme are written, and which document says so."""

    sections = (
        Section(_("What it is"), ("code", "name", "name_en", "legal_basis")),
        Section(
            _("How a code is written"),
            ("pattern", "check_rule", "example"),
            _("Codes that do not follow are not taken; those given already stay."),
        ),
        Section(_("In lists"), ("position",)),
        VALIDITY,
    )
    labels = {
        "pattern": _("Pattern"),
        "check_rule": _("Also checked"),
        "example": _("Example"),
    }
    hints = {
        "pattern": _("A regular expression for the whole code, e.g. [A-Y][0-9]{2}(\\.[0-9A-Z]+)*"),
        "example": _("Must follow the pattern; shown to who types a code."),
    }

    class Meta:
        model = CodeScheme
        fields = (
            "code", "name", "name_en", "pattern", "check_rule", "example", "legal_basis", "position",
            "valid_from", "valid_to",
        )  # fmt: skip
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}
