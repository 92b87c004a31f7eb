"""When the managed lists changed."""

from datetime import datetime

from ioc.management.models import AuditEntry


def categories_changed_at() -> datetime | None:
    """When categories or their questions were last changed; one statement. None when never since the start."""
    changes = AuditEntry.objects.filter(record_kind__startswith="category")
    return changes.order_by("-at").values_list("at", flat=True).first()
