"""What the health page and the overview say that somebody should see to."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from ioc.kernel import machine
from ioc.kernel.clock import now
from ioc.kernel.health import Worry
from ioc.management.queries.backups import Backups, standing

LEAST_FREE: Final = 0.1
CERTIFICATE_WARNING: Final = timedelta(days=21)
_BACKUPS: Final = "/manage/backups/"
_HEALTH: Final = "/manage/health/"


def worries() -> list[Worry]:
    """What is wrong with back-ups and the disk at this moment."""
    return [*_about_backups(standing(), now()), *_about_disk()]


def _about_backups(found: Backups, at: datetime) -> Iterator[Worry]:
    if found.plan is None or not found.plan.is_on:
        yield Worry(_("No back-ups are made."), _BACKUPS, is_grave=True)
        return
    if found.is_old(at=at):
        yield Worry(_("There is no good back-up of the last day."), _BACKUPS, is_grave=True)
    if found.owes_test(at=at):
        yield Worry(_("Nobody has restored a back-up on trial for three months."), _BACKUPS)


def _about_disk() -> Iterator[Worry]:
    if machine.disk().share_free < LEAST_FREE:
        yield Worry(_("The disk of the files is nearly full."), _HEALTH, is_grave=True)


def about_certificate(ends_at: datetime | None, *, at: datetime) -> list[Worry]:
    """Whether the certificate runs out soon; asked by the health page only, as it takes a connection."""
    if ends_at is None or ends_at - at > CERTIFICATE_WARNING:
        return []
    return [Worry(_("The certificate of this address runs out soon."), _HEALTH, is_grave=True)]
