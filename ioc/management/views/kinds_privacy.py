"""The screens of the protection of personal data that are plain lists."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from ioc.kernel import personal_data
from ioc.management.forms import privacy
from ioc.management.forms.rules import UNITS
from ioc.management.views.describing import LEGAL, Column, Screen


def _yes_no(value: bool) -> Any:  # noqa: FBT001 - said in words, not decided upon
    return _("yes") if value else _("no")


def _kind(row: Any) -> Any:
    kind = personal_data.retained().get(row.kind)
    return kind.label if kind else row.kind


def _deed(row: Any) -> Any:
    kind = personal_data.retained().get(row.kind)
    return kind.deed if kind else ""


def _limit(row: Any, number: int) -> str:
    return f"{number} {UNITS[row.unit]}"


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
            Column(_("Answered within"), lambda row: _limit(row, row.answer_limit), quiet=False),
            Column(_("Carried out within"), lambda row: _limit(row, row.carry_out_limit)),
            LEGAL,
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
