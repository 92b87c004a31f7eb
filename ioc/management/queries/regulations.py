"""The regulations: which are in force, what changed in them, who has read them and who has not."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import NotFound
from ioc.kernel.models import StoredFile, valid_on
from ioc.kernel.rights import MANAGE
from ioc.management.models import Acknowledgement, Person, Position, Regulation, RegulationVersion
from ioc.management.queries.reference import in_language
from ioc.management.rules.regulations import Changed, Part, changes, parts_of


@dataclass(frozen=True, slots=True)
class Shown:
    """One regulation as somebody reads it: a version cut into its parts, and what changed since the one before.

    `must_read` says whether this reader still has to say that they read it.
    """

    regulation: Regulation
    title: str
    version: RegulationVersion
    versions: list[RegulationVersion]
    parts: list[tuple[Part, Changed | None]]
    is_in_force: bool
    must_read: bool
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list for readers."""

    regulation: Regulation
    title: str
    version: RegulationVersion
    must_read: bool


@dataclass(frozen=True, slots=True)
class AgencyReading:
    """How many of an agency's people must read it, and who has not."""

    name: str
    people: int
    missing: list[Person]

    @property
    def read(self) -> int:
        """How many have."""
        return self.people - len(self.missing)


@dataclass(frozen=True, slots=True)
class Managed:
    """A regulation as its administrator sees it."""

    regulation: Regulation
    versions: list[RegulationVersion]
    draft: RegulationVersion | None
    newest: RegulationVersion | None
    articles: list[Part]
    agencies: list[AgencyReading]

    @property
    def people(self) -> int:
        """How many must read the newest version."""
        return sum(agency.people for agency in self.agencies)

    @property
    def missing(self) -> int:
        """How many people have not; who works in two agencies is one."""
        return len({person.pk for agency in self.agencies for person in agency.missing})

    @property
    def read(self) -> int:
        """How many have read it."""
        return sum(agency.read for agency in self.agencies)


def readable(*, actor: Actor, at: datetime) -> list[Listed]:
    """The regulations in force or coming that the actor may read, those still to be read first. Four statements."""
    day = local_date(at)
    newest = _published().filter(Q(valid_to=None) | Q(valid_to__gt=day)).select_related("regulation")
    if actor.person_id is None:
        newest = newest.filter(regulation__is_public=True)
    owed = _owed_by(actor.person_id, day=day)
    lines = [_listed(version, owed) for version in newest.order_by("regulation__code", "-number")]
    return sorted(lines, key=lambda line: not line.must_read)


def _listed(version: RegulationVersion, owed: set[int]) -> Listed:
    return Listed(version.regulation, _title(version.regulation), version, version.pk in owed)


def shown(*, regulation_id: int, number: int | None, actor: Actor, at: datetime) -> Shown:
    """A regulation to read: the version with `number`, else the one in force, else the newest.

    Raises:
        NotFound: there is none, it is a draft, or the actor may not see it.
    """
    versions = list(_published().filter(regulation_id=regulation_id).select_related("regulation").order_by("-number"))
    if not versions or not (versions[0].regulation.is_public or actor.person_id):
        raise NotFound
    day = local_date(at)
    version = _version(versions, number, day)
    before = next((one for one in versions if one.number < version.number), None)
    changed = changes(before.text, version.text) if before else {}
    said = version.acknowledgements.filter(person_id=actor.person_id).first() if actor.person_id else None
    return Shown(
        regulation=version.regulation,
        title=_title(version.regulation),
        version=version,
        versions=versions,
        parts=[(part, changed.get(part.anchor)) for part in parts_of(version.text)],
        is_in_force=version.valid_from <= day and (version.valid_to is None or day < version.valid_to),
        must_read=version.pk in _owed_by(actor.person_id, day=day),
        read_at=said.at if said else None,
    )


def _version(versions: list[RegulationVersion], number: int | None, day: date) -> RegulationVersion:
    if number is not None:
        found = next((one for one in versions if one.number == number), None)
        if found is None:
            raise NotFound
        return found
    in_force = (one for one in versions if one.valid_from <= day and (one.valid_to is None or day < one.valid_to))
    return next(in_force, versions[0])


