"""Putting stored photos, videos and documents into a report."""

from collections.abc import Sequence
from datetime import datetime

from ioc.onscene.models import Attachment, AttachmentPhase, Report
from ioc.onscene.rules.media import Media


def attachments_of(
    report: Report,
    media: Sequence[Media],
    *,
    phase: AttachmentPhase,
    at: datetime,
    organization_id: int | None = None,
) -> list[Attachment]:
    """The rows for files that are stored already, not yet written."""
    return [
        Attachment(
            report=report,
            file_id=one.sha256,
            phase=phase,
            organization_id=organization_id,
            taken_at=one.taken_at,
            latitude=one.latitude,
            longitude=one.longitude,
            position=number,
            added_at=at,
        )
        for number, one in enumerate(media)
    ]


def attach(
    report: Report,
    media: Sequence[Media],
    *,
    phase: AttachmentPhase,
    at: datetime,
    organization_id: int | None = None,
) -> None:
    """Add files that are stored already, in the caller's transaction."""
    rows = attachments_of(report, media, phase=phase, at=at, organization_id=organization_id)
    Attachment.objects.bulk_create(rows)
