"""The rows that a change of units writes, noted one by one so that the change can be undone."""

from collections.abc import Callable, Mapping
from typing import Any

from ioc.management.models.editable import EDITABLE
from ioc.management.queries.snapshots import snapshot


class Steps:
    """Notes of saved rows, in order."""

    def __init__(self) -> None:
        self._saved: list[tuple[str, Any, dict[str, Any] | None]] = []

    def noted(self, kind: str, record_id: object, fields: Mapping[str, Any], save: Callable[[], Any]) -> Any:
        """What `save` gives, after a note of what `fields` held before; of a row that it adds nothing."""
        was = None
        if record_id is not None:
            row = EDITABLE[kind]._default_manager.get(pk=record_id)
            values = snapshot(row)
            was = {name: values[row._meta.get_field(name).attname] for name in fields}  # type: ignore[union-attr]
        saved = save()
        self._saved.append((kind, saved, was))
        return saved

    def plain(self) -> list[dict[str, Any]]:
        """The notes as JSON, each row as it stands at the end."""
        return [
            {"kind": kind, "id": row.pk, "was": was, "left": snapshot(EDITABLE[kind]._default_manager.get(pk=row.pk))}
            for kind, row, was in self._saved
        ]
