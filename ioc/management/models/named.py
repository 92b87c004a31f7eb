"""Records with a Vietnamese and an English name."""

from typing import Any

from ioc.kernel.languages import in_language


class Named:
    """A table with the columns `name` and `name_en`; `str` is the Vietnamese name, which logs keep."""

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        row: Any = self
        return in_language(row.name, row.name_en)


def label_of(row: Any) -> str:
    """What a record is called in the reader's language; as it calls itself where it has one name."""
    return str(getattr(row, "label", row))
