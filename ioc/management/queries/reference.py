"""The reference data of the province as one picture in memory (see `kernel.reference`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from shapely import STRtree
from shapely.geometry import Point, shape

from ioc.kernel.calendar import WorkingCalendar
from ioc.kernel.clock import local_date
from ioc.kernel.errors import NotFound
from ioc.kernel.text import fold
from ioc.management.models import AreaLevel
from ioc.management.rules.deadlines import DeadlineTerm, choose_term, due_at
from ioc.management.rules.routing import Route, Routed, route


def in_language(vietnamese: str, english: str) -> str:
    """The words in the reader's language; Vietnamese where there is no English."""
    return english if english and (get_language() or "").startswith("en") else vietnamese


@dataclass(frozen=True, slots=True)
class AreaRef:
    """An administrative unit with its validity."""

    id: int
    code: str
    level: str
    name: str
    short_name: str
    parent_id: int | None
    path: str
    latitude: float | None
    longitude: float | None
    valid_from: date
    valid_to: date | None
    boundary_is_approximate: bool

    def valid_on(self, day: date) -> bool:
        """Whether the unit stood on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class QuestionRef:
    """A question of a category."""

    code: str
    datatype: str
    text: str
    text_en: str
    hint: str
    required: bool
    values: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        """The question in the reader's language."""
        return in_language(self.text, self.text_en)


@dataclass(frozen=True, slots=True)
class CategoryRef:
    """A category with its questions."""

    id: int
    code: str
    parent_id: int | None
    path: str
    name: str
    name_en: str
    description: str
    icon: str
    keywords: tuple[str, ...]
    is_public: bool
    needs_evidence: bool
    place_precision_m: int
    questions: tuple[QuestionRef, ...]
    is_current: bool

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class OrganizationRef:
    """An agency."""

    id: int
    code: str
    name: str
    short_name: str
    name_en: str
    kind: str
    area_id: int | None
    path: str
    is_current: bool

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class KindRef:
    """How a kind of report is treated."""

    code: str
    name: str
    name_en: str
    handled_here: bool
    is_published: bool
    guidance: str
    guidance_en: str
    legal_basis: str

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def advice(self) -> str:
        """What to tell somebody whose matter goes another way."""
        return in_language(self.guidance, self.guidance_en)


@dataclass(frozen=True, slots=True)
class ReasonRef:
    """A reason from the list."""

    id: int
    code: str
    purpose: str
    name: str
    name_en: str
    template: str
    template_en: str
    legal_basis: str

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def words(self) -> str:
        """The text for the reporter in the reader's language."""
        return in_language(self.template, self.template_en)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline and the row that set it."""

    term: DeadlineTerm
    start: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ProvinceRef:
    """Whose centre this is."""

    name: str
    short_name: str
    name_en: str
    app_name: str
    code_prefix: str
    area_id: int | None
    hotline: str
    email: str
    map_held_at: date | None
    base_map: str
    is_demonstration: bool

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


@dataclass(frozen=True)
class Reference:
    """All reference data at one version. Areas of all times are in; look-ups by day pick those that stood."""

    province: ProvinceRef | None
    areas: Mapping[int, AreaRef]
    boundaries: Mapping[int, dict[str, Any]] = field(repr=False)
    categories: Mapping[int, CategoryRef]
    organizations: Mapping[int, OrganizationRef]
    kinds: Mapping[str, KindRef]
    reasons: Mapping[str, ReasonRef]
    routes: tuple[Route, ...]
    terms: tuple[DeadlineTerm, ...]
    calendar: WorkingCalendar

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
        """The communes of this province at all times; those of its neighbours and predecessors are for lineage."""
        own = self.areas.get(self.province.area_id or 0) if self.province else None
        under = own.path if own else ""
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
        """Where a matter of the category in the commune should go; None where the routing table has a gap."""
        return route(
            self.routes,
            category_path=self.categories[category_id].path,
            area_path=self.areas[area_id].path if area_id else "",
            committees=self.committees_at(area_id),
            day=local_date(moment),
        )

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
