"""Reading one's own notices."""

from datetime import datetime

from ioc.kernel.actors import Actor
from ioc.notices.models import Notice, NoticeChannel


def mark_read(*, actor: Actor, at: datetime) -> int:
    """Mark all of the actor's inbox as read; how many were new."""
    if actor.person_id is None:
        return 0
    mine = Notice.objects.filter(person_id=actor.person_id, channel=NoticeChannel.INBOX, read_at__isnull=True)
    return mine.update(read_at=at)
