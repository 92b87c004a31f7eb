"""Guidance: what is for whom today, and how much it is read."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.safestring import SafeString

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import NotFound
from ioc.kernel.markdown import as_html
from ioc.kernel.models import valid_on
from ioc.kernel.rights import WRITE_GUIDANCE
from ioc.management.models import Guide, GuideReaders, GuideReading, Person, Position
from ioc.management.queries import loading
from ioc.management.queries.reference import in_language


@dataclass(frozen=True, slots=True)
class Line:
    """A text in a list. `read_at` and `passed_at` are the reader's, where there is one."""

    guide: Guide
    title: str
    read_at: datetime | None = None
    passed_at: datetime | None = None

    @property
    def is_new(self) -> bool:
        """Whether the reader has something to do about it yet."""
        return self.read_at is None or (bool(self.guide.questions) and self.passed_at is None)


@dataclass(frozen=True, slots=True)
class Page:
    """A text to read, in the reader's language."""

    line: Line
    body: SafeString


@dataclass(frozen=True, slots=True)
class Reading:
    """How much a text is read in one place: by a commune or an agency."""

    name: str
    readers: int
    of: int | None = None
    passed: int | None = None


@dataclass(frozen=True, slots=True)
class Managed:
    """A text as those who write it see it."""

    guide: Guide
    body: SafeString
    body_en: SafeString
    readings: list[Reading]
    last_at: date | None
    is_shown: bool

    @property
    def readers(self) -> int:
        """How often, or by how many, it was read."""
        return sum(reading.readers for reading in self.readings)


def for_citizens(*, area_id: int | None, at: datetime) -> list[Line]:
    """What citizens may read today: for the whole province, and for the commune they chose. Two statements."""
    return [Line(guide, _title(guide)) for guide in _for_citizens(area_id, local_date(at))]


def citizens_page(*, guide_id: int, area_id: int | None, at: datetime) -> Page:
    """A text for citizens. Texts for other communes may be read too, when one has their address.

    Raises:
        NotFound: there is none that is shown today.
    """
    shown = Guide.objects.filter(valid_on(local_date(at)), readers=GuideReaders.CITIZENS, pk=guide_id).first()
    if shown is None:
        raise NotFound
    return _page(Line(shown, _title(shown)))


def _for_citizens(area_id: int | None, day: date) -> QuerySet[Guide]:
    shown = Guide.objects.filter(valid_on(day), readers=GuideReaders.CITIZENS)
    area = loading.current().areas.get(area_id) if area_id else None
    wanted = Q(areas=None) | Q(areas__in=_and_above(area.path)) if area else Q(areas=None)
    return shown.filter(wanted).distinct().order_by("-is_pinned", "-valid_from", "-id")


def _and_above(path: str) -> list[int]:
    """The units of a path "/1/7/"."""
    return [int(part) for part in path.split("/") if part]


def for_staff(*, actor: Actor, at: datetime) -> list[Line]:
    """What the actor may read today, what is new first. One statement.

    Raises:
        NotFound: the actor is nobody with an account.
    """
    if actor.person_id is None:
        raise NotFound
    lines = [_line(guide) for guide in _for_person(actor.person_id, local_date(at))]
    return sorted(lines, key=lambda line: not line.is_new)


def staff_page(*, guide_id: int, actor: Actor, at: datetime) -> Page:
    """A text for the actor.

    Raises:
        NotFound: there is none that is for them and shown today.
    """
    found = _for_person(actor.person_id, local_date(at)).filter(pk=guide_id).first() if actor.person_id else None
    if found is None:
        raise NotFound
    return _page(_line(found))


