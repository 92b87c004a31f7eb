"""Loading the administrative units of a province, before and after 1 July 2025, from the list that comes along."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ioc.kernel.actors import SYSTEM, Actor
from ioc.management.actions.records import save_record
from ioc.management.actions.scope import require_whole_province
from ioc.management.models import Area, AreaLineage, Province
from ioc.management.queries.national_units import AreaKey, AreaRecord, Areas, LineageRecord, province_units

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Loaded:
    """What loading did, or would do: `differing` are units that are here under another name and were left so."""

    areas: dict[AreaKey, Any] = field(default_factory=dict)
    added: int = 0
    kept: int = 0
    tied: int = 0
    differing: list[tuple[str, str, str]] = field(default_factory=list)
    estimated: int = 0


def load_province(
    *,
    code: str,
    actor: Actor,
    at: datetime,
    as_of: date | None = None,
    only_look: bool = False,
    tell: Tell = lambda *_: None,
) -> Loaded:
    """Load the province with this code of today and what went into it; what is here already stays as it is.

    With `as_of` only the units that stood on that day. With `only_look` nothing is written.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NoSuchProvince: the list has none with this code.
    """
    require_whole_province(actor)
    listed = province_units(code)
    if as_of is not None:
        listed = _on(listed, as_of)
    with transaction.atomic():
        loaded = load_units(listed, actor=actor, at=at, only_look=only_look, tell=tell)
        if not only_look:
            _tie_province(listed, loaded, actor=actor, at=at)
    return loaded


def load_units(
    listed: Areas, *, actor: Actor, at: datetime, only_look: bool = False, tell: Tell = lambda *_: None
) -> Loaded:
    """Add the units and ties that are not here yet, each with its audit event."""
    loaded = Loaded(estimated=len(listed.estimated))
    here = _here()
    total = len(listed.units) + len(listed.lineage)
    for number, unit in enumerate(listed.units):
        tell(number, total)
        _load_unit(unit, here, loaded, actor=actor, at=at, only_look=only_look)
    ties = set(AreaLineage.objects.values_list("before_id", "after_id", "at"))
    for number, tie in enumerate(listed.lineage, start=len(listed.units)):
        tell(number, total)
        _load_tie(tie, ties, loaded, actor=actor, at=at, only_look=only_look)
    tell(total, total)
    return loaded


def _on(listed: Areas, day: date) -> Areas:
    units = tuple(unit for unit in listed.units if unit.valid_on(day))
    return Areas(units=units, lineage=(), estimated=tuple(set(listed.estimated) & {unit.key for unit in units}))


def _here() -> dict[tuple[str, str], list[Area]]:
    found: dict[tuple[str, str], list[Area]] = {}
    for row in Area.objects.defer("boundary"):
        found.setdefault((row.level, row.code), []).append(row)
    return found


def _load_unit(
    unit: AreaRecord,
    here: Mapping[tuple[str, str], list[Area]],
    loaded: Loaded,
    *,
    actor: Actor,
    at: datetime,
    only_look: bool,
) -> None:
    same = next((row for row in here.get((unit.key.level, unit.key.code), ()) if _overlap(row, unit)), None)
    if same is not None:
        loaded.areas[unit.key] = same
        loaded.kept += 1
        if same.name != unit.name:
            loaded.differing.append((unit.key.code, same.name, unit.name))
        return
    loaded.added += 1
    if only_look:
        return
    loaded.areas[unit.key] = save_record(
        kind="area",
        fields={
            "code": unit.key.code,
            "level": unit.key.level,
            "name": unit.name,
            "short_name": unit.short_name,
            "parent": loaded.areas[unit.parent] if unit.parent else None,
            "valid_from": unit.key.valid_from,
            "valid_to": unit.valid_to,
            "latitude": unit.latitude,
            "longitude": unit.longitude,
            "boundary": unit.boundary,
        },
        actor=actor,
        at=at,
    )


def _overlap(row: Area, unit: AreaRecord) -> bool:
    """Whether both stood at some time: code 24 is Bắc Giang before the reform and Bắc Ninh after it."""
    begins = unit.valid_to is None or row.valid_from < unit.valid_to
    return begins and (row.valid_to is None or unit.key.valid_from < row.valid_to)


def _load_tie(
    tie: LineageRecord,
    ties: set[tuple[int, int, date]],
    loaded: Loaded,
    *,
    actor: Actor,
    at: datetime,
    only_look: bool,
) -> None:
    before, after = loaded.areas.get(tie.before), loaded.areas.get(tie.after)
    if before and after and (before.pk, after.pk, tie.at) in ties:
        return
    loaded.tied += 1
    if only_look or before is None or after is None:
        return
    save_record(
        kind="area_lineage",
        fields={
            "before": before,
            "after": after,
            "kind": tie.kind,
            "at": tie.at,
            "is_main": tie.is_main,
            "legal_basis": tie.legal_basis,
        },
        actor=actor,
        at=at,
        # The law's list that comes with the product, not an administrator's word on who followed whom.
        asked_by=SYSTEM,
    )


def _tie_province(listed: Areas, loaded: Loaded, *, actor: Actor, at: datetime) -> None:
    """Say to which unit the installation's province belongs, where nobody has yet."""
    province = Province.objects.first()
    standing = [unit for unit in listed.units if unit.key.level == "province"]
    if province is None or province.area_id is not None or not standing:
        return
    newest = max(standing, key=lambda unit: unit.key.valid_from)
    save_record(kind="province", record_id=province.pk, fields={"area": loaded.areas[newest.key]}, actor=actor, at=at)
