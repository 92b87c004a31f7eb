"""A short video as sent becomes one as kept: pictures and sound decoded and encoded anew, nothing else.

Kept as MP4 with H.264 and AAC, at most 1280 px and 30 pictures a second, its index first so that it plays
while it loads: what every phone and browser plays. No container, stream or chapter metadata is carried over
(phones write the place there), no subtitles, no attachments, no second track.

Memory: some tens of pictures (one of 4096 x 4096 takes 25 MB) and the result, at most about 45 MB. Time:
about as long as the video runs, at most `_WORK_SECONDS`. One video at a time in a process; a second one is
refused at once, so that videos never hold more than one of the threads that answer requests.
"""

import io
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

import av
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image

from ioc.kernel import clock
from ioc.kernel.errors import DomainError
from ioc.kernel.media import exif, images
from ioc.kernel.media.errors import (
    BrokenFile,
    EmptyFile,
    NotAVideo,
    TooHeavyVideo,
    TooLargeFile,
    TooLongVideo,
    VideoBusy,
)
from ioc.kernel.media.limits import MAX_VIDEO_BYTES, MAX_VIDEO_SECONDS, MAX_VIDEO_SIDE, MIB
from ioc.kernel.media.recoding import Plan, recode

KEPT_TYPE: Final = "video/mp4"

_CONVERTER: Final = threading.Lock()
_WORK_SECONDS: Final = 60
_MOVIE_BOXES: Final = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
_IMAGE_BRANDS: Final = images.HEIF_BRANDS | {b"avif", b"avis"}
_PLACE_TAGS: Final = ("com.apple.quicktime.location.ISO6709", "location")
_TIME_TAGS: Final = ("com.apple.quicktime.creationdate", "creation_time")
_ISO_6709: Final = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)(?![\d.])")


@dataclass(frozen=True)
class Video:
    """A video as kept, with a still picture in two sizes by name, and what it said of when and where.

    `seconds` is how long it runs.
    """

    content: bytes
    media_type: str
    width: int
    height: int
    seconds: float
    variants: Mapping[str, bytes]
    taken_at: datetime | None
    latitude: float | None
    longitude: float | None


def sanitise_video(source: Path | str | IO[bytes], *, name: str = "", at: datetime | None = None) -> Video:
    """A video made anew from the pictures and sound of `source`, a path or an open file that can seek.

    `at` is the present, for judging the time that the file claims; the clock's when not given.

    Raises:
        EmptyFile, TooLargeFile: no bytes, or more than 60 MB.
        NotAVideo: neither MP4, MOV nor WebM by its content, or without pictures.
        TooLongVideo: longer than 90 seconds.
        TooHeavyVideo: larger than 4096 px a side, or not converted within a minute.
        BrokenFile: damaged, or cut short.
        VideoBusy: this process converts another one.
    """
    with _converter(name), _broken_otherwise(name), _readable(source) as file:
        container = _container_of(file, name)
        plan, facts = _planned(file, container, name=name, at=at or clock.now())
        with tempfile.TemporaryDirectory(prefix="ioc-video-") as folder:
            target = Path(folder) / "kept.mp4"
            with _reading(file, container) as movie:
                done = recode(movie, target, plan)
            content = target.read_bytes()
    return _video(content, done.poster, done.seconds, facts)


def is_busy() -> bool:
    """Whether this process converts a video now."""
    return _CONVERTER.locked()


@contextmanager
def _converter(name: str) -> Iterator[None]:
    """Hold this process's one converter.

    Raises:
        VideoBusy: it is held already.
    """
    if not _CONVERTER.acquire(blocking=False):
        raise VideoBusy(name=name)
    try:
        yield
    finally:
        _CONVERTER.release()


def _video(content: bytes, poster: Image.Image, seconds: float, facts: exif.Facts) -> Video:
    pictures = images.variants_of(poster)
    place = facts.place
    return Video(
        content=content,
        media_type=KEPT_TYPE,
        width=poster.width,
        height=poster.height,
        seconds=seconds,
        variants={"poster": pictures["view"], "thumb": pictures["thumb"]},
        taken_at=facts.taken_at,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
    )


@contextmanager
def _readable(source: Path | str | IO[bytes]) -> Iterator[IO[bytes]]:
    if isinstance(source, Path | str):
        with Path(source).open("rb") as file:
            yield file
    else:
        yield source


@contextmanager
def _broken_otherwise(name: str) -> Iterator[None]:
    """Demuxers, decoders and filters fail in many ways on damaged files; to the person it is one thing."""
    try:
        yield
    except DomainError:
        raise
    except (av.FFmpegError, ValueError, LookupError, ArithmeticError, RuntimeError, MemoryError) as error:
        raise BrokenFile(name=name) from error


def _container_of(file: IO[bytes], name: str) -> str:
    """The one demuxer that may read `file`, so that no other of FFmpeg's hundreds is ever tried on it."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(64)
    if not size:
        raise EmptyFile(name=name)
    if size > MAX_VIDEO_BYTES:
        raise TooLargeFile(name=name, limit=MAX_VIDEO_BYTES // MIB)
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head:
        return "matroska"
    if head[4:8] in _MOVIE_BOXES and not (head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS):
        return "mov"
    raise NotAVideo(name=name)


@contextmanager
def _reading(file: IO[bytes], container: str) -> Iterator[InputContainer]:
    """The movie in `file`. Other files that it names are not followed (FFmpeg's default)."""
    file.seek(0)
    options = {"enable_drefs": "0"} if container == "mov" else {}
    with av.open(file, "r", format=container, container_options=options, metadata_errors="replace") as movie:
        yield movie


def _planned(file: IO[bytes], container: str, *, name: str, at: datetime) -> tuple[Plan, exif.Facts]:
    """What to make of the movie, from its headers and first picture, and what it says of itself."""
    with _reading(file, container) as movie:
        stream = _pictures(movie, name)
        if (movie.duration or 0) > (MAX_VIDEO_SECONDS + 1) * 1_000_000:
            raise TooLongVideo(name=name)
        width, height = stream.codec_context.width, stream.codec_context.height
        if max(width, height) > MAX_VIDEO_SIDE:
            raise TooHeavyVideo(name=name, width=width, height=height)
        return Plan.of(movie, stream, name=name, work_seconds=_WORK_SECONDS), _facts(movie.metadata, at)


def _pictures(movie: InputContainer, name: str) -> VideoStream:
    for stream in movie.streams.video:
        if stream.codec_context is not None and stream.codec_context.codec.name not in {"mjpeg", "png"}:
            return stream
    raise NotAVideo(name=name)


def _facts(metadata: Mapping[str, str], at: datetime) -> exif.Facts:
    moments = (_moment(metadata[tag], at) for tag in _TIME_TAGS if tag in metadata)
    places = (_place(metadata[tag]) for tag in _PLACE_TAGS if tag in metadata)
    return exif.Facts(taken_at=next(filter(None, moments), None), place=next(filter(None, places), None))


def _moment(text: str, at: datetime) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        # Movies write UTC when they write no offset.
        return exif.believable_moment(moment if moment.tzinfo else moment.replace(tzinfo=UTC), at=at)
    except (ValueError, OverflowError):
        return None


def _place(text: str) -> exif.Place | None:
    found = _ISO_6709.match(text)
    return exif.believable_place(float(found[1]), float(found[2])) if found else None
