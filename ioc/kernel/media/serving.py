"""Answering with a kept file. Who may see it is the caller's to decide, before calling."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from ioc.kernel.errors import NotFound
from ioc.kernel.media.storage import path_of
from ioc.kernel.models import MediaKind, StoredFile

_BLOCK: Final = 64 * 1024
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_ENDINGS: Final = {"image/jpeg": "jpg", "video/mp4": "mp4", "application/pdf": "pdf"}


def media_response(
    file: StoredFile, *, request: HttpRequest, variant: str = "", open_to_all: bool = False
) -> HttpResponseBase:
    """The file, or its smaller copy `variant`: whole, in part (a player that seeks), or "not changed".

    Photos and videos are shown in the page; a document is downloaded, for it is the one thing here that is
    not of our making. A browser keeps what is `open_to_all` for a year, as the content never changes under its
    address; it keeps nothing else.

    Raises:
        NotFound: there is no such copy, or the file is not on disk.
    """
    if variant and variant not in file.variants:
        raise NotFound
    path = path_of(file.sha256, variant)
    if not path.is_file():
        raise NotFound
    media_type = file.variants[variant] if variant else file.media_type
    etag = f'"{file.sha256[:32]}{variant}"'
    response = get_conditional_response(request, etag=etag) or _content(path, request, etag)
    _describe(response, file, media_type, etag)
    response["Cache-Control"] = "private, max-age=31536000, immutable" if open_to_all else "no-store"
    return response


def _content(path: Path, request: HttpRequest, etag: str) -> HttpResponseBase:
    size = path.stat().st_size
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    # A part of something else than what the browser has is of no use to it; several at once we do not give.
    if not asked or request.headers.get("If-Range", etag) != etag:
        return FileResponse(path.open("rb"))
    wanted = _range(*asked.groups(), size=size)
    if wanted is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = wanted
    response = StreamingHttpResponse(_piece(path, first, last - first + 1), status=206)
    response["Content-Length"] = str(last - first + 1)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _range(first: str, last: str, *, size: int) -> tuple[int, int] | None:
    """The first and last byte asked for, or none when there is no such part. "-500" asks for the last 500."""
    if not first:
        begin, end = (size - min(size, int(last)), size - 1) if last and int(last) else (size, size)
    else:
        begin, end = int(first), min(int(last), size - 1) if last else size - 1
    return (begin, end) if begin <= end < size else None


def _piece(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while length > 0 and (block := file.read(min(_BLOCK, length))):
            length -= len(block)
            yield block


def _describe(response: HttpResponseBase, file: StoredFile, media_type: str, etag: str) -> None:
    how = "attachment" if file.kind == MediaKind.DOCUMENT else "inline"
    response["Content-Type"] = media_type
    response["Content-Disposition"] = f'{how}; filename="{file.sha256[:12]}.{_ENDINGS.get(media_type, "bin")}"'
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
