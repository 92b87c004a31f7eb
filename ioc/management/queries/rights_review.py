"""What saving a form for a role or a position would change."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ioc.management.models import Position, Role
from ioc.management.queries.reviewing import Review, review_position, review_role
from ioc.management.rules.second_person import gained_by_position, gained_by_role


def review_of(kind: str, *, row: Any, fields: Mapping[str, Any], record_id: Any, day: date) -> Review:
    """What becomes of people's rights when `row`, as it is filled in, is saved; it is neither written nor changed."""
    if kind == "role":
        return _of_role(row, record_id, day)
    return _of_position(row, fields, record_id, day)


def _of_role(row: Role, record_id: Any, day: date) -> Review:
    was = Role.objects.filter(pk=record_id).first() if record_id is not None else None
    before = {"rights": was.rights} if was else {}
    for_two = gained_by_role(before, {"rights": row.rights})
    return review_role(role_id=record_id, rights=row.rights, for_two=for_two, day=day)


def _of_position(row: Position, fields: Mapping[str, Any], record_id: Any, day: date) -> Review:
    was = Position.objects.filter(pk=record_id).first() if record_id is not None else None
    categories = list(fields.get("categories", ()))
    before = _values(was, list(was.categories.all())) if was else {}
    for_two = gained_by_position(before, _values(row, categories), rights=frozenset(row.role.rights))
    paths = [one.path for one in categories]
    return review_position(position=row, category_paths=paths, was=was, for_two=for_two, today=day)


def _values(position: Position, categories: list[Any]) -> dict[str, Any]:
    """The position as the rules compare it."""
    return {
        "person_id": str(position.person_id),
        "organization_id": position.organization_id,
        "role_id": position.role_id,
        "area_id": position.area_id,
        "categories": sorted(one.pk for one in categories),
        "valid_from": position.valid_from.isoformat(),
        "valid_to": position.valid_to.isoformat() if position.valid_to else None,
    }
