"""The audit log: one event for each change of the configuration, in the transaction that makes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ioc.kernel.actors import Actor
from ioc.management.models import ConfigEvent


def log_change(
    *,
    verb: str,
    kind: str,
    record_id: object,
    record_name: str,
    actor: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write who did `verb` to which record; of `before` and `after` only what differs is kept."""
    old, new = dict(before or {}), dict(after or {})
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    ConfigEvent.objects.create(
        at=at,
        verb=verb,
        **actor.signature(),
        reason=reason,
        before={name: old[name] for name in changed if name in old},
        after={name: new[name] for name in changed if name in new},
        record_kind=kind,
        record_id=str(record_id),
        record_name=record_name[:200],
    )