def document(*, version_id: int, actor: Actor) -> StoredFile:
    """The signed document of a version.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    version = RegulationVersion.objects.filter(pk=version_id).select_related("regulation", "document").first()
    if version is None or version.document is None:
        raise NotFound
    is_published = version.published_at is not None
    if not ((is_published and (version.regulation.is_public or actor.person_id)) or actor.has(MANAGE)):
        raise NotFound
    return version.document


def id_of(code: str, *, actor: Actor) -> int:
    """Which regulation has the number `code`.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is none.
    """
    actor.require(MANAGE)
    try:
        return Regulation.objects.only("pk").get(code=code).pk
    except Regulation.DoesNotExist as error:
        raise NotFound(code=code) from error


def managed(*, regulation_id: int, actor: Actor, at: datetime) -> Managed:
    """A regulation with its versions, and who has read the newest. A fixed number of statements.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is none.
    """
    actor.require(MANAGE)
    regulation = Regulation.objects.prefetch_related("readers").filter(pk=regulation_id).first()
    if regulation is None:
        raise NotFound
    versions = list(regulation.versions.order_by("-number"))
    published = [one for one in versions if one.published_at is not None]
    newest = published[0] if published else None
    return Managed(
        regulation=regulation,
        versions=versions,
        draft=next((one for one in versions if one.published_at is None), None),
        newest=newest,
        articles=parts_of(newest.text) if newest else [],
        agencies=_by_agency(newest, day=local_date(at)) if newest and regulation.must_be_read else [],
    )


def _by_agency(version: RegulationVersion, *, day: date) -> list[AgencyReading]:
    read = set(version.acknowledgements.values_list("person_id", flat=True))
    people: dict[str, dict[UUID, Person]] = defaultdict(dict)
    for position in _positions(version.regulation, day).select_related("person", "organization"):
        people[position.organization.label][position.person_id] = position.person
    found = [
        AgencyReading(name, len(held), [one for key, one in held.items() if key not in read])
        for name, held in people.items()
    ]
    return sorted(found, key=lambda agency: (-len(agency.missing), agency.name))


def those_who_must_read(regulation: Regulation, *, day: date) -> list[Person]:
    """The people with an account and a position on `day` whose role is among the readers."""
    ids = _positions(regulation, day).values("person_id")
    return list(Person.objects.filter(id__in=ids).order_by("full_name")) if regulation.must_be_read else []


def those_who_have_not(version: RegulationVersion, *, day: date) -> list[Person]:
    """Those of them who have not said that they read `version`."""
    said = set(version.acknowledgements.values_list("person_id", flat=True))
    return [person for person in those_who_must_read(version.regulation, day=day) if person.pk not in said]


def _positions(regulation: Regulation, day: date) -> QuerySet[Position]:
    held = Position.objects.filter(valid_on(day), person__is_active=True)
    roles = [role.pk for role in regulation.readers.all()]
    return held.filter(role_id__in=roles) if roles else held


def _owed_by(person_id: UUID | None, *, day: date) -> set[int]:
    """The versions in force that somebody must still read."""
    if person_id is None:
        return set()
    roles = Position.objects.filter(valid_on(day), person_id=person_id).values("role_id")
    said = Acknowledgement.objects.filter(version=OuterRef("pk"), person_id=person_id)
    wanted = Q(regulation__readers=None) | Q(regulation__readers__in=roles)
    found = _published().filter(wanted, valid_on(day), ~Exists(said), regulation__must_be_read=True)
    return set(found.values_list("pk", flat=True))


def _published() -> QuerySet[RegulationVersion]:
    return RegulationVersion.objects.filter(published_at__isnull=False)


def _title(regulation: Regulation) -> str:
    return in_language(regulation.title, regulation.title_en)


def article_choices(*, at: datetime) -> list[tuple[str, str]]:
    """What a rule may rest on: "regulation/anchor" → "12/2023/QĐ-UBND, Điều 5. …", of all versions in force."""
    found: list[tuple[str, str]] = []
    in_force = _published().filter(valid_on(local_date(at))).select_related("regulation").order_by("regulation__code")
    for version in in_force:
        code = version.regulation.code
        found += [
            (f"{version.regulation_id}/{part.anchor}", f"{code}, {part.label}. {part.heading}"[:120])
            for part in parts_of(version.text)
        ]
    return found
