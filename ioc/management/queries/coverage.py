"""The routing table and the deadlines as matrices, with their gaps and conflicts; worked out in memory."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from ioc.kernel.actors import Actor
from ioc.kernel.rights import MANAGE
from ioc.kernel.text import fold
from ioc.management.models import AreaLevel, Step, Urgency
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, CategoryRef, KindRef, OrganizationRef, Reference
from ioc.management.rules.coverage import Answer, Coverage, Table
from ioc.management.rules.deadlines import DeadlineTerm


@dataclass(frozen=True, slots=True)
class Cell:
    """A category in an area: `lead` where one agency has all of it; else how many communes have a gap or conflict."""

    category_id: int
    area_id: int
    coverage: Coverage
    lead: OrganizationRef | None
    leads: int
    gaps: int
    conflicts: int
    communes: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An area with its cells; `opens` when it can be looked at commune by commune."""

    area: AreaRef
    cells: list[Cell]
    opens: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """Areas by categories on a day; `gaps` and `conflicts` count cases (commune × category) in all that is asked."""

    day: date
    categories: list[CategoryRef]
    rows: list[MatrixRow]
    gaps: int
    conflicts: int
    cases: int
    tops: list[CategoryRef]
    within: AreaRef | None


def routing_matrix(
    *, day: date, actor: Actor, top: int | None = None, within: int | None = None, only_problems: bool = False
) -> Matrix:
    """The routing table on `day` as areas × categories; no statement.

    `top` narrows it to one category and those below it; `within` shows a district commune by commune. Without it
    the rows are districts where there are any on that day, else communes.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    reference = loading.current()
    categories = [one for one in reference.leaf_categories if top is None or top in {one.id, one.parent_id}]
    held = reference.province.map_held_at if reference.province else None
    units = _units(reference, held or day, within)
    rows = list(_rows(reference, units, categories, day))
    counts = Counter({"gaps": 0, "conflicts": 0})
    for row in rows:
        for cell in row.cells:
            counts.update(gaps=cell.gaps, conflicts=cell.conflicts, cases=cell.communes)
    if only_problems:
        rows, categories = _problems(rows, categories)
    return Matrix(
        day=day,
        categories=categories,
        rows=rows,
        gaps=counts["gaps"],
        conflicts=counts["conflicts"],
        cases=counts["cases"],
        tops=[one for one in reference.categories_by_code.values() if one.parent_id is None],
        within=reference.areas.get(within or 0),
    )


Units = list[tuple[AreaRef, list[AreaRef]]]


def _units(reference: Reference, day: date, within: int | None) -> Units:
    """The areas of the rows with the communes in each."""
    communes = reference.communes_on(day)
    if within is not None:
        return [(one, [one]) for one in communes if one.parent_id == within]
    by_parent: dict[int, list[AreaRef]] = {}
    for one in communes:
        by_parent.setdefault(_row_of(reference, one), []).append(one)
    found = [(reference.areas[parent], members) for parent, members in by_parent.items()]
    return sorted(found, key=lambda pair: (pair[0].level, fold(pair[0].short_name)))


def _row_of(reference: Reference, commune: AreaRef) -> int:
    parent = reference.areas.get(commune.parent_id or 0)
    return parent.id if parent and parent.level == AreaLevel.DISTRICT else commune.id


def _rows(reference: Reference, units: Units, categories: Sequence[CategoryRef], day: date) -> Iterator[MatrixRow]:
    table = Table(reference.routes, day=day)
    for area, communes in units:
        places = [(one.path, reference.committees_at(one.id)) for one in communes]
        cells = [_cell(reference, table, category, area, places) for category in categories]
        yield MatrixRow(area, cells, opens=area.level == AreaLevel.DISTRICT)


def _cell(
    reference: Reference,
    table: Table,
    category: CategoryRef,
    area: AreaRef,
    places: Sequence[tuple[str, Mapping[str, int]]],
) -> Cell:
    answers = [
        table.answer(category_path=category.path, area_path=path, committees=committees) for path, committees in places
    ]
    leads = {one.lead for one in answers if one.lead is not None}
    gaps, conflicts = _count(answers, Coverage.GAP), _count(answers, Coverage.CONFLICT)
    coverage = Coverage.GAP if gaps else Coverage.CONFLICT if conflicts else Coverage.COVERED
    lead = reference.organizations.get(next(iter(leads))) if len(leads) == 1 else None
    return Cell(category.id, area.id, coverage, lead, len(leads), gaps, conflicts, len(answers))


def _count(answers: Sequence[Answer], coverage: Coverage) -> int:
    return sum(one.coverage is coverage for one in answers)


def _problems(rows: list[MatrixRow], categories: list[CategoryRef]) -> tuple[list[MatrixRow], list[CategoryRef]]:
    """Only the rows and columns in which something is wrong."""
    wrong = [[cell.coverage is not Coverage.COVERED for cell in row.cells] for row in rows]
    kept = [index for index in range(len(categories)) if any(row[index] for row in wrong)]
    shown = [
        MatrixRow(row.area, [row.cells[index] for index in kept], row.opens)
        for row, flags in zip(rows, wrong, strict=True)
        if any(flags)
    ]
    return shown, [categories[index] for index in kept]


@dataclass(frozen=True, slots=True)
class TermCell:
    """A step for a kind and urgency: the row for all categories, how many categories have their own, and who lacks."""

    step: str
    kind: str
    urgency: str
    term: DeadlineTerm | None
    own: int
    lacking: list[CategoryRef]
    clash: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TermRow:
    """A kind and urgency with its steps."""

    kind: KindRef
    urgency: str | Promise
    cells: list[TermCell]


@dataclass(frozen=True, slots=True)
class TermMatrix:
    """Kinds and urgencies by steps on a day, and how many cells lack a row."""

    day: date
    steps: list[str | Promise]
    rows: list[TermRow]
    gaps: int
    conflicts: int


NEEDED = frozenset({Step.RECEIVE.value, Step.HANDLE.value, Step.PUBLISH.value})
"""Steps that every report passes; accepting has a deadline only where a row gives it one."""


def deadline_matrix(*, day: date, actor: Actor) -> TermMatrix:
    """The deadlines on `day` as kind and urgency × step; no statement.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    reference = loading.current()
    in_force = [term for term in reference.terms if term.valid_from <= day and not _is_over(term, day)]
    rows = [
        TermRow(kind, urgency.label, [_term_cell(reference, in_force, step, kind, urgency, day) for step in Step])
        for kind in reference.kinds.values()
        if kind.handled_here
        for urgency in Urgency
    ]
    cells = [cell for row in rows for cell in row.cells]
    return TermMatrix(
        day=day,
        steps=[step.label for step in Step],
        rows=rows,
        gaps=sum(bool(cell.lacking) for cell in cells if cell.step in NEEDED),
        conflicts=sum(bool(cell.clash) for cell in cells),
    )


