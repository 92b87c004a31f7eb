"""Reading systems and their rollout into memory: three statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ioc.management import models
from ioc.management.queries.reference import SystemRef
from ioc.management.rules.rollout import WHOLE_PROVINCE, Opening, Openings


def systems() -> dict[str, SystemRef]:
    """The systems by their code, in order."""
    return {
        row.code: SystemRef(
            id=row.id,
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            closed_text=row.closed_text,
            closed_text_en=row.closed_text_en,
        )
        for row in models.System.objects.order_by("position", "id")
    }


def openings(areas: Sequence[models.Area]) -> Openings:
    """The rollout; `areas` are all areas of all times.

    A row on an area that has ended opens the areas that followed it too: a merger of communes closes nothing.
    """
    rows = list(models.Rollout.objects.select_related("system").order_by("valid_from", "id"))
    followed = _Followed(areas) if any(row.area_id for row in rows) else None
    return Openings(tuple(_opening(row, followed) for row in rows))


def _opening(row: models.Rollout, followed: "_Followed | None") -> Opening:
    return Opening(
        id=row.id,
        system=row.system.code,
        audience=row.audience,
        area_paths=followed.paths_of(row.area_id) if row.area_id and followed else (WHOLE_PROVINCE,),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        note=row.note,
        note_en=row.note_en,
        legal_basis=row.legal_basis,
    )


class _Followed:
    """Areas with those that followed them."""

    def __init__(self, areas: Sequence[models.Area]) -> None:
        self._paths: Mapping[int, str] = {area.id: area.path for area in areas}
        self._after: dict[int, list[int]] = defaultdict(list)
        for before, after in models.AreaLineage.objects.values_list("before_id", "after_id"):
            self._after[before].append(after)

    def paths_of(self, area_id: int) -> tuple[str, ...]:
        """The path of the area, and those of what followed it or a part of it, that do not lie below it anyway."""
        own = self._paths[area_id]
        parts = [one for one, path in self._paths.items() if path.startswith(own)]
        later = {self._paths[one] for one in self._reached(parts)}
        return (own, *sorted(path for path in later if not path.startswith(own)))

    def _reached(self, areas: Iterable[int]) -> Iterator[int]:
        seen: set[int] = set()
        waiting = [after for area in areas for after in self._after[area]]
        while waiting:
            area = waiting.pop()
            if area not in seen:
                seen.add(area)
                yield area
                waiting.extend(self._after[area])
