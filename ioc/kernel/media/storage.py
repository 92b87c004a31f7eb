"""Files on disk by what they contain, and the rows that name them.

A file lies at `FILES_ROOT/ab/cd/<sha256>`, a smaller copy beside it with its name after a dot. Files are
written before the transaction that names them: a crash in between leaves a file without a row, which harms
nobody and which `sweep` removes.
"""

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO, Final

from django.conf import settings

from ioc.kernel.errors import NotFound
from ioc.kernel.media.documents import check_document
from ioc.kernel.media.images import KEPT_TYPE as PHOTO_TYPE
from ioc.kernel.media.images import sanitise_photo
from ioc.kernel.media.videos import sanitise_video
from ioc.kernel.models import MediaKind, StoredFile

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_VARIANT: Final = re.compile(r"[a-z][a-z0-9]{0,19}")
_PART: Final = ".part-"
_ABOUT_TO_BE_NAMED: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Kept:
    """A file that is kept, and what the original said of when and where it was made."""

    file: StoredFile
    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


def keep_photo(upload: IO[bytes] | bytes, at: datetime, *, name: str = "") -> Kept:
    """Clean and keep a photo; the same photo sent twice is one file.

    Raises:
        MediaRefused: what `images.sanitise_photo` refuses.
    """
    photo = sanitise_photo(upload, name=name or _name_of(upload), at=at)
    file = _kept(
        photo.content,
        photo.variants,
        StoredFile(kind=MediaKind.PHOTO, media_type=photo.media_type, width=photo.width, height=photo.height),
        at,
    )
    return Kept(file=file, taken_at=photo.taken_at, latitude=photo.latitude, longitude=photo.longitude)


def keep_video(upload: IO[bytes] | Path | str, at: datetime, *, name: str = "") -> Kept:
    """Convert and keep a video; takes about as long as the video runs, a minute at most.

    Raises:
        MediaRefused: what `videos.sanitise_video` refuses.
    """
    video = sanitise_video(upload, name=name or _name_of(upload), at=at)
    row = StoredFile(
        kind=MediaKind.VIDEO,
        media_type=video.media_type,
        width=video.width,
        height=video.height,
        seconds=video.seconds,
    )
    file = _kept(video.content, video.variants, row, at)
    return Kept(file=file, taken_at=video.taken_at, latitude=video.latitude, longitude=video.longitude)


def keep_document(upload: IO[bytes] | bytes, at: datetime, *, name: str = "") -> Kept:
    """Keep a PDF as it is, when it holds nothing that acts.

    Raises:
        MediaRefused: what `documents.check_document` refuses.
    """
    document = check_document(upload, name=name or _name_of(upload))
    row = StoredFile(kind=MediaKind.DOCUMENT, media_type=document.media_type)
    return Kept(file=_kept(document.content, {}, row, at))


def put(content: bytes) -> str:
    """Keep `content`, on disk when this returns, and give its SHA-256; doing it again changes nothing."""
    sha256 = hashlib.sha256(content).hexdigest()
    _write(path_of(sha256), content)
    return sha256


def put_variant(sha256: str, variant: str, content: bytes) -> None:
    """Keep a smaller copy of a kept file under the name `variant`."""
    _write(path_of(sha256, variant), content)


def path_of(sha256: str, variant: str = "") -> Path:
    """Where the file, or its copy, lies; it need not be there.

    Raises:
        NotFound: a name that no file can have, such as one that climbs out of the folder.
    """
    if not _SHA256.fullmatch(sha256) or (variant and not _VARIANT.fullmatch(variant)):
        raise NotFound
    name = f"{sha256}.{variant}" if variant else sha256
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256[2:4] / name


def open_file(sha256: str, variant: str = "") -> BinaryIO:
    """The kept file, open for reading.

    Raises:
        NotFound: it is not kept here.
    """
    try:
        return path_of(sha256, variant).open("rb")
    except FileNotFoundError:
        raise NotFound from None


def remove(sha256: str, variants: Iterable[str] = ()) -> bool:
    """Take a file that no row names, and its smaller copies, off the disk at once; whether that was done.

    One that was put within the last minutes stays for `sweep`: somebody may be about to name it.
    """
    path = path_of(sha256)
    if not path.exists():
        return False
    with _locked(path.parents[1], fcntl.LOCK_EX):
        fresh = (datetime.now(tz=UTC) - _ABOUT_TO_BE_NAMED).timestamp()
        if not _put_before(path, fresh) or StoredFile.objects.filter(sha256=sha256).exists():
            return False
        for name in ("", *variants):
            path_of(sha256, name).unlink(missing_ok=True)
    return True


def sweep(older_than: datetime) -> int:
    """Remove files last put before `older_than` that no row names, and give how many.

    Leave at least a day: a request that is being answered has put its files and not yet named them. Keeping
    a file again makes it young, so that a file that is about to be named anew stays. One SQL statement for
    each of at most 256 folders.
    """
    root = Path(settings.FILES_ROOT)
    return sum(_sweep_shard(shard, older_than.timestamp()) for shard in sorted(root.glob("[0-9a-f][0-9a-f]")))


def _sweep_shard(shard: Path, before: float) -> int:
    old = [path for path in shard.glob("*/*") if _put_before(path, before)]
    named = set(StoredFile.objects.filter(sha256__in={path.name[:64] for path in old}).values_list("sha256", flat=True))
    removed = 0
    with _locked(shard, fcntl.LOCK_EX):
        for path in old:
            # Looked at again under the lock: it may have been put anew since.
            if path.name[:64] not in named and _put_before(path, before):
                path.unlink()
                removed += 1
    return removed


def _put_before(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def _kept(content: bytes, variants: Mapping[str, bytes], row: StoredFile, at: datetime) -> StoredFile:
    sha256 = put(content)
    for variant, smaller in variants.items():
        put_variant(sha256, variant, smaller)
    described = {
        "kind": row.kind,
        "media_type": row.media_type,
        "size": len(content),
        "width": row.width,
        "height": row.height,
        "seconds": row.seconds,
        "variants": dict.fromkeys(variants, PHOTO_TYPE),
        "stored_at": at,
    }
    # Kept again is kept anew: it is about to be named, and what nothing names is forgotten by its age.
    file, _ = StoredFile.objects.update_or_create(sha256=sha256, defaults={"stored_at": at}, create_defaults=described)
    return file


def _name_of(upload: object) -> str:
    name = getattr(upload, "name", "")
    return name if isinstance(name, str) else ""


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, on disk when this returns; writers of one file do not disturb each other."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with _locked(path.parents[1], fcntl.LOCK_SH):
        if path.exists():
            os.utime(path)
            return
        part = path.with_name(f"{_PART}{secrets.token_hex(8)}")
        try:
            _write_synced(part, content)
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
    # The names of folders just made are as much to be kept as the file's.
    for folder in path.parents[:3]:
        _sync_folder(folder)


def _write_synced(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    """Hold `folder`: many writers together, or the sweeper alone."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)
