"""What is open where, and what to tell people where it is not; all from memory, no statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ioc.management.models import Audience, KindCode
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, OrganizationRef, Reference, in_language
from ioc.management.rules.rollout import WHOLE_PROVINCE, Opening


@dataclass(frozen=True, slots=True)
class Closed:
    """A system that is not open in a place yet: from when it will be (None: not planned), and the other way.

    `words` are the administrators' own for this, empty for the usual ones; `note` is the coming opening's.
    """

    system: str
    system_name: str
    place: str
    opens_on: date | None
    note: str
    words: str
    hotline: str
    office: str
    office_phone: str

    @property
    def sentence(self) -> str:
        """That it is not open, and from when it will be."""
        facts = {"system": self.system_name, "place": self.place}
        parts = [self.words or _("%(system)s is not open in %(place)s yet.") % facts]
        if self.opens_on is not None:
            parts.append(_("It opens there on %(day)s.") % {"day": f"{self.opens_on:%d/%m/%Y}"})
        return " ".join(filter(None, (*parts, self.note)))

    @property
    def other_way(self) -> str:
        """What can be done meanwhile; empty where no number is known."""
        ways = []
        if self.hotline:
            ways.append(_("call %(number)s") % {"number": self.hotline})
        if self.office and self.office_phone:
            ways.append(_("call %(office)s: %(number)s") % {"office": self.office, "number": self.office_phone})
        elif self.office:
            ways.append(_("go to the office of %(office)s") % {"office": self.office})
        return _("Until then, please %(ways)s.") % {"ways": _(" or ").join(ways)} if ways else ""

    @property
    def whole(self) -> str:
        """Both, for the place's field of a form."""
        return f"{self.sentence} {self.other_way}".strip()


def audience_of(kind: str) -> Audience:
    """Whose matter a kind of report is: a business report is a business's, all else a citizen's."""
    return Audience.BUSINESSES if kind == KindCode.BUSINESS else Audience.CITIZENS


def closed(*, systems: Sequence[str], area: AreaRef, day: date, audience: str) -> Closed | None:
    """The first of `systems` that is not open to the audience in the area on `day`; None when all are."""
    reference = loading.current()
    for system in systems:
        if not reference.rollout.is_open(system=system, area_path=area.path, day=day, audience=audience):
            return _closed(reference, system, area, day, audience)
    return None


def _closed(reference: Reference, system: str, area: AreaRef, day: date, audience: str) -> Closed:
    coming = reference.rollout.next_opening(system=system, area_path=area.path, day=day, audience=audience)
    known = reference.systems.get(system)
    office = _office(reference, area)
    return Closed(
        system=system,
        system_name=known.label if known else system,
        place=reference.area_label(area.id) or area.name,
        opens_on=coming.valid_from if coming else None,
        note=in_language(coming.note, coming.note_en) if coming else "",
        words=known.closed_words if known else "",
        hotline=reference.province.hotline if reference.province else "",
        office=office.label if office else "",
        office_phone=office.phone if office else "",
    )


def _office(reference: Reference, area: AreaRef) -> OrganizationRef | None:
    """The People's Committee of the place."""
    committee = reference.committees_at(area.id).get(area.level)
    return reference.organizations.get(committee or 0)


def closed_to_official(*, system: str, area_paths: Sequence[str], day: date) -> Closed | None:
    """What to tell an official who works over the areas at `area_paths` ("": the whole province) and for none of
    whom `system` is open anywhere on `day`; None when it is."""
    reference = loading.current()
    audience = Audience.OFFICIALS
    if not area_paths or any(
        reference.rollout.is_open_within(system=system, area_path=path, day=day, audience=audience)
        for path in area_paths
    ):
        return None
    by_path = {area.path: area for area in reference.areas.values()}
    area = next((by_path[path] for path in area_paths if path in by_path), _province(reference))
    return _closed(reference, system, area, day, audience) if area else None


@dataclass(frozen=True, slots=True)
class WhereOpen:
    """For the form's page: where something is open now, and where it will be. Names of areas, by name.

    `is_limited` is false where it is open everywhere: then there is nothing to say.
    """

    is_limited: bool
    open_in: tuple[str, ...]
    coming: tuple[tuple[date, tuple[str, ...]], ...]


def where_open(*, systems: Sequence[str], day: date, audience: str) -> WhereOpen:
    """Where all of `systems` are open to the audience on `day`, told by the rows' own areas; None: everywhere."""
    reference = loading.current()
    everywhere = _province(reference)
    limited = [
        system
        for system in systems
        if everywhere is None
        or not reference.rollout.is_open(system=system, area_path=everywhere.path, day=day, audience=audience)
    ]
    if not limited:
        return WhereOpen(is_limited=False, open_in=(), coming=())
    rows = [row for row in reference.rollout.rows if row.system == limited[0] and row.audience == audience]
    later: dict[date, list[Opening]] = {}
    for row in rows:
        if row.valid_from > day:
            later.setdefault(row.valid_from, []).append(row)
    return WhereOpen(
        is_limited=True,
        open_in=_names(reference, [row for row in rows if row.holds_on(day)]),
        coming=tuple((start, _names(reference, later[start])) for start in sorted(later)),
    )


def _province(reference: Reference) -> AreaRef | None:
    return reference.areas.get(reference.province.area_id or 0) if reference.province else None


def _names(reference: Reference, rows: Sequence[Opening]) -> tuple[str, ...]:
    by_path = {area.path: area for area in reference.areas.values()}
    paths = dict.fromkeys(row.area_paths[0] for row in rows)
    return tuple(
        _("the whole province") if path == WHOLE_PROVINCE else by_path[path].name
        for path in paths
        if path == WHOLE_PROVINCE or path in by_path
    )
