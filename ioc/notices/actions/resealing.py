"""Sealing addresses and secrets again under a new key."""

from ioc.kernel.sealing import reseal_rows
from ioc.notices.models import Notice


def reseal_all() -> int:
    """Seal every address outside and every secret again under the newest key; how many notices. May be stopped and
    run again."""
    rows = Notice.objects.exclude(address_sealed=b"", secret_sealed=b"")
    return reseal_rows(rows, columns=("address_sealed", "secret_sealed"))
