"""Places as everybody may see them: as exact as the category allows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from ioc.kernel.quadkeys import Box, centre_of_block, ranges, shift_for
from ioc.management.queries import loading
from ioc.onscene.models import Report


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees, and within how many metres the matter lies of it (0: there)."""

    latitude: float
    longitude: float
    within_m: int = 0


def public_place(report: Report) -> Place | None:
    """The place of a report for everybody: the middle of a block as wide as its category asks; None without one."""
    if report.latitude is None or report.longitude is None or report.quadkey is None:
        return None
    precision = loading.current().categories[report.category_id].place_precision_m
    if precision == 0:
        return Place(latitude=report.latitude, longitude=report.longitude)
    latitude, longitude = centre_of_block(report.quadkey, shift=shift_for(precision))
    return Place(latitude=round(latitude, 5), longitude=round(longitude, 5), within_m=precision)


def shifts() -> dict[int, list[int]]:
    """Bits to leave out of a quadkey → the public categories that ask for it."""
    found: dict[int, list[int]] = defaultdict(list)
    for category in loading.current().categories.values():
        if category.is_public:
            found[shift_for(category.place_precision_m)].append(category.id)
    return dict(found)


def inside(box: Box) -> Q:
    """The public reports that may lie in `box`.

    For coarse categories whole blocks are taken or left, so that asking for smaller and smaller boxes does not
    find out more than the category allows.
    """
    wanted = Q()
    for shift, categories in shifts().items():
        wanted |= Q(category_id__in=categories) & _in_ranges(_widened(ranges(box), shift))
    return wanted or Q(pk__isnull=True)


def _widened(intervals: Sequence[tuple[int, int]], shift: int) -> list[tuple[int, int]]:
    return [(first >> shift << shift, -(-last >> shift) << shift) for first, last in intervals]


def _in_ranges(intervals: Sequence[tuple[int, int]]) -> Q:
    wanted = Q()
    for first, last in intervals:
        wanted |= Q(quadkey__gte=first, quadkey__lt=last)
    return wanted