def _for_person(person_id: UUID, day: date) -> QuerySet[Guide]:
    held = Position.objects.filter(valid_on(day), person_id=person_id)
    areas = [path for path in held.values_list("organization__area__path", flat=True) if path]
    above = {unit for path in areas for unit in _and_above(path)}
    mine = GuideReading.objects.filter(guide=OuterRef("pk"), person_id=person_id)
    shown = Guide.objects.filter(valid_on(day), readers=GuideReaders.STAFF)
    shown = shown.filter(Q(roles=None) | Q(roles__in=held.values("role_id")))
    shown = shown.filter(Q(areas=None) | Q(areas__in=above)).distinct()
    marked = shown.annotate(
        mine_at=Subquery(mine.values("at")[:1]), mine_passed_at=Subquery(mine.values("passed_at")[:1])
    )
    return marked.order_by("-is_pinned", "-valid_from", "-id")


def _line(guide: Guide) -> Line:
    return Line(guide, _title(guide), getattr(guide, "mine_at", None), getattr(guide, "mine_passed_at", None))


def _page(line: Line) -> Page:
    return Page(line=line, body=as_html(in_language(line.guide.body, line.guide.body_en)))


def _title(guide: Guide) -> str:
    return in_language(guide.title, guide.title_en)


def written(*, actor: Actor, readers: str = "", kind: str = "") -> list[Guide]:
    """All texts, newest first, with how often each was read (`citizens_read`, `staff_read`).

    Raises:
        Forbidden: the actor may not write guidance.
    """
    actor.require(WRITE_GUIDANCE)
    wanted = {name: value for name, value in (("readers", readers), ("kind", kind)) if value}
    counted = Guide.objects.filter(pk=OuterRef("pk"))
    rows = Guide.objects.filter(**wanted).annotate(
        citizens_read=Subquery(counted.annotate(n=Sum("counts__count")).values("n")),
        staff_read=Subquery(counted.annotate(n=Count("readings")).values("n")),
    )
    return list(rows.order_by("-valid_from", "-id"))


def managed(*, guide_id: int, actor: Actor, at: datetime) -> Managed:
    """A text with how much it is read, by commune or agency.

    Raises:
        Forbidden: the actor may not write guidance.
        NotFound: there is none.
    """
    actor.require(WRITE_GUIDANCE)
    guide = Guide.objects.prefetch_related("roles", "areas").filter(pk=guide_id).first()
    if guide is None:
        raise NotFound
    day = local_date(at)
    for_staff_only = guide.readers == GuideReaders.STAFF
    return Managed(
        guide=guide,
        body=as_html(guide.body),
        body_en=as_html(guide.body_en),
        readings=_by_agency(guide, day) if for_staff_only else _by_area(guide),
        last_at=guide.counts.aggregate(last=Max("day"))["last"],
        is_shown=guide.valid_from <= day and (guide.valid_to is None or day < guide.valid_to),
    )


def _by_area(guide: Guide) -> list[Reading]:
    rows = guide.counts.values("area_id").annotate(n=Sum("count")).order_by("-n")
    reference = loading.current()
    return [Reading(reference.area_label(row["area_id"]), row["n"]) for row in rows]


def _by_agency(guide: Guide, day: date) -> list[Reading]:
    read = {one.person_id: one.passed_at is not None for one in guide.readings.all()}
    people: dict[str, set[UUID]] = {}
    for name, person_id in _positions(guide, day).values_list("organization__name", "person_id"):
        people.setdefault(name, set()).add(person_id)
    found = [
        Reading(
            name=name,
            readers=sum(one in read for one in ids),
            of=len(ids),
            passed=sum(read.get(one, False) for one in ids) if guide.questions else None,
        )
        for name, ids in people.items()
    ]
    return sorted(found, key=lambda one: (one.readers / (one.of or 1), one.name))


def those_it_is_for(guide: Guide, *, day: date) -> list[Person]:
    """The people whom a text for staff is for on `day`."""
    return list(Person.objects.filter(id__in=_positions(guide, day).values("person_id")))


def _positions(guide: Guide, day: date) -> QuerySet[Position]:
    held = Position.objects.filter(valid_on(day), person__is_active=True)
    roles, areas = [role.pk for role in guide.roles.all()], [area.path for area in guide.areas.all()]
    if roles:
        held = held.filter(role_id__in=roles)
    below = Q()
    for path in areas:
        below |= Q(organization__area__path__startswith=path)
    return held.filter(below)
