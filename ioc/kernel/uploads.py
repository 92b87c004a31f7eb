"""A guard before Django's own upload handlers: no file is read further than any file may be long."""

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from ioc.kernel.media.limits import MAX_PHOTO_BYTES, MAX_PHOTOS, MAX_VIDEO_BYTES, MIB

MOST_BYTES: Final = MAX_PHOTOS * MAX_PHOTO_BYTES + MAX_VIDEO_BYTES + 5 * MIB
_NOTE: Final = "ioc.too_large"


class LengthGuard(FileUploadHandler):
    """Leaves out a file once it passes the longest length allowed, and notes its name on the request."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any, **more: Any) -> None:  # noqa: N803
        """Refuse a request that is longer than everything that may be sent at once.

        Raises:
            RequestDataTooBig: it is.
        """
        if content_length > MOST_BYTES:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on while the file is short enough."""
        if start + len(raw_data) > MAX_VIDEO_BYTES:
            if self.request is not None:
                self.request.META.setdefault(_NOTE, []).append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that follow."""


def too_large(request: HttpRequest) -> list[str]:
    """The names of the files that were left out of this request."""
    names: list[str] = request.META.get(_NOTE, [])
    return names
