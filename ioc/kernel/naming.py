"""What rooms call the rows of their tables, for screens of upper rooms that count where something is used."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise

Text = str | Promise

_names: Final[dict[str, Text]] = {}


def name_tables(names: Mapping[str, Text]) -> None:
    """Say what rows are called: "room.model" → words in the plural. Called as a room starts."""
    _names.update(names)


def table_name(label: str) -> Text:
    """What the rows of a table are called; its own name where no room said so."""
    return _names.get(label, label.rsplit(".", maxsplit=1)[-1])
