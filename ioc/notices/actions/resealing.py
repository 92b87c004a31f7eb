"""Sealing addresses again under a new key."""

from ioc.kernel.sealing import reseal_rows
from ioc.notices.models import Notice


def reseal_all() -> int:
    """Seal every address outside again under the newest key; how many. May be stopped and run again."""
    return reseal_rows(Notice.objects.exclude(address_sealed=b""), columns=("address_sealed",))
