"""Taking reports of another system in, many at once: written whole with their events, told to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local
from ioc.kernel.ids import new_id, new_token
from ioc.kernel.live import announce
from ioc.kernel.quadkeys import quadkey
from ioc.kernel.rights import IMPORT
from ioc.kernel.text import first_line
from ioc.kernel.together import insert_many
from ioc.kernel.turns import wait_for_turn
from ioc.management.models import KindCode, Urgency
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, Reference
from ioc.onscene.actions.searching import words_of
from ioc.onscene.models import Channel, Report, ReportEvent
from ioc.onscene.rules.importing import Incoming
from ioc.onscene.rules.workflow import State


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row with the commune in which its place lies (None: unknown or outside the province)."""

    incoming: Incoming
    area: AreaRef | None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a batch: numbers of rows taken in and there before, and those that this import brought twice."""

    added: int
    already: int
    repeated: tuple[ImportRow, ...] = ()


def import_batch(*, source: str, rows: Sequence[ImportRow], actor: Actor, at: datetime) -> Imported:
    """Take in `rows` of the system `source`, each identifier once, in one transaction.

    Closed ones become published where their kind and category are public, else closed; open ones wait as received,
    without a deadline, for their time ran elsewhere. `at` is the same for all batches of an import: a report that
    bears it came with this import, an earlier one was there before.

    Raises:
        Forbidden: the actor may not import.
    """
    actor.require(IMPORT)
    with transaction.atomic():
        # Imports of one source go one after the other, so that two of them do not meet over an identifier.
        wait_for_turn(f"import:{source}")
        known = known_identifiers(source, rows)
        fresh = {row.incoming.source_id: row for row in reversed(rows) if row.incoming.source_id not in known}
        taken = list(reversed(fresh.values()))
        _write(source, taken, actor=actor, at=at)
    kept = {id(row) for row in taken}
    left = [row for row in rows if id(row) not in kept]
    repeated = tuple(row for row in left if known.get(row.incoming.source_id, at) == at)
    return Imported(added=len(taken), already=len(left) - len(repeated), repeated=repeated)


def known_identifiers(source: str, rows: Sequence[ImportRow]) -> dict[str, datetime]:
    """Identifier → when it last changed, of those that are there."""
    found = Report.objects.filter(source=source, source_id__in=[row.incoming.source_id for row in rows])
    return {str(source_id): changed_at for source_id, changed_at in found.values_list("source_id", "changed_at")}


def _write(source: str, rows: Sequence[ImportRow], *, actor: Actor, at: datetime) -> None:
    if not rows:
        return
    reference = loading.current()
    agencies = {organization.code: organization.id for organization in reference.agencies.values()}
    reports = [
        _report(reference, row, lead_id=agencies.get(row.incoming.agency), source=source, number=number, at=at)
        for row, number in zip(rows, _numbers(len(rows)), strict=True)
    ]
    for report in reports:
        report.words = words_of(report)
    insert_many(reports)
    insert_many([_event(report, actor=actor, at=at) for report in reports])
    announce("onscene.queue", "public")


def _numbers(count: int) -> list[int]:
    """That many running numbers, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('onscene_report_number') FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


def _code(reference: Reference, filed_at: datetime, number: int) -> str:
    """As for a report that was filed here: province, year and month of filing, running number."""
    prefix = reference.province.code_prefix if reference.province else "IOC"
    return f"{prefix}-{local(filed_at):%y%m}-{number:05d}"


def _report(
    reference: Reference, row: ImportRow, *, lead_id: int | None, source: str, number: int, at: datetime
) -> Report:
    incoming, area = row.incoming, row.area
    code = _code(reference, incoming.filed_at, number)
    category = reference.category(incoming.category)
    located = incoming.latitude is not None and incoming.longitude is not None
    closed_at = incoming.closed_at
    state = _state(reference, incoming)
    return Report(
        id=new_id(),
        code=code,
        token=new_token(),
        kind=KindCode.ON_SCENE,
        urgency=Urgency.NORMAL,
        state=state,
        category_id=category.id,
        area_id=area.id if area else None,
        area_path=area.path if area else "",
        lead_id=lead_id,
        title=first_line(incoming.text),
        text=incoming.text,
        latitude=incoming.latitude,
        longitude=incoming.longitude,
        place_text=incoming.address,
        quadkey=quadkey(incoming.latitude or 0, incoming.longitude or 0) if located else None,
        channel=incoming.channel or Channel.IMPORT,
        source=source,
        source_id=incoming.source_id,
        filed_at=incoming.filed_at,
        resolved_at=closed_at,
        published_at=closed_at if state is State.PUBLISHED else None,
        closed_at=closed_at,
        changed_at=at,
        result=incoming.result if closed_at else "",
    )


def _state(reference: Reference, incoming: Incoming) -> State:
    if incoming.closed_at is None:
        return State.RECEIVED
    kind = reference.kinds.get(KindCode.ON_SCENE)
    is_public = kind is not None and kind.is_published and reference.category(incoming.category).is_public
    return State.PUBLISHED if is_public else State.CLOSED


def _event(report: Report, *, actor: Actor, at: datetime) -> ReportEvent:
    return ReportEvent(
        id=new_id(),
        report=report,
        at=at,
        verb="imported",
        **actor.signature(),
        after={"state": report.state, "source": report.source, "source_id": report.source_id},
        is_public=True,
    )
