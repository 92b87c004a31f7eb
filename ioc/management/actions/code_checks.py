"""What is looked at before an official code, a scheme of codes or an agency is saved."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from ioc.kernel import open_work
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid
from ioc.kernel.open_work import Holder
from ioc.management.models import CodeScheme, Organization, OrganizationCode
from ioc.management.rules.organization_codes import check_code, check_pattern, tidy_code

MOVED_FROM_A_DAY: Final = _(
    "It has stood there since before today. “Move” on the agency's page puts it under another from a day on and shows"
    " first whose rights change; here its place is corrected on its first day only."
)


def check_record(row: models.Model) -> None:
    """Look at the meaning of a code, a scheme or an agency that is about to be saved; a code is tidied. Others pass.

    Raises:
        Invalid: the code is not written as its scheme asks, the scheme's own pattern does not work, or the agency
            would end while it holds open work, or come under another after its first day.
    """
    if isinstance(row, OrganizationCode):
        _check_code(row)
    elif isinstance(row, CodeScheme):
        check_pattern(row.pattern, example=row.example)
        if row.example:
            _check_example(row)
    elif isinstance(row, Organization) and row.pk is not None:
        _check_place(row)
        if row.valid_to is not None:
            _check_end(row)


def _check_code(row: OrganizationCode) -> None:
    if row.scheme_id is None:
        return  # said by the row's own checks
    scheme = CodeScheme.objects.filter(code=row.scheme_id).first()
    if scheme is None:
        raise Invalid(fields={"scheme": _("There is no such scheme.")})
    row.value = tidy_code(row.value)
    check_code(row.value, pattern=scheme.pattern, check_rule=scheme.check_rule)


def _check_place(row: Organization) -> None:
    """A place in the tree that is typed into the form has no day: it is corrected on the first day only."""
    before = Organization.objects.filter(pk=row.pk).values("parent_id", "valid_from").first()
    if before and before["parent_id"] != row.parent_id and before["valid_from"] < local_date(now()):
        raise Invalid(fields={"parent": MOVED_FROM_A_DAY})


def _check_end(row: Organization) -> None:
    """A day of end that is typed into the form hands nothing over: only who holds nothing ends that way."""
    before = Organization.objects.filter(pk=row.pk).values_list("valid_to", flat=True).first()
    held = open_work.count(Holder(organization_id=row.pk)) if before != row.valid_to else 0
    if held:
        text = _("It still holds open work (%(count)d). Merge, split or dissolve it, so that a successor takes over.")
        raise Invalid(fields={"valid_to": text % {"count": held}})


def _check_example(row: CodeScheme) -> None:
    try:
        check_code(row.example, pattern=row.pattern, check_rule=row.check_rule)
    except Invalid as error:
        raise Invalid(fields={"example": error.fields["value"]}) from error
