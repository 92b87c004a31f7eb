"""Why a file is refused: the file by its name, what is wrong with it, and what to do instead."""

import unicodedata
from typing import Any, ClassVar, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import DomainError, Text

_SHOWN: Final = 60
_PHOTO_REMEDY: Final = _("Take it again or choose a JPEG, PNG, WebP or HEIC photo under 15 MB.")
_VIDEO_REMEDY: Final = _("Film it again or choose an MP4, MOV or WebM video under 60 MB and 90 seconds.")
_DOCUMENT_REMEDY: Final = _("Choose a PDF under 15 MB without a password, scripts or attached files.")
_ANY_REMEDY: Final = _("Choose a photo, video or document that opens on your device, and send it again.")


class MediaRefused(DomainError):
    """A file that a person sent cannot be taken. `template` holds `%(name)s` where the file's name goes."""

    code = "media-refused"
    status = 422
    template: ClassVar[Text] = _("%(name)s cannot be taken.")
    remedy: Text = _ANY_REMEDY

    def __init__(self, *, name: str = "", remedy: Text = "", **facts: Any) -> None:
        shown = printable(name)
        message = str(self.template) % {"name": f"“{shown}”" if shown else gettext("The file")}
        super().__init__(message, remedy=remedy, name=shown, **facts)


class EmptyFile(MediaRefused):
    """The file has no bytes: often a download from the cloud that had not finished."""

    code = "file-empty"
    template = _("%(name)s is empty.")


class TooLargeFile(MediaRefused):
    """The file has more bytes than its kind may have; `limit` (MB) says how many."""

    code = "file-too-large"
    status = 413
    template = _("%(name)s is too large.")

    def __init__(self, *, limit: int, name: str = "") -> None:
        remedy = _("Send a file under %(limit)s MB.") % {"limit": limit}
        super().__init__(name=name, remedy=remedy, limit=limit)


class BrokenFile(MediaRefused):
    """The file is cut short or damaged: it does not decode to its end."""

    code = "file-broken"
    template = _("%(name)s is damaged or incomplete.")


class NotAPhoto(MediaRefused):
    """The content is no JPEG, PNG, WebP or HEIC, whatever the name says."""

    code = "not-a-photo"
    status = 415
    template = _("%(name)s is not a photo we can read.")
    remedy = _PHOTO_REMEDY


class TooManyPixels(MediaRefused):
    """More pixels than a phone makes: decoding it would take the memory of everybody else."""

    code = "too-many-pixels"
    template = _("%(name)s has too many pixels.")
    remedy = _("Make it smaller than 50 megapixels and 12,000 pixels a side, or take it again.")


class NotAVideo(MediaRefused):
    """The content is no MP4, MOV or WebM with a picture in it."""

    code = "not-a-video"
    status = 415
    template = _("%(name)s is not a video we can read.")
    remedy = _VIDEO_REMEDY


class TooLongVideo(MediaRefused):
    """The video runs for longer than 90 seconds, or has more frames than that can have."""

    code = "video-too-long"
    template = _("%(name)s is too long.")
    remedy = _("Cut it to 90 seconds or less and send it again.")


class TooHeavyVideo(MediaRefused):
    """The video is larger than 4096 pixels a side, or takes too long to convert."""

    code = "video-too-heavy"
    template = _("%(name)s is too heavy to convert.")
    remedy = _("Film it shorter or in Full HD, and send it again.")


class VideoBusy(MediaRefused):
    """Another video is being converted: this one is refused at once rather than kept waiting."""

    code = "video-busy"
    status = 503
    template = _("%(name)s was not taken: another video is being converted.")
    remedy = _("Send it again in a few minutes; photos are taken at once.")


class NotADocument(MediaRefused):
    """The content is no PDF."""

    code = "not-a-document"
    status = 415
    template = _("%(name)s is not a PDF document.")
    remedy = _DOCUMENT_REMEDY


class UnsafeDocument(MediaRefused):
    """The PDF is locked, or holds scripts, programs to start, or other files."""

    code = "document-unsafe"
    template = _("%(name)s is locked, or holds scripts or attached files.")
    remedy = _DOCUMENT_REMEDY


def printable(name: str) -> str:
    """`name` without folders and without characters that hide or reorder text, short enough for a message."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(letter for letter in base if unicodedata.category(letter)[0] != "C").strip()
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 9] + "…" + plain[-8:]
