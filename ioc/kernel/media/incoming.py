"""Reading what was sent, never more of it than its kind may have."""

from typing import IO

from ioc.kernel.media.errors import EmptyFile, TooLargeFile
from ioc.kernel.media.limits import MIB


def read_all(data: IO[bytes] | bytes, *, limit: int, name: str) -> bytes:
    """The bytes of `data`, at most `limit` of them; a file is read from its beginning.

    Raises:
        EmptyFile: there are none.
        TooLargeFile: there are more than `limit`.
    """
    content = data if isinstance(data, bytes) else _from_start(data, limit + 1)
    if not content:
        raise EmptyFile(name=name)
    if len(content) > limit:
        raise TooLargeFile(name=name, limit=limit // MIB)
    return content


def _from_start(file: IO[bytes], size: int) -> bytes:
    if file.seekable():
        file.seek(0)
    return file.read(size)
