"""Reading the reference data from the database: a fixed number of statements, whenever it changed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from ioc.kernel import reference
from ioc.kernel.calendar import Session, Unit, WorkingCalendar
from ioc.kernel.clock import local_date, now
from ioc.kernel.models import valid_on
from ioc.kernel.reference import Versioned
from ioc.management import models
from ioc.management.queries import rollout_loading
from ioc.management.queries.reference import (
    AreaRef,
    CategoryRef,
    FormerName,
    KindRef,
    OrganizationRef,
    ProvinceRef,
    QuestionRef,
    ReasonRef,
    Reference,
)
from ioc.management.rules.deadlines import DeadlineTerm
from ioc.management.rules.lineage import TieRef
from ioc.management.rules.routing import Route

_EMPTY_DAY: Final = date(2000, 1, 1)


def current() -> Reference:
    """The reference data as it stands (at most a second old)."""
    return _reference.get()


def drop() -> None:
    """Forget what is kept, so that the next use reads the database."""
    reference.drop_all()


def _load() -> Reference:
    today = local_date(now())
    areas = list(models.Area.objects.order_by("path"))
    return Reference(
        province=_province(),
        areas={area.id: _area(area) for area in areas},
        boundaries={area.id: area.boundary for area in areas if area.boundary},
        ties=_ties(),
        categories=_categories(today),
        organizations=_organizations(today),
        kinds=_kinds(today),
        reasons=_reasons(today),
        routes=_routes(),
        terms=tuple(_term(rule) for rule in models.DeadlineRule.objects.select_related("category")),
        calendar=_calendar(today),
        systems=rollout_loading.systems(),
        rollout=rollout_loading.openings(areas),
    )


_reference: Final = Versioned(_load)


def _province() -> ProvinceRef | None:
    row = models.Province.objects.first()
    if row is None:
        return None
    return ProvinceRef(
        name=row.name,
        short_name=row.short_name,
        name_en=row.name_en,
        app_name=row.app_name,
        code_prefix=row.code_prefix,
        area_id=row.area_id,
        hotline=row.hotline,
        email=row.email,
        map_held_at=row.map_held_at,
        base_map=row.base_map,
        is_demonstration=row.is_demonstration,
    )


def _area(row: models.Area) -> AreaRef:
    return AreaRef(
        id=row.id,
        code=row.code,
        level=row.level,
        name=row.name,
        short_name=row.short_name,
        parent_id=row.parent_id,
        path=row.path,
        latitude=row.latitude,
        longitude=row.longitude,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        boundary_is_approximate=row.boundary_is_approximate,
    )


def _ties() -> tuple[TieRef, ...]:
    rows = models.AreaLineage.objects.order_by("at", "id").values_list("before_id", "after_id", "at", "is_main")
    return tuple(TieRef(before=before, after=after, at=at, is_main=is_main) for before, after, at, is_main in rows)


def _categories(today: date) -> dict[int, CategoryRef]:
    questions: dict[int, list[QuestionRef]] = defaultdict(list)
    for row in models.CategoryQuestion.objects.order_by("position", "id"):
        questions[row.category_id].append(
            QuestionRef(
                code=row.code,
                datatype=row.datatype,
                text=row.text,
                text_en=row.text_en,
                hint=row.hint,
                required=row.required,
                values=tuple((value["key"], value["name"]) for value in row.values),
                asked_after=row.asked_after,
                asked_if=row.asked_if,
            )
        )
    rows = models.Category.objects.order_by("position", "id")
    return {row.id: _category(row, questions[row.id], today) for row in rows}


def _category(row: models.Category, questions: Iterable[QuestionRef], today: date) -> CategoryRef:
    return CategoryRef(
        id=row.id,
        code=row.code,
        parent_id=row.parent_id,
        path=row.path,
        name=row.name,
        name_en=row.name_en,
        description=row.description,
        icon=row.icon,
        colour=row.colour,
        keywords=tuple(row.keywords),
        is_public=row.is_public,
        needs_evidence=row.needs_evidence,
        place_precision_m=row.place_precision_m,
        questions=tuple(questions),
        is_current=row.valid_from <= today and (row.valid_to is None or today < row.valid_to),
    )


def _organizations(today: date) -> dict[int, OrganizationRef]:
    rows = models.Organization.objects.order_by("kind", "name")
    former: dict[int, list[FormerName]] = defaultdict(list)
    for past in models.OrganizationPast.objects.filter(valid_to__isnull=False).order_by("valid_to"):
        former[past.organization_id].append(FormerName(past.name, past.name_en, past.valid_to or today))
    return {
        row.id: OrganizationRef(
            id=row.id,
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            name_en=row.name_en,
            kind=row.kind,
            area_id=row.area_id,
            path=row.path,
            is_current=row.valid_from <= today and (row.valid_to is None or today < row.valid_to),
            phone=row.phone,
            former=tuple(former[row.id]),
        )
        for row in rows
    }


def _kinds(today: date) -> dict[str, KindRef]:
    return {
        row.code: KindRef(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            handled_here=row.handled_here,
            is_published=row.is_published,
            guidance=row.guidance,
            guidance_en=row.guidance_en,
            legal_basis=row.legal_basis,
        )
        for row in models.ReportKind.objects.filter(valid_on(today)).order_by("id")
    }


def _reasons(today: date) -> dict[str, ReasonRef]:
    return {
        row.code: ReasonRef(
            id=row.id,
            code=row.code,
            purpose=row.purpose,
            name=row.name,
            name_en=row.name_en,
            template=row.template,
            template_en=row.template_en,
            legal_basis=row.legal_basis,
        )
        for row in models.Reason.objects.filter(valid_on(today)).order_by("position", "id")
    }


def _routes() -> tuple[Route, ...]:
    rows = models.RoutingRule.objects.select_related("category", "area").prefetch_related("cooperating")
    return tuple(
        Route(
            id=row.id,
            category_path=row.category.path if row.category else "",
            area_path=row.area.path if row.area else "",
            lead=row.lead_id,
            lead_level=row.lead_level,
            cooperating=tuple(organization.id for organization in row.cooperating.all()),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            legal_basis=row.legal_basis,
        )
        for row in rows
    )


def _term(row: models.DeadlineRule) -> DeadlineTerm:
    return DeadlineTerm(
        id=row.id,
        step=row.step,
        kind=row.kind,
        urgency=row.urgency,
        category_path=row.category.path if row.category else "",
        unit=Unit(row.unit),
        limit=row.limit,
        extensions=row.extensions,
        extension_limit=row.extension_limit,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        legal_basis=row.legal_basis,
        article_address=row.article_address,
    )


def _calendar(today: date) -> WorkingCalendar:
    """The calendar covers the years that have days in the table, whole."""
    days = dict(models.CalendarDay.objects.values_list("day", "kind"))
    week: dict[int, list[Session]] = defaultdict(list)
    for hours in models.OfficeHours.objects.filter(valid_on(today)).order_by("opens"):
        for weekday in hours.weekdays:
            week[weekday].append(Session(opens=hours.opens, closes=hours.closes))
    working = models.CalendarDayKind.COMPENSATORY
    return WorkingCalendar(
        week={weekday: tuple(sessions) for weekday, sessions in week.items()},
        first=date(min(days, default=_EMPTY_DAY).year, 1, 1),
        last=date(max(days, default=_EMPTY_DAY).year + 1, 1, 1) - timedelta(days=1),
        days_off=frozenset(day for day, kind in days.items() if kind != working),
        days_on=frozenset(day for day, kind in days.items() if kind == working),
    )
