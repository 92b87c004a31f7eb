"""Lines of the log: when in UTC, how grave, from where, by whom, what; one record cannot look like two.

Nothing that opens something is written: addresses that hold a secret (private links, invitations) lose it, and of a
session only a fingerprint is kept, the same as in the audit log.
"""

import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

from ioc.kernel import origin

FORMAT: Final = "{asctime} {levelname} {name} [{where}] {message}"
_CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
_SECRET: Final = re.compile(r"(?<=/)(?![0-9a-f]{8}-[0-9a-f]{4}-)([\w-]{4})[\w:.-]{22,}", re.ASCII)
"""What stands between slashes and is as long as a token; ids of rows (UUIDs) stay."""


class Line(logging.Formatter):
    """A record as one line; a traceback follows on lines of its own, each marked."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """The moment in UTC, to the millisecond (RFC 3339)."""
        return datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line, with what could end it or move the cursor written out."""
        return _SECRET.sub(r"\1…", super().formatMessage(record).translate(_CONTROL))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """The traceback, each line marked as one."""
        return _marked(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        """The stack, each line marked as one."""
        return _marked(super().formatStack(stack_info))


def _marked(text: str) -> str:
    return "\n".join("  | " + _SECRET.sub(r"\1…", line.translate(_CONTROL)) for line in text.splitlines())


class Where(logging.Filter):
    """Adds `where` to each record: network address, fingerprint of the session, id of the person, method."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        record.where = " ".join(_of_request(getattr(record, "request", None))) or "-"
        return True


def _of_request(request: Any) -> list[str]:
    """What is known without asking the database: the answer may be that it is down."""
    here = origin.current()
    if request is not None:
        session = getattr(getattr(request, "session", None), "session_key", None) or ""
        here = origin.origin_of(address=str(getattr(request, "client_address", "")), browser="", session_key=session)
    person = getattr(getattr(request, "_cached_user", None), "pk", None)
    facts = {"": here.address, "session=": here.session, "person=": person, "method=": getattr(request, "method", "")}
    return [f"{name}{value}" for name, value in facts.items() if value]
