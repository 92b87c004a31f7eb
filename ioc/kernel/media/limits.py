"""How much a person may send, and what we make of it. Sizes in bytes, sides in pixels, times in seconds."""

from typing import Final

MIB: Final = 1024 * 1024

MAX_PHOTOS: Final = 10
MAX_PHOTO_BYTES: Final = 15 * MIB
MAX_PHOTO_PIXELS: Final = 50_000_000
MAX_PHOTO_SIDE: Final = 12_000

MAX_VIDEO_BYTES: Final = 60 * MIB
MAX_VIDEO_SECONDS: Final = 90
MAX_VIDEO_SIDE: Final = 4096
# Slow motion on today's phones films 240 frames a second.
MAX_VIDEO_FRAMES: Final = MAX_VIDEO_SECONDS * 240

MAX_DOCUMENT_BYTES: Final = 15 * MIB
