"""What a change of administrative units would do, before it is done; and what became of a unit, before → after."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid, NotFound
from ioc.kernel.models import valid_on
from ioc.kernel.rights import MANAGE
from ioc.management.models import Area, AreaLineage, LineageKind, Organization, Position, RoutingRule
from ioc.management.queries.sealed_reach import Gain, gains_by
from ioc.management.rules.area_changes import After, Before, Fault, faults
from ioc.management.rules.sealed_reach import Follower

SAID: Final[dict[Fault, str | Promise]] = {
    Fault.NO_BASIS: _("Give the document that orders the change."),
    Fault.NO_UNITS: _("Choose at least one unit."),
    Fault.LEVELS_DIFFER: _("The units must be of one level."),
    Fault.NOT_STANDING: _("One of the units has ended by that day."),
    Fault.TOO_EARLY: _("One of the units begins on that day or later."),
    Fault.TOO_FEW_BEFORE: _("Choose two units or more to merge."),
    Fault.TOO_MANY_BEFORE: _("Choose one unit only for this."),
    Fault.TOO_FEW_AFTER: _("Name the units that begin: one, or two or more for a split."),
    Fault.TOO_MANY_AFTER: _("Name one unit only for this."),
    Fault.NOT_ONE_MAIN: _("Say which one part is the main one."),
    Fault.SAME_NAME: _("The new name is the old one."),
    Fault.SAME_PARENT: _("The unit is there already."),
    Fault.NO_PARENT: _("Say which unit it comes under."),
    Fault.CODE_TAKEN: _("Another unit has this code on that day."),
    Fault.CODE_TWICE: _("Two of the new units have the same code."),
    Fault.NO_PLACE: _("Give the middle point of each part, so that places find theirs until a file is read."),
    Fault.HAS_UNITS_BELOW: _("Units lie below it. Move those first."),
}


@dataclass(frozen=True, slots=True)
class AreaChange:
    """A change as asked for. `carry`: positions and routing rows of a unit with one successor go along."""

    kind: str
    before: tuple[int, ...]
    after: tuple[After, ...]
    day: date
    legal_basis: str
    carry: bool = True

    def plain(self) -> dict[str, Any]:
        """As JSON, for a change that waits."""
        return {**asdict(self), "day": self.day.isoformat()}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> "AreaChange":
        """What `plain` kept."""
        return cls(
            kind=plain["kind"],
            before=tuple(plain["before"]),
            after=tuple(After(**one) for one in plain["after"]),
            day=date.fromisoformat(plain["day"]),
            legal_basis=plain["legal_basis"],
            carry=plain["carry"],
        )


@dataclass(slots=True)
class Planned:
    """What the change would do. `below`: units that come along; `positions`, `rules`: what refers to units that
    end; `committees`: agencies that serve them; `gains`: who could open what is sealed on more ground by it."""

    change: AreaChange
    before: list[Area]
    parent: Area | None
    below: list[Area] = field(default_factory=list)
    positions: int = 0
    rules: int = 0
    committees: list[Organization] = field(default_factory=list)
    gains: list[Gain] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The change in names: "Xã A, Xã B → Xã C"."""
        sides = ([row.name for row in self.before], [one.name for one in self.change.after])
        return " → ".join(", ".join(names) for names in sides)

    @property
    def followers(self) -> list[Follower]:
        """What follows what, for how far rights reach."""
        together = self.change.kind == LineageKind.MERGED
        groups = [self.before] if together else [[row] for row in self.before]
        return [self._follower(group) for group in groups]

    def _follower(self, group: Sequence[Area]) -> Follower:
        heads = frozenset(row.pk for row in group)
        paths = tuple(row.path for row in group)
        under = {row.pk for row in self.below if row.path.startswith(paths)}
        return Follower(heads, heads | under, self.parent.path if self.parent else "/", self.goes_along)

    @property
    def goes_along(self) -> bool:
        """Whether positions and routing rows go to the one successor."""
        return self.change.carry and self.change.kind != LineageKind.SPLIT


