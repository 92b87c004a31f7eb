"""What a change of organizations is, and what must hold for it: pure, kept as JSON while it waits for its day."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Conflict, Invalid

RENAME: Final = "rename"
MERGE: Final = "merge"
SPLIT: Final = "split"
CLOSE: Final = "close"
MOVE: Final = "move"


class StillOpen(Conflict):
    """Organizations with open work, people or others below them cannot end without a successor."""

    code = "still-open"
    message = _("The agency still holds work, people, routing rows or agencies below it.")
    remedy = _("Name a successor that takes them over.")


class TooLate(Conflict):
    """The change is no longer planned: somebody carried it out or withdrew it."""

    code = "too-late"
    message = _("This change is no longer waiting: it was carried out or withdrawn.")


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """An organization that comes into being with the change."""

    code: str
    name: str
    short_name: str
    kind: str
    name_en: str = ""
    parent_id: int | None = None
    area_id: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Who takes over: an organization that stands, or a new one."""

    organization_id: int | None = None
    new: NewOrganization | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to `sources`.

    Renamed: the one source gets the names. Moved: it comes under `parent_id` (None: under nobody) and goes on.
    Otherwise `parts` take over what the sources have: what `positions`, `routing` and `work` (ids, or keys of open
    work → number of the part) send to a part goes there; all else goes to the first part when the sources end, and
    stays when they go on.
    """

    kind: str
    sources: tuple[int, ...]
    parts: tuple[Part, ...] = ()
    sources_end: bool = True
    positions: Mapping[int, int] = field(default_factory=dict)
    routing: Mapping[int, int] = field(default_factory=dict)
    work: Mapping[str, int] = field(default_factory=dict)
    name: str = ""
    short_name: str = ""
    name_en: str = ""
    parent_id: int | None = None

    def part_of(self, chosen: Mapping[Any, int], key: object) -> int | None:
        """The number of the part that takes `key` over; None where it stays (or there is nobody)."""
        number = chosen.get(key)
        if number is not None:
            return number
        return 0 if self.sources_end and self.parts else None

    def work_of(self, number: int) -> list[str]:
        """The keys of open work that are sent to a part by name."""
        return [key for key, chosen in self.work.items() if chosen == number]


def to_json(plan: Plan) -> dict[str, Any]:
    """The plan as it is kept."""
    return asdict(plan)


def from_json(kept: Mapping[str, Any]) -> Plan:
    """The plan that was kept."""
    values = dict(kept)
    values["sources"] = tuple(values["sources"])
    values["parts"] = tuple(
        Part(part["organization_id"], NewOrganization(**part["new"]) if part["new"] else None)
        for part in values["parts"]
    )
    for name in ("positions", "routing"):
        values[name] = {int(key): number for key, number in values[name].items()}
    return Plan(**values)


@dataclass(frozen=True, slots=True)
class Standing:
    """An organization as the checks see it."""

    id: int
    name: str
    path: str
    valid_from: date
    valid_to: date | None


def check_plan(plan: Plan, *, day: date, today: date, known: Mapping[int, Standing]) -> None:
    """Pass in silence when the plan makes sense on `day`; `known` holds every organization that it names.

    Raises:
        Invalid: it does not; says why, beside the field.
    """
    if day < today:
        raise Invalid(fields={"day": _("A change takes effect today or later.")})
    for problem in _CHECKS[plan.kind](plan):
        raise problem
    for one in plan.sources:
        _check_source(known.get(one), day)
    for part in plan.parts:
        if part.organization_id is not None:
            _check_part(known.get(part.organization_id), day)
        elif part.new is not None and part.new.parent_id is not None:
            _check_above(known.get(part.new.parent_id), day)
    if plan.kind == MOVE:
        _check_move(plan, known, day)


def _check_move(plan: Plan, known: Mapping[int, Standing], day: date) -> None:
    """It comes under another that stands on the day, and never under itself."""
    moved = known[plan.sources[0]]
    if plan.parent_id is not None:
        _check_above(known.get(plan.parent_id), day)
    above = known[plan.parent_id].path if plan.parent_id is not None else "/"
    if above.startswith(moved.path):
        raise Invalid(fields={"parent": _("It cannot come under itself, nor under an agency below it.")})
    if moved.path == f"{above}{moved.id}/":
        raise Invalid(fields={"parent": _("It stands there already.")})


def _check_above(one: Standing | None, day: date) -> None:
    if one is None:
        raise Invalid(fields={"parent": _("Please choose an agency from the list.")})
    if one.valid_from > day or (one.valid_to is not None and one.valid_to <= day):
        text = _("%(name)s does not stand on that day: nothing can come under it.") % {"name": one.name}
        raise Invalid(fields={"parent": text})


def _check_source(one: Standing | None, day: date) -> None:
    if one is None:
        raise Invalid(fields={"sources": _("Please choose an agency from the list.")})
    if one.valid_from >= day or (one.valid_to is not None and one.valid_to <= day):
        text = _("%(name)s does not stand on that day, or begins on it.") % {"name": one.name}
        raise Invalid(fields={"day": text})


def _check_part(one: Standing | None, day: date) -> None:
    if one is None:
        raise Invalid(fields={"target": _("Please choose an agency from the list.")})
    if one.valid_from > day or one.valid_to is not None:
        text = _("%(name)s is not there to take over from that day on.") % {"name": one.name}
        raise Invalid(fields={"target": text})


def _rename_problems(plan: Plan) -> Iterator[Invalid]:
    if not plan.name.strip():
        yield Invalid(fields={"name": _("Write the new name.")})
    if not plan.short_name.strip():
        yield Invalid(fields={"short_name": _("Write the new short name.")})


def _handing_problems(plan: Plan) -> Iterator[Invalid]:
    targets = [part.organization_id for part in plan.parts if part.organization_id is not None]
    if not plan.sources:
        yield Invalid(fields={"sources": _("Choose the agencies that end.")})
    if set(targets) & set(plan.sources):
        yield Invalid(fields={"target": _("An agency cannot take over from itself.")})
    codes = [part.new.code for part in plan.parts if part.new]
    if len(set(targets)) != len(targets) or len(set(codes)) != len(codes):
        yield Invalid(fields={"target": _("An agency is named twice.")})
    chosen = [*plan.positions.values(), *plan.routing.values(), *plan.work.values()]
    if any(not 0 <= number < len(plan.parts) for number in chosen):
        yield Invalid(fields={"parts": _("Something is sent to a part that does not exist.")})


def _merge_problems(plan: Plan) -> Iterator[Invalid]:
    yield from _handing_problems(plan)
    if len(plan.parts) != 1:
        yield Invalid(fields={"target": _("Choose who takes over.")})
    elif plan.parts[0].new and len(set(plan.sources)) < 2:
        yield Invalid(fields={"sources": _("A new agency is made of two or more. To give one a new name, rename it.")})


def _split_problems(plan: Plan) -> Iterator[Invalid]:
    yield from _handing_problems(plan)
    if len(plan.sources) != 1:
        yield Invalid(fields={"sources": _("One agency is split at a time.")})
    least = 2 if plan.sources_end else 1
    if len(plan.parts) < least:
        yield Invalid(fields={"parts": _("An agency that ends is split into two parts or more.")})


def _close_problems(plan: Plan) -> Iterator[Invalid]:
    yield from _handing_problems(plan)
    if len(plan.parts) > 1:
        yield Invalid(fields={"target": _("One agency takes over; to share things out, split.")})


def _move_problems(plan: Plan) -> Iterator[Invalid]:
    if len(plan.sources) != 1:
        yield Invalid(fields={"sources": _("One agency is moved at a time; what is below it comes along.")})


_CHECKS: Final[Mapping[str, Callable[[Plan], Iterator[Invalid]]]] = {
    RENAME: _rename_problems,
    MERGE: _merge_problems,
    SPLIT: _split_problems,
    CLOSE: _close_problems,
    MOVE: _move_problems,
}


def new_parents(parents: Mapping[int, int | None], *, ending: Collection[int], heir: int) -> dict[int, int | None]:
    """The parents that change when `ending` organizations end and `heir` takes over what is below them.

    `parents` maps each organization to the one above it, the heir's own (wanted) one among them. Who stood below one
    that ends comes below the heir. An heir that itself stands somewhere below one that ends comes up to where that
    one stood, so that the tree never has a cycle.
    """
    gone = set(ending)
    changed: dict[int, int | None] = {heir: _risen(parents, heir, gone)}
    for one, parent in parents.items():
        if parent in gone and one not in gone and one != heir:
            changed[one] = heir
    return {one: parent for one, parent in changed.items() if parents[one] != parent}


def _risen(parents: Mapping[int, int | None], heir: int, gone: Collection[int]) -> int | None:
    """What is above the topmost one that ends of those above the heir; the heir's own parent where none ends."""
    place = above = parents[heir]
    while above is not None:
        if above in gone:
            place = parents[above]
        above = parents[above]
    return place


def routed_anew(
    *, lead: int | None, cooperating: Collection[int], heirs: Mapping[int, int | None]
) -> tuple[int | None, list[int]]:
    """A routing row's lead and cooperating agencies after `heirs` (source → who takes its place here; None: nobody).

    The lead is not among those who cooperate, and nobody is named twice.
    """
    new_lead = heirs.get(lead, lead) if lead is not None else None
    taken = (heirs.get(one, one) for one in cooperating)
    return new_lead, [one for one in dict.fromkeys(taken) if one is not None and one != new_lead]
