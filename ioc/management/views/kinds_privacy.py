"""The screens of the protection of personal data that are plain lists."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from ioc.kernel import personal_data
from ioc.management.forms import privacy
from ioc.management.forms.rules import UNITS
from ioc.management.views.describing import LEGAL, Column, Mark, Paper, Screen

_TO_BE_CHECKED: Final = Mark(_("to be checked"), tone="warning", icon="triangle-alert")


def _yes_no(value: bool) -> Any:  # noqa: FBT001 - said in words, not decided upon
    return _("yes") if value else _("no")


def _register(rows: Iterable[Any], count: int) -> Paper:
    said = _("%(n)s purposes of processing, as the register stood on the day above.")
    return Paper(
        "management/processing_register",
        {
            "lead": _("Kept under the Law on Personal Data Protection 91/2025/QH15 and Decree 356/2025/NĐ-CP."),
            "records": [{"purpose": row.purpose, "facts": _processing_facts(row)} for row in rows],
            "count": said % {"n": count},
        },
        kind=_("Register"),
        title=_("Processing of personal data"),
    )


def _processing_facts(row: Any) -> list[tuple[Any, Any]]:
    until = f"{row.valid_to:%d/%m/%Y}" if row.valid_to else ""
    return [
        (_("Legal basis"), row.legal_basis),
        (_("Who answers for it"), row.responsible),
        (_("Whose data"), row.persons),
        (_("Which data"), row.data),
        (_("Sensitive"), _yes_no(row.has_sensitive)),
        (_("Who gets it"), row.recipients),
        (_("How long it is kept"), row.retention),
        (_("How it is kept safe"), row.measures),
        (_("In force"), f"{row.valid_from:%d/%m/%Y} – {until}"),
    ]


def _kind(row: Any) -> Any:
    kind = personal_data.retained().get(row.kind)
    return kind.label if kind else row.kind


def _deed(row: Any) -> Any:
    kind = personal_data.retained().get(row.kind)
    return kind.deed if kind else ""


def _checked(row: Any) -> Any:
    return _TO_BE_CHECKED if row.must_be_checked else _("yes")


PRIVACY: Final[tuple[Screen, ...]] = (
    Screen(
        kind="processing_record",
        slug="processing",
        title=_("Records of processing"),
        one=_("record of processing"),
        icon="clipboard-list",
        lead=_("What personal data is used for, by which right, whose it is, who gets it and how long it is kept."),
        form=privacy.ProcessingForm,
        columns=(
            Column(_("Purpose"), lambda row: row.purpose, quiet=False, sort="purpose"),
            Column(_("Whose data"), lambda row: row.persons),
            Column(_("Which data"), lambda row: row.data, in_file=True),
            Column(_("Sensitive"), lambda row: _yes_no(row.has_sensitive)),
            Column(_("Who gets it"), lambda row: row.recipients, in_file=True),
            Column(_("How long it is kept"), lambda row: row.retention),
            Column(_("How it is kept safe"), lambda row: row.measures, in_file=True),
            Column(_("Who answers for it"), lambda row: row.responsible, in_file=True),
            LEGAL,
        ),
        paper=_register,
    ),
    Screen(
        kind="consent_text",
        slug="consents",
        title=_("Consent texts"),
        one=_("consent text"),
        icon="stamp",
        lead=_("What people read and agree to. The version is kept with each report."),
        form=privacy.ConsentForm,
        columns=(
            Column(_("Where it is asked"), lambda row: row.get_place_display(), quiet=False),
            Column(_("Version"), lambda row: row.version, quiet=False, sort="version"),
            Column(_("Words"), lambda row: row.text),
            Column(_("Must be ticked"), lambda row: _yes_no(row.needs_tick)),
            LEGAL,
        ),
    ),
    Screen(
        kind="data_request_term",
        slug="data-terms",
        title=_("Limits of requests about data"),
        one=_("limit of requests about data"),
        icon="timer",
        lead=_("By when a request about personal data is answered, and by when it is carried out."),
        form=privacy.TermForm,
        columns=(
            Column(_("For which requests"), lambda row: row.get_kind_display() if row.kind else _("any"), quiet=False),
            Column(_("Answered within"), lambda row: f"{row.answer_limit} {UNITS[row.unit]}", quiet=False),
            Column(_("Carried out within"), lambda row: f"{row.carry_out_limit} {UNITS[row.carry_out_unit]}"),
            LEGAL,
            Column(_("Where the limits were read"), lambda row: row.source),
            Column(_("Checked"), _checked, quiet=False),
        ),
    ),
    Screen(
        kind="retention_rule",
        slug="retention",
        title=_("How long data is kept"),
        one=_("rule of how long data is kept"),
        icon="hourglass",
        lead=_("After this time a kind of data goes, every night. Try a rule out before you switch it on."),
        form=privacy.RetentionForm,
        columns=(
            Column(_("Kind of data"), _kind, quiet=False),
            Column(_("Number of days"), lambda row: row.days, quiet=False, sort="days"),
            Column(_("What is done"), _deed),
            Column(_("Switched on"), lambda row: _yes_no(row.is_on), quiet=False),
            LEGAL,
        ),
    ),
)
