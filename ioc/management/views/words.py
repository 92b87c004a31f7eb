"""The audit log in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.management.forms.base import LABELS
from ioc.management.views.kinds import SCREENS

Text = str | Promise

VERBS: Final[Mapping[str, Text]] = {
    "added": _("added"),
    "changed": _("changed"),
    "removed": _("removed"),
    "issued": _("issued"),
    "revoked": _("revoked"),
    "suspended": _("suspended"),
    "readmitted": _("opened again"),
    "password_reset": _("gave a new password"),
    "second_factor_set_up": _("set up the second factor"),
    "second_factor_reset": _("took the second factor away"),
}
KIND_NAMES: Final[Mapping[str, Text]] = {
    **{screen.kind: screen.one for screen in SCREENS.values()},
    "api_token": _("key of a program"),
}
_LABELS: Final[Mapping[str, Mapping[str, Text]]] = {
    screen.kind: {**LABELS, **screen.form.labels} for screen in SCREENS.values()
}


def field_name(kind: str, field: str) -> Text:
    """What the forms call a field; its own name where no form shows it."""
    return _LABELS.get(kind, LABELS).get(field, field)
