"""Units merged, split, renamed or moved from a day on: old rows end, new rows begin, lineage ties them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from ioc.kernel import shapes
from ioc.kernel.actors import SYSTEM, Actor, ActorKind
from ioc.kernel.clock import local_date
from ioc.kernel.turns import wait_for_turn
from ioc.management.actions.area_following import follow_successors
from ioc.management.actions.area_steps import Steps
from ioc.management.actions.gaining import NeedsSecondPerson
from ioc.management.actions.records import ROUTING_TURN, save_record
from ioc.management.actions.scope import require_whole_province
from ioc.management.models import Area, AreaEvent, LineageKind, Position, RoutingRule
from ioc.management.queries.area_changes import AreaChange, Planned, plan_change
from ioc.management.queries.sealed_reach import reach_now
from ioc.management.rules.area_changes import After


@transaction.atomic
def change_areas(*, change: AreaChange, actor: Actor, at: datetime, asked_by: Actor | None = None) -> list[Area]:
    """Make the change, all of it or nothing; the units that begin, in the order asked for.

    Units below come along under their new parent. With `carry`, positions and routing rows of a unit with one
    successor end on the day and begin anew for the successor. Agencies of renamed and moved units follow on that day.
    `asked_by` is the administrator who asked for what the actor confirms.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound, Invalid: see `plan_change`.
        NeedsSecondPerson: somebody could open what is sealed on more ground by it; see `second_person`.
    """
    require_whole_province(actor)
    # Routing rows go along: their turn comes before the units are held, as for who assigns.
    wait_for_turn(ROUTING_TURN)
    # Held before it is looked at: of two who end the same unit at once, the second finds it ended.
    list(Area.objects.select_for_update().filter(pk__in=change.before).order_by("pk").values_list("pk", flat=True))
    planned = plan_change(change, actor=actor)
    if planned.gains and asked_by is None and actor.kind is not ActorKind.SYSTEM:
        raise NeedsSecondPerson(frozenset().union(*(one.holder.rights for one in planned.gains)))
    maker = _Maker(planned, actor=actor, at=at)
    made = maker.make()
    if change.day <= local_date(at):
        follow_successors(at=at, save=maker.noting)
    maker.keep_event()
    return made


class _Maker:
    """Carries one change out, step by step, remembering which unit went into which."""

    def __init__(self, planned: Planned, *, actor: Actor, at: datetime) -> None:
        self.planned, self.change = planned, planned.change
        self.successors: dict[int, list[int]] = {}
        self._actor, self._at = actor, at
        self._steps = Steps()
        self._reached = reach_now().within({row.pk for row in (*planned.before, *planned.below)})

    def make(self) -> list[Area]:
        old = self.planned.before
        for row in old:
            self._end(row)
        outlines = self._outlines()
        made = [
            self._begin(one, outline, self.planned.parent, old[index if self._is_move else 0])
            for index, (one, outline) in enumerate(zip(self.change.after, outlines, strict=True))
        ]
        for index, row in enumerate(old):
            afters = [made[index]] if self._is_move else made
            for after, asked in zip(afters, self.change.after, strict=False):
                self._tie(row, after, self.change.kind, is_main=len(afters) == 1 or asked.is_main)
            self._bring_children(row, afters[0])
        if self.planned.goes_along:
            self._carry()
        return made

    def keep_event(self) -> None:
        """Keep what was done, so that it can be undone."""
        AreaEvent.objects.create(
            kind=self.change.kind,
            day=self.change.day,
            title=self.planned.title[:500],
            legal_basis=self.change.legal_basis,
            steps=self._steps.plain(),
            reached=self._reached,
            made_at=self._at,
            made_by_id=self._actor.person_id,
        )

    def noting(self, *, kind: str, record_id: object = None, fields: dict[str, Any], **more: Any) -> Any:
        """`save_record`, with a note of the row for undoing."""
        return self._steps.noted(kind, record_id, fields, lambda: save_record(
            kind=kind, record_id=record_id, fields=fields, **more
        ))  # fmt: skip

    def _save(self, kind: str, record_id: object = None, *, fields: dict[str, Any]) -> Any:
        # Whether the change as a whole takes two administrators was asked before it began: the map moves under the
        # rows, and none of them by itself gives anybody anything.
        return self.noting(
            kind=kind,
            record_id=record_id,
            fields=fields,
            actor=self._actor,
            at=self._at,
            reason=self.change.legal_basis,
            asked_by=SYSTEM,
        )

    @property
    def _is_move(self) -> bool:
        return self.change.kind == LineageKind.MOVED

    def _end(self, row: Area) -> None:
        self._save("area", row.pk, fields={"valid_to": self.change.day})

    def _begin(self, one: After, boundary: Any, parent: Area | None, like: Area) -> Area:
        drawn = shapes.from_geojson(boundary).representative_point() if boundary else None
        latitude, longitude = one.latitude, one.longitude
        if latitude is None and drawn is not None:
            latitude, longitude = round(drawn.y, 6), round(drawn.x, 6)
        row: Area = self._save(
            "area",
            fields={
                "code": one.code, "level": like.level, "name": one.name, "short_name": one.short_name,
                "parent": parent, "valid_from": self.change.day,
                "latitude": latitude, "longitude": longitude, "boundary": boundary,
                "boundary_is_approximate": self._approximate(),
            },
        )  # fmt: skip
        return row

    def _approximate(self) -> bool:
        """A part of a split is drawn from middle points; else as exact as what it is made of."""
        return self.change.kind == LineageKind.SPLIT or any(row.boundary_is_approximate for row in self.planned.before)

    def _outlines(self) -> list[Any]:
        """A boundary for each new unit, as far as the old ones have one."""
        old = self.planned.before
        if self._is_move:
            return [row.boundary for row in old]
        if not all(row.boundary for row in old):
            return [None for _one in self.change.after]
        known = [shapes.from_geojson(row.boundary or {}) for row in old]
        if self.change.kind == LineageKind.MERGED:
            return [shapes.union_geojson(known, smooth=False)]
        if self.change.kind == LineageKind.RENAMED:
            return [old[0].boundary]
        points = {one.code: (one.latitude or 0.0, one.longitude or 0.0) for one in self.change.after}
        parts = shapes.divided(points, known[0])
        return [shapes.to_geojson(parts[one.code]) for one in self.change.after]

    def _tie(self, before: Area, after: Area, kind: str, *, is_main: bool) -> None:
        self.successors.setdefault(before.pk, []).append(after.pk)
        fields = {
            "before": before, "after": after, "kind": kind, "at": self.change.day, "is_main": is_main,
            "legal_basis": self.change.legal_basis,
        }  # fmt: skip
        self._save("area_lineage", fields=fields)

    def _bring_children(self, old: Area, new: Area) -> None:
        """What stood below the old unit stands below the new one from the day on."""
        for child in [row for row in self.planned.below if row.parent_id == old.pk]:
            self._end(child)
            fields = {
                "code": child.code, "level": child.level, "name": child.name, "short_name": child.short_name,
                "parent": new, "valid_from": self.change.day, "latitude": child.latitude,
                "longitude": child.longitude, "boundary": child.boundary,
                "boundary_is_approximate": child.boundary_is_approximate,
            }  # fmt: skip
            moved = self._save("area", fields=fields)
            self._tie(child, moved, LineageKind.MOVED, is_main=True)
            self._bring_children(child, moved)

    def _carry(self) -> None:
        """Positions and routing rows of a unit with one successor end, and begin anew there."""
        single = {old: new[0] for old, new in self.successors.items() if len(new) == 1}
        going = Q(area__in=single) & (Q(valid_to__isnull=True) | Q(valid_to__gt=self.change.day))
        areas = Area.objects.defer("boundary").in_bulk(single.values())
        for kind, rows in (("position", Position.objects), ("routing_rule", RoutingRule.objects)):
            for row in rows.filter(going).order_by("pk"):
                self._carry_row(kind, row, areas[single[row.area_id or 0]])

    def _carry_row(self, kind: str, row: Any, area: Area) -> None:
        if row.valid_from >= self.change.day:
            self._save(kind, row.pk, fields={"area": area})
            return
        fields = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key}
        many = {field.name: list(getattr(row, field.name).all()) for field in row._meta.many_to_many}
        self._save(kind, row.pk, fields={"valid_to": self.change.day})
        fields |= many | {"area": area, "valid_from": self.change.day}
        if not self._is_there(kind, fields, many):
            self._save(kind, fields=fields)

    @staticmethod
    def _is_there(kind: str, fields: dict[str, Any], many: dict[str, Any]) -> bool:
        """Whether another of the merged units gave the successor the same already."""
        if kind == "position":
            same = {name: fields[name] for name in ("person", "organization", "role", "valid_from")}
            return Position.objects.filter(**same).exists()
        plain = {name: value for name, value in fields.items() if name not in many}
        return RoutingRule.objects.filter(**plain).exists()
