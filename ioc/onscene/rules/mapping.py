"""The mapping of an import, made from its document and checked: every mistake is named with its line."""

import codecs
import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ioc.onscene.rules.importing import CLOSED, ISO, OPEN, ImportMapping, MappingInvalid, Piece, Source

Node: TypeAlias = str | list[Any] | dict[str, Any]
"""A part of a document: text, or a list or table of parts."""

FIELDS: Final = (
    "source_id", "text", "category", "status", "filed_at", "closed_at", "latitude", "longitude", "address", "agency",
    "channel", "result",
)  # fmt: skip
REQUIRED: Final = ("source_id", "text", "category", "filed_at")
DATES: Final = ("filed_at", "closed_at")
SETTINGS: Final = ("source", "delimiter", "encoding", "time_zone", "outside", "fields")
FIELD_SETTINGS: Final = ("column", "columns", "template", "values", "default", "formats")
LONGEST_SOURCE: Final = 60
_COLUMN: Final = re.compile(r"\{([^{}]+)\}")


class Document:
    """A parsed YAML document with the line of each place in it ("fields.text.values")."""

    def __init__(self, root: Node, lines: Mapping[str, int]) -> None:
        self.root = root
        self.lines = lines

    def wrong(self, path: str, what: str) -> MappingInvalid:
        """The error for `path`, with the line of it or of what holds it."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return MappingInvalid(self.lines.get(path, 1), what)

    def table(self, node: Node, path: str, known: tuple[str, ...] = ()) -> dict[str, Node]:
        """`node` as a table with only `known` keys (none named: any).

        Raises:
            MappingInvalid: it is something else.
        """
        if not isinstance(node, dict):
            raise self.wrong(path, _("a table of names and values is needed here."))
        for key in node:
            if known and key not in known:
                where = f"{path}.{key}".lstrip(".")
                raise self.wrong(where, _("“%(key)s” is unknown; known are: %(known)s.")
                                 % {"key": key, "known": ", ".join(known)})  # fmt: skip
        return node

    def text(self, node: Node | None, path: str, default: str = "") -> str:
        """`node` as one value."""
        if node is None:
            return default
        if not isinstance(node, str):
            raise self.wrong(path, _("one value is needed here."))
        return node

    def texts(self, node: Node | None, path: str) -> tuple[str, ...]:
        """`node` as one or several values."""
        if node is None:
            return ()
        if isinstance(node, list):
            return tuple(self.text(one, f"{path}.{number}") for number, one in enumerate(node))
        return (self.text(node, path),)


def mapping_from(document: Document) -> ImportMapping:
    """The mapping that `document` describes.

    Raises:
        MappingInvalid: says the line and what is wrong there.
    """
    top = document.table(document.root, "", SETTINGS)
    fields = document.table(top.get("fields", {}), "fields", FIELDS)
    for name in REQUIRED:
        if name not in fields:
            raise document.wrong("fields", _("the field “%(field)s” is needed.") % {"field": name})
    made = {name: _source(document, name, node) for name, node in fields.items()}
    if CLOSED in made.get("status", Source("status", 1)).results() and "closed_at" not in made:
        raise document.wrong("fields.status", _("closed reports need the field “closed_at”."))
    return ImportMapping(
        source=_name(document, top),
        delimiter=_delimiter(document, top),
        encoding=_encoding(document, top),
        zone=_zone(document, top),
        keeps_outside=_outside(document, top),
        fields=made,
    )


def _source(document: Document, name: str, node: Node) -> Source:
    path = f"fields.{name}"
    if not isinstance(node, dict):
        pieces = document.texts(node, path)
        node = {"template" if any(_COLUMN.search(piece) for piece in pieces) else "columns": list(pieces)}
    given = document.table(node, path, FIELD_SETTINGS)
    columns = document.texts(given.get("columns", given.get("column")), f"{path}.columns")
    templates = document.texts(given.get("template"), f"{path}.template")
    values = document.table(given.get("values", {}), f"{path}.values")
    source = Source(
        name=name,
        line=document.lines.get(path, 1),
        pieces=tuple(Piece(("", column, "")) for column in columns) or tuple(_piece(text) for text in templates),
        first=bool(columns),
        values={key: document.text(value, f"{path}.values.{key}") for key, value in values.items()},
        default=document.text(given.get("default"), f"{path}.default"),
        formats=document.texts(given.get("formats"), f"{path}.formats") or ((ISO,) if name in DATES else ()),
    )
    _check_source(document, path, source)
    return source


def _piece(text: str) -> Piece:
    return Piece(tuple(_COLUMN.split(text)))


def _check_source(document: Document, path: str, source: Source) -> None:
    if not source.pieces and not source.default:
        raise document.wrong(path, _("say which column, or give a default."))
    if source.name == "status" and not source.results() <= {OPEN, CLOSED}:
        raise document.wrong(path, _("a state is either “open” or “closed”."))
    if source.name == "status" and not source.results():
        raise document.wrong(path, _("say under “values” which states are open and which closed."))


def _name(document: Document, top: Mapping[str, Node]) -> str:
    name = document.text(top.get("source"), "source").strip()
    if not 0 < len(name) <= LONGEST_SOURCE:
        raise document.wrong("source", _("“source” names the other system in 1 to 60 letters."))
    return name


def _delimiter(document: Document, top: Mapping[str, Node]) -> str:
    delimiter = document.text(top.get("delimiter"), "delimiter", ",").replace("\\t", "\t")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise document.wrong("delimiter", _("the delimiter is one character."))
    return delimiter


def _encoding(document: Document, top: Mapping[str, Node]) -> str:
    encoding = document.text(top.get("encoding"), "encoding", "utf-8")
    try:
        found = codecs.lookup(encoding).name
    except LookupError:
        raise document.wrong("encoding", _("there is no encoding “%(name)s”.") % {"name": encoding}) from None
    return "utf-8-sig" if found == "utf-8" else found


def _zone(document: Document, top: Mapping[str, Node]) -> ZoneInfo:
    zone = document.text(top.get("time_zone"), "time_zone", "Asia/Ho_Chi_Minh")
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise document.wrong("time_zone", _("there is no time zone “%(name)s”.") % {"name": zone}) from None


def _outside(document: Document, top: Mapping[str, Node]) -> bool:
    policy = document.text(top.get("outside"), "outside", "refuse")
    if policy not in ("keep", "refuse"):
        raise document.wrong("outside", _("“outside” is either “keep” or “refuse”."))
    return policy == "keep"