def plan_change(change: AreaChange, *, actor: Actor) -> Planned:
    """The change with all that it touches; at most nine statements and one for each level below.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: one of the units does not exist.
        Invalid: the change cannot be made; says why.
    """
    actor.require(MANAGE)
    before = _units(change.before)
    found = faults(
        change.kind,
        [_before(row, change.day) for row in before],
        change.after,
        day=change.day,
        legal_basis=change.legal_basis,
        taken=_codes(before, change.day),
    )
    if found:
        raise Invalid(" ".join(str(SAID[fault]) for fault in found))
    planned = Planned(change=change, before=before, parent=_parent(change, before))
    planned.below = below(before, change.day)
    ending = [row.pk for row in (*before, *planned.below)]
    planned.positions = Position.objects.filter(_open_at(change.day), area__in=ending).count()
    planned.rules = RoutingRule.objects.filter(_open_at(change.day), area__in=ending).count()
    planned.committees = list(Organization.objects.filter(valid_on(change.day), area__in=ending).order_by("name"))
    planned.gains = gains_by(planned.followers)
    return planned


def _open_at(day: date) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)


def _units(ids: Sequence[int]) -> list[Area]:
    rows = {row.pk: row for row in Area.objects.filter(pk__in=ids).select_related("parent").defer("parent__boundary")}
    if len(rows) != len(set(ids)):
        raise NotFound
    return [rows[pk] for pk in dict.fromkeys(ids)]


def _before(row: Area, day: date) -> Before:
    return Before(
        code=row.code,
        level=row.level,
        name=row.name,
        parent_id=row.parent_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        has_boundary=bool(row.boundary),
        units_below=row.children.filter(valid_on(day)).count(),
    )


def _codes(before: Sequence[Area], day: date) -> frozenset[str]:
    levels = {row.level for row in before}
    return frozenset(Area.objects.filter(valid_on(day), level__in=levels).values_list("code", flat=True))


def _parent(change: AreaChange, before: Sequence[Area]) -> Area | None:
    """The unit above the new ones: as chosen, else that of the first old one."""
    chosen = next((one.parent_id for one in change.after if one.parent_id), None)
    if chosen is None:
        return before[0].parent
    found = Area.objects.defer("boundary").filter(pk=chosen).first()
    if found is None or (found.valid_to is not None and found.valid_to <= change.day):
        raise Invalid(_("The unit above does not stand on that day."))
    return found


def below(rows: Sequence[Area], day: date) -> list[Area]:
    """The units under `rows` that stand on `day`, parents first."""
    found: list[Area] = []
    layer: list[Area] = list(rows)
    while layer:
        layer = list(Area.objects.filter(valid_on(day), parent__in=layer).order_by("code"))
        found += layer
    return found


@dataclass(frozen=True, slots=True)
class Turn:
    """One tie in a unit's history: `row` is the unit on the other side."""

    row: Area
    kind: str
    at: date
    legal_basis: str
    is_main: bool


@dataclass(slots=True)
class History:
    """What a unit came from and what it went into, and how often what refers to it does so."""

    came_from: list[Turn]
    went_into: list[Turn]
    positions: int = 0
    rules: int = 0


def history_of(area: Area, *, actor: Actor) -> History:
    """A unit's ties in both directions; four statements."""
    actor.require(MANAGE)
    ties = AreaLineage.objects.select_related("before__parent", "after__parent").defer(
        "before__boundary", "after__boundary", "before__parent__boundary", "after__parent__boundary"
    )
    return History(
        came_from=[_turn(tie, tie.before) for tie in ties.filter(after=area).order_by("-at", "before__name")],
        went_into=[_turn(tie, tie.after) for tie in ties.filter(before=area).order_by("at", "after__name")],
        positions=Position.objects.filter(area=area).count(),
        rules=RoutingRule.objects.filter(area=area).count(),
    )


def _turn(tie: AreaLineage, other: Area) -> Turn:
    return Turn(other, str(LineageKind(tie.kind).label), tie.at, tie.legal_basis, tie.is_main)


def levels_on(day: date, *, actor: Actor) -> list[dict[str, Any]]:
    """Level → how many units stand on `day`, how many of them with an approximate boundary and with none."""
    actor.require(MANAGE)
    rows = Area.objects.filter(valid_on(day)).values("level").order_by("level")
    approximate = Count("id", filter=Q(boundary_is_approximate=True, boundary__isnull=False))
    counted = rows.annotate(n=Count("id"), approximate=approximate, none=Count("id", filter=Q(boundary=None)))
    return [dict(row) for row in counted]
