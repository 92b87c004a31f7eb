"""Over random trees of agencies, areas and categories: nobody reads or writes outside the scope of their positions.

What may be is told here by walking up the trees from parent to parent; what is, by the product's own queries and
actions on the database.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ioc.kernel import rights
from ioc.kernel.actors import Actor
from ioc.kernel.errors import DomainError, Forbidden, NotFound
from ioc.management.models import Area, Category, Organization, Person, Position, Role
from ioc.management.queries import loading, people
from ioc.onscene import actions
from ioc.onscene.models import Assignment, Report, Reporter
from ioc.onscene.queries import agency, agency_matter, desk
from ioc.onscene.queries.files import thumbnail_for
from ioc.onscene.queries.leading import scope_for
from ioc.onscene.queries.leading.counting import open_now
from ioc.onscene.queries.reach import known_reports
from tests.factories import MONDAY_9AM, SINCE

pytestmark = pytest.mark.django_db
EXAMPLES = 25
TEAM = (rights.TRIAGE, rights.PUBLISH, rights.OPEN_IDENTITY, rights.LEAD)
AGENCY = (rights.HANDLE, rights.APPROVE)

Tree = Sequence[int | None]
"""Each node's parent, which stands before it."""


@st.composite
def trees(draw: Any, *, most: int) -> Tree:
    size = draw(st.integers(1, most))
    return [draw(st.none() | st.integers(0, node - 1)) if node else None for node in range(size)]


@dataclass(frozen=True)
class World:
    organizations: Tree
    areas: Tree
    categories: Tree
    reports: Sequence[tuple[int, int, int | None]]
    """Area, category, and the agency that has it."""
    organization: int
    area: int | None
    own_area: int | None
    """The area of the person's agency."""
    categories_held: Sequence[int]


@st.composite
def worlds(draw: Any) -> World:
    organizations, areas, categories = draw(trees(most=6)), draw(trees(most=6)), draw(trees(most=5))

    def one_of(tree: Tree) -> int:
        return int(draw(st.integers(0, len(tree) - 1)))

    def maybe(tree: Tree) -> int | None:
        return one_of(tree) if draw(st.booleans()) else None

    return World(
        organizations, areas, categories,
        [(one_of(areas), one_of(categories), maybe(organizations)) for _ in range(draw(st.integers(1, 6)))],
        one_of(organizations), maybe(areas), maybe(areas),
        draw(st.lists(st.integers(0, len(categories) - 1), max_size=2, unique=True)),
    )  # fmt: skip


def is_below(tree: Tree, node: int, top: int | None) -> bool:
    """Whether `node` is `top` or lies below it; None is above all."""
    step: int | None = node
    while step is not None and step != top:
        step = tree[step]
    return top is None or step == top


def grow(model: Any, tree: Tree, **fields: Any) -> list[Any]:
    rows: list[Any] = []
    for node, parent in enumerate(tree):
        above = rows[parent] if parent is not None else None
        name = f"{model.__name__[0]}{node}"
        row = model.objects.create(parent=above, code=f"p-{uuid4().hex[:6]}", name=name, valid_from=SINCE, **fields)
        row.path = f"{above.path if above else '/'}{row.pk}/"
        row.save(update_fields=["path"])
        rows.append(row)
    return rows


@contextmanager
def built(world: World, held: Sequence[str]) -> Iterator[tuple[Actor, list[Report]]]:
    """The world in the database, its one person as an actor, its reports; all gone afterwards."""
    with transaction.atomic():
        areas = grow(Area, world.areas, level="commune", short_name="x")
        organizations = grow(Organization, world.organizations, kind="commune", short_name="x")
        mine = organizations[world.organization]
        mine.area = areas[world.own_area] if world.own_area is not None else None
        mine.save(update_fields=["area"])
        categories = grow(Category, world.categories, name_en="x")
        person = Person.objects.create(username=uuid4().hex, full_name="x")
        role = Role.objects.create(code=uuid4().hex[:20], name="x", name_en="x", rights=list(held))
        position = Position.objects.create(
            person=person, organization=mine, role=role, valid_from=SINCE,
            area=areas[world.area] if world.area is not None else None,
        )  # fmt: skip
        position.categories.set([categories[one] for one in world.categories_held])
        reports = [file(areas[a], categories[c], organizations[o] if o is not None else None)
                   for a, c, o in world.reports]  # fmt: skip
        loading.drop()
        try:
            yield people.actor_for(person.id, day=date(2026, 11, 23)), reports
        finally:
            transaction.set_rollback(True)
    loading.drop()


