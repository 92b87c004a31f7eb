"""The reference data of the province as one picture in memory (see `kernel.reference`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from shapely import STRtree
from shapely.geometry import Point, shape

from ioc.kernel.calendar import WorkingCalendar
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import NotFound
from ioc.kernel.languages import in_language
from ioc.kernel.text import fold
from ioc.management.models import AreaLevel
from ioc.management.queries.refs import (
    AreaRef,
    CategoryRef,
    Due,
    FormerName,
    KindRef,
    OrganizationRef,
    ProvinceRef,
    QuestionRef,
    ReasonRef,
    SystemRef,
)
from ioc.management.rules.deadlines import DeadlineTerm, choose_term, due_at
from ioc.management.rules.grounds import Ground, Unit, former_paths, grounds_on
from ioc.management.rules.lineage import Lineage, Span, TieRef
from ioc.management.rules.rollout import Openings
from ioc.management.rules.routing import Route, Routed, route
from ioc.management.rules.subtrees import Subtrees

__all__ = [
    "AreaRef",
    "CategoryRef",
    "Due",
    "FormerName",
    "KindRef",
    "OrganizationRef",
    "ProvinceRef",
    "QuestionRef",
    "ReasonRef",
    "Reference",
    "SystemRef",
    "in_language",
]


@dataclass(frozen=True)
class Reference:
    """All reference data at one version. Areas of all times are in; look-ups by day pick those that stood."""

    province: ProvinceRef | None
    areas: Mapping[int, AreaRef]
    boundaries: Mapping[int, dict[str, Any]] = field(repr=False)
    ties: tuple[TieRef, ...]
    categories: Mapping[int, CategoryRef]
    organizations: Mapping[int, OrganizationRef]
    kinds: Mapping[str, KindRef]
    reasons: Mapping[str, ReasonRef]
    routes: tuple[Route, ...]
    terms: tuple[DeadlineTerm, ...]
    calendar: WorkingCalendar
    systems: Mapping[str, SystemRef]
    rollout: Openings

    @cached_property
    def categories_by_code(self) -> Mapping[str, CategoryRef]:
        """The categories in force, by their code; `categories` also has those that old reports lie in."""
        return {category.code: category for category in self.categories.values() if category.is_current}

    @cached_property
    def leaf_categories(self) -> tuple[CategoryRef, ...]:
        """The categories that reports are filed under, in order."""
        current = self.categories_by_code.values()
        parents = {category.parent_id for category in current}
        return tuple(category for category in current if category.id not in parents)

    @cached_property
    def agencies(self) -> Mapping[int, OrganizationRef]:
        """The organizations in force; `organizations` also has those that ended."""
        return {one.id: one for one in self.organizations.values() if one.is_current}

    @cached_property
    def organization_tree(self) -> Subtrees:
        """Which organizations, ended ones too, lie below which."""
        return Subtrees((one.path, one.id) for one in self.organizations.values())

    @cached_property
    def category_tree(self) -> Subtrees:
        """Which categories, ended ones too, lie below which."""
        return Subtrees((one.path, one.id) for one in self.categories.values())

    def category(self, code: str) -> CategoryRef:
        """The category with `code`.

        Raises:
            NotFound: there is none in force.
        """
        try:
            return self.categories_by_code[code]
        except KeyError as error:
            raise NotFound(category=code) from error

    def category_label(self, category_id: int) -> str:
        """The whole name: "Environment › Waste"."""
        category = self.categories[category_id]
        if category.parent_id is None:
            return category.label
        return f"{self.categories[category.parent_id].label} › {category.label}"

    def map_day(self, moment: datetime) -> date:
        """The day whose map of areas is used at `moment`."""
        held = self.province.map_held_at if self.province else None
        return held or local_date(moment)

    @cached_property
    def _own_communes(self) -> tuple[AreaRef, ...]:
        """The communes of this province at all times: those of what it came from and of what it became too."""
        top = self.province.area_id if self.province else None
        line = self.lineage.line(top) if top is not None and top in self.areas else ()
        under = tuple(self.areas[one].path for one in line) or ("",)
        found = (area for area in self.areas.values() if area.level == AreaLevel.COMMUNE)
        return tuple(area for area in found if area.path.startswith(under))

    @cached_property
    def _communes(self) -> tuple[tuple[AreaRef, ...], STRtree]:
        found = [(area, self.boundaries[area.id]) for area in self._own_communes if area.id in self.boundaries]
        return tuple(area for area, _ in found), STRtree([shape(boundary) for _, boundary in found])

    def commune_at(self, *, latitude: float, longitude: float, day: date) -> AreaRef | None:
        """The commune that holds the place on `day`, None outside the province.

        Cost: one search in an R-tree of all communes.
        """
        refs, tree = self._communes
        hits = tree.query(Point(longitude, latitude), predicate="intersects")
        return next((refs[index] for index in sorted(hits) if refs[index].valid_on(day)), None)

    def commune_by_code(self, code: str, *, day: date) -> AreaRef | None:
        """The commune that had `code` on `day`."""
        return next((area for area in self._communes_by_code.get(code, ()) if area.valid_on(day)), None)

    @cached_property
    def _communes_by_code(self) -> Mapping[str, list[AreaRef]]:
        found: dict[str, list[AreaRef]] = {}
        for area in self._own_communes:
            found.setdefault(area.code, []).append(area)
        return found

    def communes_on(self, day: date) -> list[AreaRef]:
        """The communes that stood on `day`, by name."""
        found = (area for area in self._own_communes if area.valid_on(day))
        return sorted(found, key=lambda area: fold(area.short_name))

    @cached_property
    def lineage(self) -> Lineage:
        """What became of each area."""
        return Lineage(self.ties, {area.id: Span(area.valid_from, area.valid_to) for area in self.areas.values()})

    def became(self, area_id: int, *, day: date) -> list[AreaRef]:
        """The units of `day` on the ground of this one, the main part first; see `Lineage.became`."""
        return [self.areas[one] for one in self.lineage.became(area_id, day)]

    @cached_property
    def _grounds(self) -> tuple[Ground, ...]:
        """The areas that have ended, with what is on their ground today."""
        units = {area.id: Unit(area.id, area.level, area.path) for area in self.areas.values()}
        return grounds_on(units, self.lineage, self.map_day(now()))

    @cached_property
    def _former_paths(self) -> dict[tuple[str, bool], tuple[str, ...]]:
        return {}

    def former_paths(self, path: str, *, wholly: bool = False) -> tuple[str, ...]:
        """The paths of ended areas that the area at `path` stands in for today; see `rules.grounds`."""
        if (path, wholly) not in self._former_paths:
            self._former_paths[path, wholly] = former_paths(path, self._grounds, wholly=wholly)
        return self._former_paths[path, wholly]

    def present_paths(self, path: str) -> tuple[str, ...]:
        """The paths of the areas of today that stand in for the ended one at `path`, none where it stands."""
        ground = next((one for one in self._grounds if one.path == path), None)
        if ground is None:
            return ()
        return ground.parts if len(ground.parts) == 1 else ground.heirs

    def area_label(self, area_id: int | None) -> str:
        """The commune with its district: "P. Ngô Quyền, TP Bắc Giang"."""
        area = self.areas.get(area_id) if area_id else None
        if area is None:
            return ""
        parent = self.areas.get(area.parent_id) if area.parent_id else None
        if parent is None or parent.level == AreaLevel.PROVINCE:
            return area.name
        return f"{area.name}, {parent.name}"

    @cached_property
    def _committees(self) -> Mapping[int, int]:
        """Area → its People's Committee."""
        kinds = {level.value for level in AreaLevel}
        return {
            organization.area_id: organization.id
            for organization in self.agencies.values()
            if organization.area_id is not None and organization.kind in kinds
        }

    def committees_at(self, area_id: int | None) -> dict[str, int]:
        """Level → People's Committee, for a commune and what is above it."""
        found: dict[str, int] = {}
        while area_id is not None:
            area = self.areas[area_id]
            if area_id in self._committees:
                found[area.level] = self._committees[area_id]
            area_id = area.parent_id
        return found

    def routed(self, *, category_id: int, area_id: int | None, moment: datetime) -> Routed | None:
        """Where a matter of the category in the commune should go; None where the routing table has a gap.

        A commune that does not stand any more is taken for what became of it, the main part of one that was split.
        """
        ground = self._standing(area_id, self.map_day(moment))
        return route(
            self.routes,
            category_path=self.categories[category_id].path,
            area_path=self.areas[ground].path if ground else "",
            committees=self.committees_at(ground),
            day=local_date(moment),
        )

    def _standing(self, area_id: int | None, day: date) -> int | None:
        """The unit of `day` on the area's ground; the area itself where its history does not reach that day."""
        if not area_id or self.areas[area_id].valid_on(day) or self.areas[area_id].valid_from > day:
            return area_id
        return next((one.id for one in self.became(area_id, day=day)), area_id)

    def due(self, *, step: str, kind: str, urgency: str, category_id: int, start: datetime) -> Due:
        """The deadline of a step that begins at `start`.

        Raises:
            NoRule: no deadline row in force covers the step.
            CalendarGap: the working calendar does not reach far enough.
        """
        term = choose_term(
            self.terms,
            step=step,
            kind=kind,
            urgency=urgency,
            category_path=self.categories[category_id].path,
            day=local_date(start),
        )
        return Due(term=term, start=start, due_at=due_at(term=term, start=start, calendar=self.calendar))

    def term(self, rule_id: int) -> DeadlineTerm:
        """The deadline row with this id, also one no longer in force."""
        return next(term for term in self.terms if term.id == rule_id)

    def reasons_for(self, purpose: str) -> list[ReasonRef]:
        """The reasons that may be given for `purpose`, in order."""
        return [reason for reason in self.reasons.values() if reason.purpose == purpose]
