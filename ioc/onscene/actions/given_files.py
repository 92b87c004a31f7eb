"""Photos and videos that a person gave with reports: shown to who decides about them, and taken away for good."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from ioc.kernel.actors import Actor
from ioc.kernel.media.storage import remove
from ioc.kernel.models import MediaKind, StoredFile
from ioc.kernel.personal_data import FileChoice, FilesUndecided, GivenFile
from ioc.onscene.actions.steps import record
from ioc.onscene.models import Attachment, AttachmentPhase, Report

BY_THE_REPORTER = (AttachmentPhase.REPORT, AttachmentPhase.ANSWER)


def given_files(fingerprint: bytes) -> list[GivenFile]:
    """Those of all the person's reports, report by report."""
    return [
        GivenFile(
            key=str(one.id),
            label=one.report.code,
            at=one.taken_at or one.added_at,
            is_video=one.file.kind == MediaKind.VIDEO,
            is_public=one.is_public and one.report.published_at is not None,
        )
        for one in _of(fingerprint).select_related("report", "file").order_by("-report__filed_at", "position", "id")
    ]


def given_file(fingerprint: bytes, key: str) -> StoredFile | None:
    """One of them as it is kept."""
    try:
        found = _of(fingerprint).filter(id=UUID(key)).select_related("file").first()
    except ValueError:
        return None
    return found.file if found else None


def carry_out_choices(
    fingerprint: bytes, choices: Mapping[str, FileChoice], *, actor: Actor, at: datetime, reason: str
) -> int:
    """Take away the files that `choices` says go, in the caller's transaction; how many.

    Each report keeps an event with how many went and how many stay. A file that another report shows, or that was
    sent again since, loses its place here only. What nothing names any more leaves the disk, with every smaller copy,
    once the transaction holds; copies in back-ups go as those grow old.

    Raises:
        FilesUndecided: `choices` leaves one out.
    """
    rows = list(_of(fingerprint).select_for_update(of=("self",)).select_related("report"))
    if any(str(row.id) not in choices for row in rows):
        raise FilesUndecided
    going = [row for row in rows if choices[str(row.id)] is FileChoice.REMOVE]
    Attachment.objects.filter(id__in=[row.id for row in going]).delete()
    for report in {row.report_id: row.report for row in rows}.values():
        _note(report, [row for row in rows if row.report_id == report.id], going, actor=actor, at=at, reason=reason)
    _forget(going)
    return len(going)


def _of(fingerprint: bytes) -> QuerySet[Attachment]:
    if not fingerprint:
        return Attachment.objects.none()
    return Attachment.objects.filter(report__reporter__contact_digest=fingerprint, phase__in=BY_THE_REPORTER)


def _note(
    report: Report, given: Iterable[Attachment], going: Iterable[Attachment], *, actor: Actor, at: datetime, reason: str
) -> None:
    gone = {row.id for row in going if row.report_id == report.id}
    if gone:
        report.thumbnail = _first_photo(report)
        report.save(update_fields=["thumbnail"])
    record(
        report, verb="files_decided", actor=actor, at=at, reason=reason,
        after={"removed": len(gone), "kept": sum(row.id not in gone for row in given)},
    )  # fmt: skip


def _first_photo(report: Report) -> str:
    left = report.attachments.filter(phase=AttachmentPhase.REPORT, file__kind=MediaKind.PHOTO)
    return left.order_by("position", "id").values_list("file_id", flat=True).first() or ""


def _forget(going: Iterable[Attachment]) -> None:
    """Delete the rows of files that nothing names, and what they name once that holds.

    A file that was sent again after it came here (`stored_at`) waits to be put into another report; should it not be,
    the nightly clearing takes it.
    """
    added = {row.file_id: row.added_at for row in going}
    used = set(Attachment.objects.filter(file_id__in=added).values_list("file_id", flat=True))
    used |= set(Report.objects.filter(thumbnail__in=added).values_list("thumbnail", flat=True))
    for file in StoredFile.objects.filter(sha256__in=added.keys() - used).select_for_update():
        if file.stored_at <= added[file.sha256]:
            sha256, variants = file.sha256, tuple(file.variants)
            file.delete()
            transaction.on_commit(lambda sha256=sha256, variants=variants: remove(sha256, variants))  # type: ignore[misc]
