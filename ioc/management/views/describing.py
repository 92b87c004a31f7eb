"""How a kind of record is described to the screens: its columns, filters, form and what belongs to it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.management.forms.base import RecordForm

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that a list shows as a badge; a file has its words only. `tone` is one of `c-badge`."""

    label: Text
    tone: str = "neutral"
    icon: str = ""

    def __str__(self) -> str:
        return str(self.label)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it says of a row. Quiet ones are left out on phones; those `in_file` only, on every screen.

    `sort` is the one of the list's `sorts` that its heading orders by; without it the heading does not sort. `href`
    says where more about the value is read.
    """

    label: Text
    value: Callable[[Any], Any]
    quiet: bool = True
    in_file: bool = False
    sort: str = ""
    href: Callable[[Any], str] = lambda _row: ""


@dataclass(frozen=True, slots=True)
class Part:
    """Records of another kind that are shown and added on the page of this one."""

    slug: str
    fields: tuple[str, ...]
    empty: Text


@dataclass(frozen=True, slots=True)
class Paper:
    """A list as a document: its layout and content (see `kernel.documents`), and what stands in its title."""

    layout: str
    content: Mapping[str, Any]
    title: Text
    kind: Text = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """One kind of record: its words, list and form.

    `filters` are those of its `ListSpec` with their words; what may be chosen comes from the form's field of that
    name, or from `choices`. `home` gives the address where a saved row is seen; without it that is the list. `empty`
    says what to do while there is nothing. With `has_versions` its page shows every version, to compare and restore.
    `move` names the address that puts a row one place up or down in the list's own order. `paper` makes the list a
    PDF, of its rows and their number.
    """

    kind: str
    slug: str
    title: Text
    one: Text
    icon: str
    lead: Text
    form: type[RecordForm]
    columns: tuple[Column, ...]
    filters: Mapping[str, Text] = field(default_factory=dict)
    choices: Mapping[str, Callable[[], Sequence[tuple[str, Any]]]] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    home: Callable[[Any], str] | None = None
    has_validity: bool = True
    is_listed: bool = True
    may_be_removed: bool = True
    empty: Text = ""
    has_versions: bool = False
    move: str = ""
    paper: Callable[[Iterable[Any], int], Paper] | None = None


def page_of(slug: str, record_id: object) -> str:
    """The address of a record's own page."""
    return reverse("manage_record", args=[slug, record_id])


LEGAL = Column(
    _("Legal basis"),
    lambda row: row.legal_basis,
    sort="legal_basis",
    href=lambda row: getattr(row, "article_address", ""),
)
