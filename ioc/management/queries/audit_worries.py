"""What about the audit log a person must see to."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ioc.kernel.clock import local, now
from ioc.kernel.health import Worry
from ioc.management.models import AuditEntry
from ioc.management.queries.audit_chain import latest_check

_CHECKED_EVERY: Final = timedelta(hours=50)
_CHAINED_WITHIN: Final = timedelta(minutes=15)
_ADDRESS: Final = "/manage/audit/chain/"


def audit_worries() -> Iterator[Worry]:
    """A broken chain, a check that did not happen, entries that wait too long for their place."""
    check, moment = latest_check(), now()
    if check is not None and check.fault_count:
        text = ngettext(
            "The audit log was tampered with: %(n)s place does not hold.",
            "The audit log was tampered with: %(n)s places do not hold.",
            check.fault_count,
        ) % {"n": check.fault_count}
        yield Worry(text=text, href=_ADDRESS, is_grave=True)
    if check is not None and moment - check.at > _CHECKED_EVERY:
        since = f"{local(check.at):%d/%m/%Y %H:%M}"
        yield Worry(text=_("The audit log was last checked at %(since)s.") % {"since": since}, href=_ADDRESS)
    if AuditEntry.objects.filter(number__isnull=True, at__lt=moment - _CHAINED_WITHIN).exists():
        yield Worry(text=_("Entries of the audit log wait for their place in the chain."), href=_ADDRESS)
