"""The back-ups that were made, and whether they can be relied on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ioc.kernel.actors import Actor
from ioc.kernel.rights import MANAGE
from ioc.management.models import BackupPlan, BackupRun, BackupRunKind

TOO_OLD: Final = timedelta(hours=26)
"""A daily back-up may take its time, and then somebody must look."""
TEST_EVERY: Final = timedelta(days=92)
_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Backups:
    """The plan, the runs of late, the newest good back-up and the newest good trial of restoring one."""

    plan: BackupPlan | None
    runs: list[BackupRun]
    last: BackupRun | None
    last_test: BackupRun | None

    def is_old(self, *, at: datetime) -> bool:
        """Whether the newest good back-up is older than it may be, or there is none."""
        return self.last is None or at - self.last.began_at > TOO_OLD

    def owes_test(self, *, at: datetime) -> bool:
        """Whether nobody has restored one on trial for a quarter of a year."""
        return self.last_test is None or at - self.last_test.began_at > TEST_EVERY


def backups(*, actor: Actor) -> Backups:
    """How back-ups stand.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    return standing()


def standing() -> Backups:
    """How back-ups stand, for the machine's own watching."""
    good = BackupRun.objects.filter(problem="", ended_at__isnull=False).order_by("-began_at")
    return Backups(
        plan=BackupPlan.objects.first(),
        runs=list(BackupRun.objects.order_by("-began_at")[:_SHOWN]),
        last=good.filter(kind=BackupRunKind.BACKUP).first(),
        last_test=good.filter(kind=BackupRunKind.RESTORE_TEST).first(),
    )
