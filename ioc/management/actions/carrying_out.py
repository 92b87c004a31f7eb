"""Carrying a change of organizations out: new ones made, all that they have handed over, old ones ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from ioc.kernel import open_work, reference
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date
from ioc.kernel.models import valid_on
from ioc.kernel.open_work import Holder
from ioc.management.actions.handing_over import (
    Doing,
    end_codes,
    keep_past,
    move_children,
    move_fields,
    move_positions,
    move_routes,
    put_below,
)
from ioc.management.actions.handing_over_shifts import move_shifts
from ioc.management.actions.records import save_record
from ioc.management.models import ChangeState, Organization, OrganizationChange, OrganizationChangeParty, PartyRole
from ioc.management.rules.reorganizing import MOVE, RENAME, Part, from_json

_LOOK_BACK: Final = timedelta(days=2)
"""For how long work that came to an ended organization in the moment of its end is looked for."""


def carry_out(doing: Doing, change: OrganizationChange) -> dict[str, int]:
    """Do it in the caller's transaction; how much went along, by what it is.

    Raises:
        Invalid: a new organization cannot be made as it was planned.
    """
    if doing.plan.kind == RENAME:
        _rename(doing)
        moved: dict[str, int] = {}
    elif doing.plan.kind == MOVE:
        moved = _move_under(doing)
    else:
        moved = _hand_over(doing, change)
    reference.bump()
    return moved


def _rename(doing: Doing) -> None:
    row = Organization.objects.get(pk=doing.plan.sources[0])
    keep_past(row, day=doing.day, legal_basis=doing.legal_basis)
    names = ("name", "short_name", "name_en")
    before = {name: getattr(row, name) for name in names}
    row.name, row.short_name, row.name_en = doing.plan.name, doing.plan.short_name, doing.plan.name_en
    row.save(update_fields=[*names])
    doing.log("renamed", "organization", row, before, {name: getattr(row, name) for name in names})


def _move_under(doing: Doing) -> dict[str, int]:
    row = Organization.objects.get(pk=doing.plan.sources[0])
    below = Organization.objects.filter(valid_on(doing.day), path__startswith=row.path).exclude(pk=row.pk).count()
    put_below(doing, row, doing.plan.parent_id, verb="moved")
    return {"agencies": below, "work": open_work.count(Holder(organization_id=row.pk))}


def _hand_over(doing: Doing, change: OrganizationChange) -> dict[str, int]:
    targets = {number: _taker(doing, part, change) for number, part in enumerate(doing.plan.parts)}
    moved = {
        "positions": move_positions(doing, targets),
        "routing": move_routes(doing, targets),
        "work": _move_work(doing, targets),
    }
    if doing.plan.sources_end:
        if targets:
            moved["agencies"] = move_children(doing, targets[0])
            moved["shifts"] = move_shifts(doing, targets[0])
            moved["fields"] = move_fields(doing, targets[0])
        moved["codes"] = end_codes(doing)
        _end_sources(doing)
    return moved


def _taker(doing: Doing, part: Part, change: OrganizationChange) -> int:
    """The organization that takes over, made where it is new."""
    if part.organization_id is not None or part.new is None:
        return part.organization_id or 0
    new = part.new
    row: Organization = save_record(
        kind="organization",
        fields={
            "code": new.code, "name": new.name, "short_name": new.short_name, "name_en": new.name_en,
            "kind": new.kind, "parent_id": new.parent_id, "area_id": new.area_id, "valid_from": doing.day,
        },
        # That the planner may make it was looked at with the plan; below whom it comes was, too.
        actor=SYSTEM, at=doing.at, reason=doing.legal_basis,
    )  # fmt: skip
    OrganizationChangeParty.objects.create(change=change, organization=row, role=PartyRole.AFTER, name=row.name)
    return row.pk


def _move_work(doing: Doing, targets: Mapping[int, int]) -> int:
    """Hand open work over: what is sent to a part by name first, then all the rest to the first part."""
    pieces = 0
    for source in doing.plan.sources:
        for number, target in targets.items():
            pieces += _move(doing, source, target, groups=doing.plan.work_of(number))
        if doing.plan.sources_end and targets:
            pieces += _move(doing, source, targets[0], groups=None)
    return pieces


def _move(doing: Doing, source: int, target: int, *, groups: list[str] | None) -> int:
    if groups == []:
        return 0
    moved = open_work.move(
        before=Holder(organization_id=source), after=Holder(organization_id=target), groups=groups,
        actor=doing.actor, at=doing.at, reason=doing.legal_basis or doing.reason,
    )  # fmt: skip
    return sum(moved.values())


def _end_sources(doing: Doing) -> None:
    for row in Organization.objects.filter(pk__in=doing.plan.sources):
        before = {"valid_to": row.valid_to.isoformat() if row.valid_to else None}
        row.valid_to = doing.day
        row.save(update_fields=["valid_to"])
        doing.log(_ENDED[doing.plan.kind], "organization", row, before, {"valid_to": doing.day.isoformat()})


_ENDED: Final = {"merge": "merged", "split": "split", "close": "closed"}


def hand_over_stragglers(*, at: datetime) -> int:
    """Hand on work that was given to an organization in the moment in which it ended; how many pieces.

    Whoever gave it knew the agencies as they were a second before. It goes to whom the organization's work went.
    """
    since = local_date(at - _LOOK_BACK)
    done = OrganizationChange.objects.filter(state=ChangeState.DONE, day__gte=since).exclude(kind__in=(RENAME, MOVE))
    pieces = 0
    for change in done.prefetch_related("parties"):
        plan = from_json(change.plan)
        heir = _heir(change, plan.parts)
        if not plan.sources_end or heir is None:
            continue
        for source in plan.sources:
            moved = open_work.move(
                before=Holder(organization_id=source), after=Holder(organization_id=heir), actor=SYSTEM, at=at,
                reason=change.legal_basis or change.reason,
            )  # fmt: skip
            pieces += sum(moved.values())
    return pieces


def _heir(change: OrganizationChange, parts: tuple[Part, ...]) -> int | None:
    """Who took the first part over."""
    if not parts:
        return None
    if parts[0].organization_id is not None:
        return parts[0].organization_id
    return next((party.organization_id for party in change.parties.all() if _is_made(party, parts[0])), None)


def _is_made(party: OrganizationChangeParty, part: Part) -> bool:
    """Whether the party is the organization that `part` asked to make."""
    return party.role == PartyRole.AFTER and part.new is not None and party.name == part.new.name
