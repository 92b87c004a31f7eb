"""How delivery goes."""

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.notices.models import Notice, NoticeState


def backlog() -> dict[str | Promise, int]:
    """Notices that wait and that could not be delivered; one statement."""
    counts = Notice.objects.aggregate(
        queued=Count("id", filter=Q(state=NoticeState.QUEUED)),
        failed=Count("id", filter=Q(state=NoticeState.FAILED)),
    )
    return {_("Notices waiting"): counts["queued"], _("Notices that failed"): counts["failed"]}
