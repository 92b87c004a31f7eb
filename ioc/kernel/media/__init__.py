"""Photos, videos and documents that people send: taken apart, made anew without metadata, kept by content.

`images` and `videos` are pure; `documents` judges PDFs; `storage` keeps what they make; `serving` answers
with it.
"""

from ioc.kernel.media.errors import (
    BrokenFile,
    EmptyFile,
    MediaRefused,
    NotADocument,
    NotAPhoto,
    NotAVideo,
    TooHeavyVideo,
    TooLargeFile,
    TooLongVideo,
    TooManyPixels,
    UnsafeDocument,
)
from ioc.kernel.media.limits import MAX_DOCUMENT_BYTES, MAX_PHOTO_BYTES, MAX_PHOTOS, MAX_VIDEO_BYTES

__all__ = [
    "MAX_DOCUMENT_BYTES",
    "MAX_PHOTOS",
    "MAX_PHOTO_BYTES",
    "MAX_VIDEO_BYTES",
    "BrokenFile",
    "EmptyFile",
    "MediaRefused",
    "NotADocument",
    "NotAPhoto",
    "NotAVideo",
    "TooHeavyVideo",
    "TooLargeFile",
    "TooLongVideo",
    "TooManyPixels",
    "UnsafeDocument",
]