def _is_over(term: DeadlineTerm, day: date) -> bool:
    return term.valid_to is not None and term.valid_to <= day


def _term_cell(
    reference: Reference, terms: Sequence[DeadlineTerm], step: Step, kind: KindRef, urgency: Urgency, day: date
) -> TermCell:
    speaking = [
        term
        for term in terms
        if term.step == step and term.kind in {"", kind.code} and term.urgency in {"", urgency.value}
    ]
    general = [term for term in speaking if not term.category_path]
    own = [term for term in speaking if term.category_path]
    lacking = [] if general else [one for one in reference.leaf_categories if not _has(own, one)]
    return TermCell(
        step=step.value,
        kind=kind.code,
        urgency=urgency.value,
        term=max(general, key=lambda term: term.precision, default=None),
        own=sum(_has(own, one) for one in reference.leaf_categories),
        lacking=lacking,
        clash=_clash(speaking),
    )


def _has(terms: Sequence[DeadlineTerm], category: CategoryRef) -> bool:
    return any(category.path.startswith(term.category_path) for term in terms)


def _clash(terms: Sequence[DeadlineTerm]) -> tuple[int, ...]:
    """The rows of one precision and category that set different limits; empty without any."""
    groups: dict[tuple[object, ...], list[DeadlineTerm]] = {}
    for term in terms:
        groups.setdefault((term.category_path, term.kind, term.urgency), []).append(term)
    for rows in groups.values():
        if len({(row.limit, row.unit) for row in rows}) > 1:
            return tuple(row.id for row in rows)
    return ()
