"""Checking the audit log night by night, so that a broken chain is known the next morning."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from ioc.kernel.actors import Actor
from ioc.kernel.rights import READ_AUDIT
from ioc.management.actions.audit_chain import lengthen, write_checkpoint
from ioc.management.models import AuditCheck
from ioc.management.queries.audit_chain import Verified, verify


def check_chain(*, at: datetime, tell: Callable[[int, int], object] = lambda done, total: None) -> Verified:
    """Put what waits in the chain, follow all of it, and keep what was found; a chain that holds gets a checkpoint.

    `tell` hears how many of how many entries were read.
    """
    lengthen()
    found = verify(tell=tell)
    AuditCheck.objects.create(
        at=at, verified_to=found.number, unchained=found.unchained, checkpoints=found.checkpoints,
        seconds=found.seconds, fault_count=found.fault_count, faults=[fault.as_dict() for fault in found.faults],
    )  # fmt: skip
    if found.holds:
        write_checkpoint(at=at)
    return found


def ask_for_check(*, actor: Actor) -> None:
    """Have the chain checked in the background, now; one that waits already is enough.

    Raises:
        Forbidden: the actor may not read the audit log.
    """
    from ioc.management.jobs import check_audit_now  # noqa: PLC0415 - jobs stand on actions

    actor.require(READ_AUDIT)
    with suppress(AlreadyEnqueued), transaction.atomic():
        check_audit_now.defer()
