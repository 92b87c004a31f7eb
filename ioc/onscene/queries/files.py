"""Pictures in a report, and who may see a stored file: each look-up is one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from ioc.kernel.actors import Actor
from ioc.kernel.errors import NotFound
from ioc.kernel.models import MediaKind, StoredFile
from ioc.kernel.rights import APPROVE, HANDLE, PUBLISH, TRIAGE
from ioc.onscene.models import Assignment, Attachment, AttachmentPhase, Report
from ioc.onscene.queries.public import published
from ioc.onscene.queries.reach import HELD, jobs, places, within
from ioc.onscene.rules.media import Media
from ioc.onscene.rules.workflow import DONE_STATES, State

_SHOWN_TO_ALL: Final = (AttachmentPhase.REPORT, AttachmentPhase.AFTER)


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo or video in a page. `at` is when it was taken, else when it came."""

    id: UUID
    kind: str
    phase: str
    at: datetime

    @property
    def is_video(self) -> bool:
        """Whether it moves."""
        return self.kind == MediaKind.VIDEO

    @property
    def is_after(self) -> bool:
        """Whether it shows the place after the work."""
        return self.phase == AttachmentPhase.AFTER

    @property
    def whole(self) -> str:
        """The name of the copy to open: a photo as it fits a screen, a video itself."""
        return "whole" if self.is_video else "view"


@dataclass(frozen=True, slots=True)
class Seen:
    """A stored file that somebody may see, and whether everybody may."""

    file: StoredFile
    open_to_all: bool


def public_pictures(report: Report) -> list[Picture]:
    """What everybody may see of a published report: as reported, and after the work as published."""
    found = report.attachments.filter(_open_to_all()).select_related("file")
    return pictures_of(found)


def reporter_pictures(report: Report) -> list[Picture]:
    """What the reporter may see: their own, those of the work, and those after it once the result is out."""
    return pictures_of(report.attachments.filter(_open_to_reporter()).select_related("file"))


def pictures_of(attachments: Iterable[Attachment]) -> list[Picture]:
    """Attachments with their files loaded, as pictures."""
    return [
        Picture(id=one.id, kind=one.file.kind, phase=one.phase, at=one.taken_at or one.added_at)
        for one in attachments
        if one.file.kind != MediaKind.DOCUMENT
    ]


def first_pictures(report_ids: Iterable[UUID]) -> dict[UUID, tuple[Picture | None, Picture | None]]:
    """For published reports: the first photo as reported and the first after the work; one statement."""
    found = Attachment.objects.filter(
        _open_to_all(), report_id__in=list(report_ids), file__kind=MediaKind.PHOTO
    ).select_related("file")
    pairs: dict[UUID, tuple[Picture | None, Picture | None]] = {}
    for one in found:
        before, after = pairs.get(one.report_id, (None, None))
        (picture,) = pictures_of([one])
        pairs[one.report_id] = (before, after or picture) if picture.is_after else (before or picture, after)
    return pairs


def file_for(attachment_id: UUID, *, actor: Actor) -> Seen:
    """The file of an attachment, for who may see it: everybody once published, staff within their reach.

    Raises:
        NotFound: there is none, or the actor may not know that there is.
    """
    return _first_seen(Attachment.objects.filter(id=attachment_id), actor)


def thumbnail_for(report_id: UUID, *, actor: Actor) -> Seen:
    """The picture that stands for a report in lists, for who may see it.

    Raises:
        NotFound: there is none, or the actor may not know that there is.
    """
    of_report = Attachment.objects.filter(report_id=report_id, file_id=F("report__thumbnail"))
    return _first_seen(of_report, actor)


def file_for_reporter(attachment_id: UUID, *, token: str) -> StoredFile:
    """The file of an attachment of the report behind a private link.

    Raises:
        NotFound: there is none, or it is not for the reporter yet.
    """
    mine = Attachment.objects.filter(_open_to_reporter(), id=attachment_id, report__token=token)
    found = mine.select_related("file").first()
    if found is None:
        raise NotFound
    return found.file


def thumbnail_for_reporter(token: str) -> StoredFile:
    """The picture that stands for the report behind a private link.

    Raises:
        NotFound: there is none.
    """
    mine = Attachment.objects.filter(report__token=token, file_id=F("report__thumbnail"))
    found = mine.select_related("file").first()
    if found is None:
        raise NotFound
    return found.file


def kept_file(media: Media) -> StoredFile:
    """The row of a file that waits to go into a report.

    Raises:
        NotFound: it was swept away.
    """
    found = StoredFile.objects.filter(sha256=media.sha256).first()
    if found is None:
        raise NotFound
    return found


def _first_seen(attachments: QuerySet[Attachment], actor: Actor) -> Seen:
    to_all = ExpressionWrapper(_open_to_all(), output_field=BooleanField())
    marked = attachments.annotate(open_to_all=to_all).select_related("file")
    seen = marked.filter(Q(open_to_all=True) | _in_reach(actor)).first()
    if seen is None:
        raise NotFound
    return Seen(file=seen.file, open_to_all=seen.open_to_all)


def _open_to_all() -> Q:
    """Hidden ones (faces, number plates) and those of a round that is not published yet stay unseen."""
    return Q(
        Exists(published().filter(pk=OuterRef("report_id"))),
        is_public=True,
        phase__in=_SHOWN_TO_ALL,
        added_at__lte=F("report__published_at"),
    )


def _open_to_reporter() -> Q:
    done = [state.value for state in DONE_STATES | {State.JOINED}]
    told = Q(report__state__in=done) | Q(added_at__lte=F("report__published_at"))
    return ~Q(phase=AttachmentPhase.AFTER) | told


def _in_reach(actor: Actor) -> Q:
    """The attachments that staff see: the team's by the report's place, an agency's by its assignment."""
    held = Assignment.objects.filter(jobs(actor, HANDLE, APPROVE), report=OuterRef("report_id"), state__in=HELD)
    return Q(within(places(actor, TRIAGE, PUBLISH), "report__")) | Q(Exists(held))
