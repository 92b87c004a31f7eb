"""Photos and videos on their way into a report: kept first, named in the filing by a signed handle.

A form that comes back with a mistake, and a program that sends files one by one, need not send them again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any, Final

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from ioc.kernel import limits
from ioc.kernel.errors import DomainError, Invalid, TooMany
from ioc.kernel.limits import HOUR, Limit
from ioc.kernel.media import videos
from ioc.kernel.media.errors import VideoBusy
from ioc.kernel.media.images import HEIF_BRANDS
from ioc.kernel.media.storage import Kept, keep_photo, keep_video, sweep
from ioc.kernel.models import MediaKind, StoredFile
from ioc.onscene.models import Attachment, Report
from ioc.onscene.rules.filing import MOST_FILES
from ioc.onscene.rules.media import Media

_SALT: Final = "ioc.onscene.media"
_KEEPS: Final = timedelta(days=2)
_FORGOTTEN_AFTER: Final = timedelta(days=3)  # longer than a handle is good for
_BY_ADDRESS: Final = Limit("media-address-hour", 400, HOUR)
_VIDEOS: Final = Limit("video-address-hour", 6, HOUR)
_STILL_BRANDS: Final = HEIF_BRANDS | {b"avif", b"avis"}
_MOVIE_BOXES: Final = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}


class TooManyVideos(TooMany):
    """The address sent too many videos within the hour; photos are still taken."""

    code = "too-many-videos"
    message = _("Too many videos in a short time.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was kept, and why each of the others was not."""

    media: tuple[Media, ...] = ()
    refusals: tuple[DomainError, ...] = field(default=())


def take_files(
    uploads: Iterable["UploadedFile[Any]"], *, at: datetime, address: str = "", room: int = MOST_FILES
) -> Taken:
    """Keep each photo and at most one video; what is refused is said file by file and the rest is kept.

    `room` is how many files there is still place for.

    Raises:
        TooMany: the address sent too many files within the hour.
    """
    media: list[Media] = []
    refusals: list[DomainError] = []
    for upload in uploads:
        if len(media) >= room:
            refusals.append(Invalid(_("At most %(most)s files; the others were left out.") % {"most": MOST_FILES}))
            break
        try:
            media.append(take_file(upload, at=at, address=address))
        except TooMany as error:
            if not isinstance(error, TooManyVideos):
                raise
            refusals.append(error)
        except DomainError as error:
            refusals.append(error)
    return Taken(media=tuple(media), refusals=tuple(refusals))


def take_file(upload: "UploadedFile[Any]", *, at: datetime, address: str = "") -> Media:
    """Keep one photo or video. A video takes about as long as it runs, a minute at most.

    Raises:
        MediaRefused: the file cannot be taken; says why. `VideoBusy`: not now, another video is being converted.
        TooMany: the address sent too many files within the hour; `TooManyVideos`: too many videos.
    """
    if address:
        limits.hit([(_BY_ADDRESS, address)], at=at)
    name = upload.name or ""
    if not _is_video(upload):
        return _media(keep_photo(_readable(upload), at, name=name))
    _check_video(name, address=address, at=at)
    return _media(keep_video(_readable(upload), at, name=name))


def forget_unused_files(*, at: datetime) -> int:
    """Delete the files that nobody put into a report within three days, rows and content; how many rows.

    A file that is sent again counts from then (`storage` notes it), so that none is deleted while its handle is
    good.
    """
    attached = Attachment.objects.filter(file=OuterRef("pk"))
    shown = Report.objects.filter(thumbnail=OuterRef("pk"))
    old = StoredFile.objects.filter(~Exists(attached), ~Exists(shown), stored_at__lt=at - _FORGOTTEN_AFTER)
    forgotten, _by_model = old.delete()
    sweep(at - _FORGOTTEN_AFTER)
    return forgotten


def handle_of(media: Media) -> str:
    """A name for a kept file that nobody else can make up, good for two days."""
    content = [
        media.sha256,
        media.kind,
        media.taken_at.isoformat() if media.taken_at else "",
        media.latitude,
        media.longitude,
    ]
    return signing.dumps(content, salt=_SALT, compress=True)


def media_of(handle: str) -> Media:
    """The kept file behind a handle.

    Raises:
        Invalid: the handle is too old or not ours.
    """
    try:
        sha256, kind, taken_at, latitude, longitude = signing.loads(handle, salt=_SALT, max_age=_KEEPS)
    except (signing.BadSignature, ValueError) as error:
        raise Invalid(fields={"photos": _("A photo was kept for too long; please choose it again.")}) from error
    return Media(
        sha256=sha256,
        kind=kind,
        taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
        latitude=latitude,
        longitude=longitude,
    )


def check_one_video(media: Iterable[Media]) -> None:
    """Pass in silence when there is at most one video.

    Raises:
        Invalid: there are more.
    """
    if sum(one.kind == MediaKind.VIDEO for one in media) > 1:
        raise Invalid(fields={"photos": _("One video is enough; please leave out the others.")})


def _check_video(name: str, *, address: str, at: datetime) -> None:
    """A video that would be refused for another one under way does not count against its address."""
    if videos.is_busy():
        raise VideoBusy(name=name)
    if not address:
        return
    try:
        limits.hit([(_VIDEOS, address)], at=at)
    except TooMany as error:
        raise TooManyVideos(retry_after=error.retry_after) from error


def _media(kept: Kept) -> Media:
    return Media(
        sha256=kept.file.sha256,
        kind=kept.file.kind,
        taken_at=kept.taken_at,
        latitude=kept.latitude,
        longitude=kept.longitude,
    )


def _readable(upload: "UploadedFile[Any]") -> IO[Any]:
    file: IO[Any] = upload.file if upload.file is not None else upload
    file.seek(0)
    return file


def _is_video(upload: "UploadedFile[Any]") -> bool:
    """By its first bytes; a wrong guess only decides which refusal is told."""
    upload.seek(0)
    head = upload.read(12)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return True
    return head[4:8] in _MOVIE_BOXES and head[8:12] not in _STILL_BRANDS
