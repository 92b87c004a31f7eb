"""Rows of another system's export, read as reports: the mapping that says which column is what, and the checks.

A mapping names for each field of ours a *source*: a column, the first filled one of several columns, or text with
`{column}` in it; with a table of values where the other system's words differ from ours.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ioc.kernel.errors import Invalid
from ioc.onscene.rules.filing import LONGEST_PLACE, LONGEST_TEXT

LONGEST_SOURCE_ID: Final = 80
OPEN: Final = "open"
CLOSED: Final = "closed"
_LOOSE: Final = " ,;:\n\t"
"""What is left at the ends of a text when one of its columns is empty."""
ISO: Final = "iso"
"""The format that stands for any ISO 8601 instant."""


class MappingInvalid(Invalid):
    """The mapping itself is wrong; `line` of its file says where."""

    code = "mapping-invalid"

    def __init__(self, line: int, what: str) -> None:
        super().__init__(_("Mapping, line %(line)s: %(what)s") % {"line": line, "what": what})


class RowRefused(Exception):
    """One row cannot be taken; the message says why."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text with columns in it: `parts` alternates literal text and column names, beginning with text."""

    parts: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return self.parts[1::2]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the value of a field comes from.

    `first`: the first piece with a filled column counts; else all filled pieces, one a line. `values` translates,
    `default` stands for what is empty or, where there is a table, not in it.
    """

    name: str
    line: int
    pieces: tuple[Piece, ...] = ()
    first: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    formats: tuple[str, ...] = ()

    def results(self) -> set[str]:
        """All values that a table can give, the default too."""
        return {*self.values.values(), self.default} - {""}


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """How the files of one other system are read. `keeps_outside`: places outside the province are kept."""

    source: str
    delimiter: str
    encoding: str
    zone: ZoneInfo
    keeps_outside: bool
    fields: Mapping[str, Source]

    def columns(self) -> dict[str, int]:
        """Each column that is used → the line of the mapping that names it first."""
        found: dict[str, int] = {}
        for source in self.fields.values():
            for piece in source.pieces:
                for column in piece.columns:
                    found.setdefault(column, source.line)
        return found


@dataclass(frozen=True, slots=True)
class Incoming:
    """One row, read and checked. `category` and `agency` are codes of ours, `closed_at` is set when it is closed."""

    source_id: str
    text: str
    category: str
    filed_at: datetime
    closed_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    agency: str = ""
    channel: str = ""
    result: str = ""


def read_row(mapping: ImportMapping, row: Mapping[str, str], *, now: datetime) -> Incoming:
    """The report that `row` (column → value) describes.

    Raises:
        RowRefused: a value is missing, too long, malformed, or lies in the future.
    """
    values = {name: value_of(source, row) for name, source in mapping.fields.items()}
    latitude, longitude = _place(values.get("latitude", ""), values.get("longitude", ""))
    filed_at = _required_moment(mapping, "filed_at", values, now=now)
    return Incoming(
        source_id=_text("source_id", values, longest=LONGEST_SOURCE_ID, required=True),
        text=_text("text", values, longest=LONGEST_TEXT, required=True),
        category=_category(mapping.fields["category"], values["category"], row),
        filed_at=filed_at,
        closed_at=_closed_at(mapping, values, filed_at=filed_at, now=now, row=row),
        latitude=latitude,
        longitude=longitude,
        address=_text("address", values, longest=LONGEST_PLACE),
        agency=values.get("agency", ""),
        channel=values.get("channel", ""),
        result=_text("result", values, longest=LONGEST_TEXT),
    )


def value_of(source: Source, row: Mapping[str, str]) -> str:
    """What `source` gives for `row`, empty when it gives nothing."""
    raw = raw_of(source, row)
    if source.values:
        return source.values.get(raw, source.default)
    return raw or source.default


def raw_of(source: Source, row: Mapping[str, str]) -> str:
    """The other system's own words, before the table of values."""
    filled = [text for text in (_render(piece, row) for piece in source.pieces) if text]
    if source.first:
        return filled[0] if filled else ""
    return "\n".join(filled)


def _render(piece: Piece, row: Mapping[str, str]) -> str:
    """The piece with its columns filled in; nothing when it has columns and all are empty."""
    if len(piece.parts) == 1:
        return piece.parts[0]
    values = [row[column].strip() for column in piece.columns]
    if not any(values):
        return ""
    texts = [*values, ""]
    return "".join(literal + text for literal, text in zip(piece.parts[::2], texts, strict=True)).strip(_LOOSE)


def _text(name: str, values: Mapping[str, str], *, longest: int, required: bool = False) -> str:
    value = values.get(name, "")
    if required and not value:
        raise RowRefused(_("“%(field)s” is empty") % {"field": name})
    if len(value) > longest:
        raise RowRefused(
            _("“%(field)s” has %(length)s letters, at most %(most)s are kept")
            % {"field": name, "length": len(value), "most": longest}
        )
    return value


def _category(source: Source, code: str, row: Mapping[str, str]) -> str:
    if not code:
        raise RowRefused(_("no category for “%(value)s”") % {"value": raw_of(source, row)})
    return code


def _closed_at(
    mapping: ImportMapping, values: Mapping[str, str], *, filed_at: datetime, now: datetime, row: Mapping[str, str]
) -> datetime | None:
    """When it was closed; None while it is open, whatever date the other system has then."""
    status = values.get("status", OPEN)
    if not status:
        raise RowRefused(_("no state for “%(value)s”") % {"value": raw_of(mapping.fields["status"], row)})
    if status == OPEN:
        return None
    closed_at = _required_moment(mapping, "closed_at", values, now=now)
    if closed_at < filed_at:
        raise RowRefused(_("closed before it was filed"))
    return closed_at


def _required_moment(mapping: ImportMapping, name: str, values: Mapping[str, str], *, now: datetime) -> datetime:
    value = values.get(name, "")
    if not value:
        raise RowRefused(_("“%(field)s” is empty") % {"field": name})
    found = moment(value, formats=mapping.fields[name].formats, zone=mapping.zone)
    if found is None:
        raise RowRefused(_("“%(field)s” is not a date in the given form: %(value)s") % {"field": name, "value": value})
    if found > now:
        raise RowRefused(_("“%(field)s” lies in the future: %(value)s") % {"field": name, "value": value})
    return found


def moment(value: str, *, formats: Sequence[str], zone: ZoneInfo) -> datetime | None:
    """The instant that `value` names in the first format that fits (UTC); None when none does.

    A value without a time zone of its own is on the clock of `zone`.
    """
    for form in formats:
        try:
            found = datetime.fromisoformat(value) if form == ISO else datetime.strptime(value, form)  # noqa: DTZ007
            return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _place(latitude: str, longitude: str) -> tuple[float | None, float | None]:
    """The two coordinates, or neither. Zero and zero, which other systems write for "unknown", is refused."""
    if not latitude and not longitude:
        return None, None
    north, east = _number(latitude), _number(longitude)
    wrong = not (abs(north) <= 90 and abs(east) <= 180) or (north == 0 and east == 0)
    if wrong:
        raise RowRefused(
            _("not a place on Earth: latitude “%(latitude)s”, longitude “%(longitude)s”")
            % {"latitude": latitude, "longitude": longitude}
        )
    return north, east


def _number(value: str) -> float:
    """A coordinate with a decimal point or comma; not a number when it is none."""
    try:
        return float(value.replace(",", "."))
    except ValueError:
        return math.nan
