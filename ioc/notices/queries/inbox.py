"""A person's inbox."""

from collections.abc import Sequence

from ioc.kernel.actors import Actor
from ioc.notices.models import Notice, NoticeChannel


def inbox_of(actor: Actor, *, most: int = 50) -> Sequence[Notice]:
    """The actor's latest notices; one statement."""
    if actor.person_id is None:
        return []
    mine = Notice.objects.filter(person_id=actor.person_id, channel=NoticeChannel.INBOX)
    return list(mine.order_by("-created_at")[:most])


def unread_count(actor: Actor, *, most: int = 99) -> int:
    """How many notices are new, counted up to `most`; one statement."""
    if actor.person_id is None:
        return 0
    new = Notice.objects.filter(person_id=actor.person_id, channel=NoticeChannel.INBOX, read_at__isnull=True)
    return new.order_by()[:most].count()
