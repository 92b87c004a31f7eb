"""Writing the audit log: one entry for each thing that must be answered for, in the transaction that does it.

Where it came from is read from `kernel.origin`. An entry is put in the chain soon after its transaction commits
(`audit_chain`): writers never wait for each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise

from ioc.kernel import origin
from ioc.kernel.actors import Actor
from ioc.kernel.coalesce import coalescer
from ioc.kernel.text import search_words
from ioc.kernel.together import insert_many
from ioc.management.actions.audit_chain import lengthen
from ioc.management.models import AuditEntry, AuditTopic

_CHAINED_WITHIN: Final = 1.0
_SEARCHED: Final = 500


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
    _write(
        topic=AuditTopic.CONFIG, verb=verb, kind=kind, record_id=record_id, record_name=record_name, actor=actor,
        at=at, reason=reason,
        before={name: old[name] for name in changed if name in old},
        after={name: new[name] for name in changed if name in new},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One of many changes that are made, and logged, together."""

    verb: str
    kind: str
    record_id: object
    record_name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def log_changes(changes: Iterable[Change], *, actor: Actor, at: datetime) -> None:
    """Write `changes` as `log_change` does, in one statement."""
    entries = [
        _entry(
            topic=AuditTopic.CONFIG, verb=one.verb, kind=one.kind, record_id=one.record_id,
            record_name=one.record_name, actor=actor, at=at, reason="", before=one.before, after=one.after,
        )
        for one in changes
    ]  # fmt: skip
    insert_many(entries)
    coalescer.after_commit("audit.chain", lengthen, within=_CHAINED_WITHIN)


def log_access(
    *,
    topic: str,
    verb: str,
    subject_kind: str,
    subject_id: object,
    subject_name: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    address: str = "",
) -> None:
    """Write that somebody signed in, opened a sealed identity, took data out, or dealt with a request about data.

    `topic` is one of `AuditTopic`; `subject_*` say what was accessed; `address` is given only where the request's
    own is not meant.
    """
    _write(
        topic=AuditTopic(topic), verb=verb, kind=subject_kind, record_id=subject_id, record_name=subject_name,
        actor=actor, at=at, reason=reason, before={}, after=dict(facts or {}), address=address,
    )  # fmt: skip


def log_export(*, what: str, rows: int, actor: Actor, at: datetime, asked: Mapping[str, Any] | None = None) -> None:
    """Write that `rows` rows of `what` left the system in a file; `asked` is what was filtered and in which form."""
    log_access(
        topic=AuditTopic.EXPORT, verb="exported", subject_kind=what, subject_id="", subject_name="", actor=actor,
        at=at, facts={"rows": rows, **{name: _plain(value) for name, value in (asked or {}).items() if value}},
    )  # fmt: skip


def _texts(values: Mapping[str, Any]) -> list[str]:
    """The texts among `values`, so far as somebody may look for them."""
    return [str(value)[:_SEARCHED] for value in values.values() if isinstance(value, str | Promise | list)]


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | bool | list | dict) else str(value)


def _write(**said: Any) -> None:
    _entry(**said).save(force_insert=True)
    coalescer.after_commit("audit.chain", lengthen, within=_CHAINED_WITHIN)


def _entry(
    *,
    topic: AuditTopic,
    verb: str,
    kind: str,
    record_id: object,
    record_name: str | Promise,
    actor: Actor,
    at: datetime,
    reason: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    address: str = "",
) -> AuditEntry:
    here, name = origin.current(), str(record_name)[:200]
    return AuditEntry(
        at=at, topic=topic, verb=verb, **actor.signature(), reason=reason, before=before, after=after,
        record_kind=kind, record_id=str(record_id)[:40], record_name=name,
        address=address[:45] or here.address, browser=here.browser, session=here.session,
        words=search_words(actor.name, actor.organization_name, name, reason, *_texts(before), *_texts(after)),
    )  # fmt: skip
