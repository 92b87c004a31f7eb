"""A photo as sent becomes a photo as kept: pixels only, upright, sRGB, at a size that a report needs.

Kept as progressive JPEG: it opens in every phone, in Word, in PDF and in every Open311 client; WebP would
save a quarter of the bytes and lose some of these.

Memory, measured at the largest size allowed (50 megapixels): 500 MB while a palette PNG with transparency is
decoded, 330 MB for a progressive JPEG; 100 MB for a phone's JPEG of 12 megapixels. Two photos at a time are
decoded in one process, the others wait. Time: 0.6 s for the phone's photo, 2 s for the largest.
"""

import io
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final

import pillow_heif
from PIL import Image, ImageCms, ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from ioc.kernel import clock
from ioc.kernel.errors import DomainError
from ioc.kernel.media import exif, jpeg
from ioc.kernel.media.errors import BrokenFile, NotAPhoto, TooManyPixels
from ioc.kernel.media.incoming import read_all
from ioc.kernel.media.limits import MAX_PHOTO_BYTES, MAX_PHOTO_PIXELS, MAX_PHOTO_SIDE

KEPT_TYPE: Final = "image/jpeg"
KEPT_SIDE: Final = 2560
VIEW_SIDE: Final = 1280
# Cards show a square of 96 px, on phones with three dots a pixel: 288. A square, since cards crop to one.
THUMB_SIDE: Final = 320

_QUALITY: Final = 85
_DECODERS: Final = threading.BoundedSemaphore(2)
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
HEIF_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"}
_TURNS: Final[Mapping[int, Image.Transpose]] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# The small pictures inside a HEIC may show something else than the photo; only the photo is decoded.
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False
pillow_heif.options.DECODE_THREADS = 1


@dataclass(frozen=True)
class Photo:
    """A photo as kept, with smaller copies by name, and what it said of when and where it was taken."""

    content: bytes
    media_type: str
    width: int
    height: int
    variants: Mapping[str, bytes]
    taken_at: datetime | None
    latitude: float | None
    longitude: float | None


def sanitise_photo(data: IO[bytes] | bytes, *, name: str = "", at: datetime | None = None) -> Photo:
    """A photo made anew from the pixels of `data`: no metadata, no profile, no byte of the original.

    What the file is, its content says, never its name. Of an animation the first picture is taken. `at` is
    the present, for judging the time that the file claims; the clock's when not given.

    Raises:
        EmptyFile, TooLargeFile: no bytes, or more than 15 MB.
        NotAPhoto: neither JPEG, PNG, WebP nor HEIC.
        TooManyPixels: above 50 megapixels or 12,000 pixels a side; found out before anything is decoded.
        BrokenFile: damaged, or cut short.
    """
    content = read_all(data, limit=MAX_PHOTO_BYTES, name=name)
    with _DECODERS, _broken_otherwise(name):
        opened, block = _opened(content, name)
        _check_size(*opened.size, name=name)
        clean = _small_rgb(opened, name)
        facts = exif.facts_of(block or _block_of(opened), at=at or clock.now())
        if facts.orientation in _TURNS:
            clean = clean.transpose(_TURNS[facts.orientation])
    place = facts.place
    return Photo(
        content=encoded(clean),
        media_type=KEPT_TYPE,
        width=clean.width,
        height=clean.height,
        variants=variants_of(clean),
        taken_at=facts.taken_at,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
    )


def variants_of(image: Image.Image) -> dict[str, bytes]:
    """Smaller copies of a clean RGB image: `view` fits a screen, `thumb` is a square cut from the middle."""
    view = image.copy()
    view.thumbnail((VIEW_SIDE, VIEW_SIDE), Image.Resampling.LANCZOS)
    side = min(THUMB_SIDE, *image.size)
    return {"thumb": encoded(ImageOps.fit(image, (side, side))), "view": encoded(view)}


def encoded(image: Image.Image) -> bytes:
    """`image` as JPEG with nothing but its pixels: a fresh image carries over no profile, comment or EXIF."""
    fresh = Image.new("RGB", image.size)
    fresh.paste(image)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=_QUALITY, progressive=True, optimize=True)
    return out.getvalue()


@contextmanager
def _broken_otherwise(name: str) -> Iterator[None]:
    """Decoders fail on damaged files with nearly every class of exception; to the person it is one thing."""
    try:
        yield
    except DomainError:
        raise
    except Exception as error:
        raise BrokenFile(name=name) from error


def _opened(content: bytes, name: str) -> tuple[ImageFile.ImageFile, bytes]:
    """The image, opened but not decoded, and its EXIF block when the format is taken apart before opening."""
    if content.startswith(b"\xff\xd8\xff"):
        pixels, block = jpeg.take_apart(content)
        return JpegImageFile(io.BytesIO(pixels)), block
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        # Opening one already sets aside memory for the whole canvas.
        _check_size(*_webp_size(content), name=name)
    return _decoder(content, name)(io.BytesIO(content)), b""


def _decoder(content: bytes, name: str) -> Callable[[IO[bytes]], ImageFile.ImageFile]:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WebPImageFile
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return HeifImageFile
    raise NotAPhoto(name=name)


def _webp_size(content: bytes) -> tuple[int, int]:
    """Width and height from the header of the first chunk.

    Raises:
        ValueError: the first chunk is none that begins a WebP file.
    """
    kind, body = content[12:16], content[20:30]
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise ValueError("no picture")


def _check_size(width: int, height: int, *, name: str) -> None:
    if width * height > MAX_PHOTO_PIXELS or max(width, height) > MAX_PHOTO_SIDE:
        raise TooManyPixels(name=name, width=width, height=height)


def _block_of(image: Image.Image) -> bytes:
    block = image.info.get("exif", b"")
    return block if isinstance(block, bytes) else b""


def _small_rgb(image: Image.Image, name: str) -> Image.Image:
    """Every pixel decoded, at most 2560 px a side, in sRGB on white.

    A JPEG is decoded at a fraction of its size (every bit is still read, so a cut file is found out); the
    others are decoded whole. Colours are converted on the small image, a tenth of the work.
    """
    profile = image.info.get("icc_profile")
    if not isinstance(image, JpegImageFile):
        image.load()
        # A HEIC may turn out larger than its header says.
        _check_size(*image.size, name=name)
        image = _eight_bits(image)
    image.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _srgb(_on_white(image), profile)


def _eight_bits(image: Image.Image) -> Image.Image:
    """A mode that can be scaled: palettes and 16-bit greys spelled out, transparency as a channel."""
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _srgb(image: Image.Image, profile: object) -> Image.Image:
    """`image` in sRGB; a profile that is broken or of another kind of colour is left aside."""
    if isinstance(profile, bytes) and profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")