def file(area: Area, category: Category, lead: Organization | None) -> Report:
    report = Report.objects.create(
        code=uuid4().hex[:20], token=uuid4().hex, kind="on_scene", urgency="normal", title="x", text="x", channel="web",
        state="dispatched" if lead else "filed", category=category, area=area, area_path=area.path, lead=lead,
        filed_at=MONDAY_9AM, changed_at=MONDAY_9AM,
    )  # fmt: skip
    Reporter.objects.create(report=report)
    if lead:
        Assignment.objects.create(report=report, organization=lead, organization_path=lead.path, role="lead",
                                  state="sent", assigned_at=MONDAY_9AM)  # fmt: skip
    return report


def in_category(world: World, category: int) -> bool:
    return not world.categories_held or any(is_below(world.categories, category, one) for one in world.categories_held)


def by_place(world: World) -> list[bool]:
    """For each report: whether a right of the team extends over it."""
    reach = world.area if world.area is not None else world.own_area
    return [is_below(world.areas, area, reach) and in_category(world, category) for area, category, _ in world.reports]


def by_agency(world: World) -> list[bool]:
    """For each report: whether a right of an agency extends over it."""
    return [
        agency is not None
        and is_below(world.organizations, agency, world.organization)
        and is_below(world.areas, area, world.area)
        and in_category(world, category)
        for area, category, agency in world.reports
    ]


def seen(read: Any, reports: list[Report]) -> list[bool]:
    found = []
    for report in reports:
        try:
            read(report.id)
        except NotFound:
            found.append(False)
        else:
            found.append(True)
    return found


def let(act: Any, reports: list[Report]) -> list[bool]:
    """For each report, whether the action was not forbidden: done, or refused for another reason."""
    found = []
    for report in reports:
        try:
            with transaction.atomic():
                act(report.id)
        except Forbidden:
            found.append(False)
        except DomainError:
            found.append(True)
        else:
            found.append(True)
    return found


def among(ids: Any, reports: list[Report]) -> list[bool]:
    known = set(ids)
    return [report.id in known for report in reports]


bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example costs many statements: no shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@bounded
@given(world=worlds())
def test_the_team_reads_and_writes_within_area_and_category_only(small: Any, world: World) -> None:
    with built(world, TEAM) as (actor, reports):
        may = by_place(world)
        queue = desk.queue_for(actor, filters=desk.Filters(tab="all"), at=MONDAY_9AM)
        assert among((UUID(row.id) for row in queue.rows), reports) == may
        assert seen(lambda one: desk.matter(one, actor=actor, at=MONDAY_9AM), reports) == may
        assert among(known_reports(actor, [one.id for one in reports]), reports) == may
        figures = open_now(scope_for(actor, at=MONDAY_9AM)).values_list("id", flat=True)
        assert among(figures, reports) == may
        assert let(lambda one: actions.receive(report_id=one, actor=actor, at=MONDAY_9AM), reports) == may
        assert let(lambda one: open_seal(one, actor), reports) == may
        assert not any(let(lambda one: actions.accept(report_id=one, actor=actor, at=MONDAY_9AM), reports))


def open_seal(report_id: UUID, actor: Actor) -> None:
    actions.open_identity(
        report_id=report_id, reason_code="call", words="cần gọi lại để hỏi rõ nơi xảy ra", actor=actor, at=MONDAY_9AM
    )


@bounded
@given(world=worlds())
def test_an_agency_reads_and_writes_what_it_was_given_only(small: Any, world: World) -> None:
    with built(world, AGENCY) as (actor, reports):
        may = by_agency(world)
        inbox = agency.inbox(actor=actor, at=MONDAY_9AM)
        assert among((job.card.id for job in inbox.page.jobs), reports) == may
        assert seen(lambda one: agency_matter.matter(actor=actor, report_id=one, at=MONDAY_9AM), reports) == may
        assert among(known_reports(actor, [one.id for one in reports]), reports) == may
        assert not any(seen(lambda one: desk.matter(one, actor=actor, at=MONDAY_9AM), reports))
        assert not any(seen(lambda one: thumbnail_for(one, actor=actor), reports)), "there are no pictures"
        assert let(lambda one: actions.accept(report_id=one, actor=actor, at=MONDAY_9AM), reports) == may
        assert not any(let(lambda one: actions.receive(report_id=one, actor=actor, at=MONDAY_9AM), reports))
        assert not any(let(lambda one: open_seal(one, actor), reports))
