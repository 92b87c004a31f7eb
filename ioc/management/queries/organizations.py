"""Agencies as they stood on a day: the tree, one agency's page, what changed and what is planned."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Count, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel import open_work
from ioc.kernel.actors import Actor
from ioc.kernel.errors import NotFound
from ioc.kernel.health import Worry
from ioc.kernel.models import valid_on
from ioc.kernel.open_work import Holder, Work
from ioc.kernel.rights import MANAGE
from ioc.kernel.text import fold
from ioc.management import models as tables
from ioc.management.models import ChangeState, OrganizationChange
from ioc.management.queries.pending import ORGANIZATION_CHANGE
from ioc.management.queries.reach import manages_all, seen_organizations
from ioc.management.queries.reference import in_language
from ioc.management.rules.reorganizing import MOVE

Text = str | Promise
LATEST: Final = 50
"""How many changes a list shows."""


@dataclass(slots=True)
class Node:
    """An agency in the tree of a day. `is_match` says that the search found it; others only lead to a match.

    `other_name` holds its names in both languages, for the search.
    """

    id: int
    name: str
    short_name: str
    kind: str
    kind_label: Text
    code: str
    area: str
    codes: list[str]
    people: int
    planned: date | None
    other_name: str = ""
    is_match: bool = True
    children: list["Node"] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many stand below it."""
        return sum(1 + child.size for child in self.children)


@dataclass(frozen=True, slots=True)
class Tree:
    """The agencies of a day, the topmost first; `found` is how many a search found, of `count`."""

    tops: list[Node]
    count: int
    found: int
    day: date


def tree(*, day: date, words: str = "", kind: str = "", actor: Actor) -> Tree:
    """The actor's agencies that stood on `day`, under the names and in the places that they had; a search keeps what
    leads to what it finds. A fixed number of statements.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    standing = tables.Organization.objects.filter(valid_on(day)).select_related("area").defer("area__boundary")
    rows = list(seen_organizations(standing, actor))
    past = past_on(day)
    nodes = {row.id: _node(row, past.get(row.id), found) for found in [_facts(day)] for row in rows}
    parents = {row.id: past[row.id].parent_id if row.id in past else row.parent_id for row in rows}
    wanted = fold(words).split()
    for node in nodes.values():
        node.is_match = (not kind or node.kind == kind) and _has(node, wanted)
    found = sum(node.is_match for node in nodes.values())
    shown = _leading(nodes, parents) if wanted or kind else set(nodes)
    return Tree(tops=_grown(nodes, parents, shown), count=len(nodes), found=found, day=day)


def past_on(day: date) -> dict[int, tables.OrganizationPast]:
    """How agencies were called and where they stood on `day`, for those that have changed since; one statement."""
    return {row.organization_id: row for row in tables.OrganizationPast.objects.filter(valid_on(day))}


@dataclass(frozen=True, slots=True)
class _Facts:
    codes: Mapping[int, list[str]]
    people: Mapping[int, int]
    planned: Mapping[int, date]


def _facts(day: date) -> _Facts:
    codes: dict[int, list[str]] = defaultdict(list)
    for row in tables.OrganizationCode.objects.filter(valid_on(day)).order_by("scheme__position", "value"):
        codes[row.organization_id].append(row.value)
    held = tables.Position.objects.filter(valid_on(day), person__is_active=True)
    people = held.values_list("organization_id").annotate(Count("person_id", distinct=True))
    waiting = tables.OrganizationChangeParty.objects.filter(change__state=ChangeState.PLANNED)
    planned = waiting.order_by("-change__day").values_list("organization_id", "change__day")
    return _Facts(codes=codes, people=dict(people), planned=dict(planned))


def _node(row: tables.Organization, past: tables.OrganizationPast | None, facts: _Facts) -> Node:
    named = past or row
    return Node(
        id=row.id,
        name=in_language(named.name, named.name_en),
        short_name=named.short_name,
        kind=row.kind,
        kind_label=tables.OrganizationKind(row.kind).label,
        code=row.code,
        area=row.area.name if row.area else "",
        codes=facts.codes.get(row.id, []),
        people=facts.people.get(row.id, 0),
        planned=facts.planned.get(row.id),
        other_name=f"{named.name} {named.name_en}",
    )


def _has(node: Node, words: Sequence[str]) -> bool:
    text = fold(" ".join([node.other_name, node.short_name, node.code, node.area, *node.codes]))
    return all(word in text for word in words)


def _leading(nodes: Mapping[int, Node], parents: Mapping[int, int | None]) -> set[int]:
    """What a search found and all above it."""
    shown: set[int] = set()
    for one, node in nodes.items():
        here: int | None = one if node.is_match else None
        while here is not None and here in nodes and here not in shown:
            shown.add(here)
            here = parents[here]
    return shown


def _grown(nodes: Mapping[int, Node], parents: Mapping[int, int | None], shown: Collection[int]) -> list[Node]:
    tops: list[Node] = []
    for one in sorted(shown, key=lambda one: (_RANK[nodes[one].kind], fold(nodes[one].name))):
        above = parents[one]
        (nodes[above].children if above in shown and above is not None else tops).append(nodes[one])
    return tops


_RANK: Final = {kind.value: number for number, kind in enumerate(tables.OrganizationKind)}


@dataclass(frozen=True, slots=True)
class Page:
    """One agency: itself, where it stands, its codes and people, what it holds, its history, what is planned."""

    row: tables.Organization
    above: list[tables.Organization]
    below: list[tables.Organization]
    codes: list[tables.OrganizationCode]
    positions: list[tables.Position]
    past: list[tables.OrganizationPast]
    works: list[Work]
    changes: list[OrganizationChange]
    planned: list[OrganizationChange]
    successors: list[tables.Organization]


def page(*, organization_id: int, day: date, actor: Actor) -> Page:
    """What an agency's page shows on `day`; a fixed number of statements.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is no such agency, or it is not the actor's.
    """
    actor.require(MANAGE)
    rows = tables.Organization.objects.select_related("area", "parent").defer("area__boundary")
    row = seen_organizations(rows, actor).filter(pk=organization_id).first()
    if row is None:
        raise NotFound
    changes = list(_changes(actor).filter(parties__organization_id=organization_id).distinct()[:LATEST])
    return Page(
        row=row,
        above=_above(row),
        below=list(tables.Organization.objects.filter(valid_on(day), parent_id=row.pk).order_by("name")),
        codes=list(row.codes.select_related("scheme").order_by("scheme__position", "-valid_from")),
        positions=_positions(row, day),
        past=list(row.past.select_related("parent").order_by("-valid_from")),
        works=open_work.held(Holder(organization_id=row.pk)),
        changes=[one for one in changes if one.state != ChangeState.PLANNED],
        planned=[one for one in changes if one.state == ChangeState.PLANNED],
        successors=_successors(row.pk, changes),
    )


def _above(row: tables.Organization) -> list[tables.Organization]:
    ids = [int(part) for part in row.path.strip("/").split("/") if part][:-1]
    found = tables.Organization.objects.in_bulk(ids)
    return [found[one] for one in ids if one in found]


def _positions(row: tables.Organization, day: date) -> list[tables.Position]:
    held = row.positions.filter(valid_on(day)).select_related("person", "role")
    return list(held.order_by("role__code", "person__full_name"))


def _successors(organization_id: int, changes: Iterable[OrganizationChange]) -> list[tables.Organization]:
    """Who took over from it; under whom it came when it moved is nobody of them."""
    return [
        party.organization
        for change in changes
        if change.state == ChangeState.DONE and change.kind != MOVE and _is_before(change, organization_id)
        for party in change.parties.all()
        if party.role == tables.PartyRole.AFTER
    ]


def _is_before(change: OrganizationChange, organization_id: int) -> bool:
    return any(
        party.organization_id == organization_id and party.role == tables.PartyRole.BEFORE
        for party in change.parties.all()
    )


def _changes(actor: Actor) -> Any:
    """The changes of agencies of the actor's."""
    parties = tables.OrganizationChangeParty.objects.select_related("organization").order_by("role", "id")
    rows = OrganizationChange.objects.prefetch_related(Prefetch("parties", parties)).order_by("-day", "-id")
    if manages_all(actor):
        return rows
    own = seen_organizations(tables.Organization.objects.all(), actor)
    return rows.filter(pk__in=tables.OrganizationChangeParty.objects.filter(organization__in=own).values("change_id"))


def changes(*, actor: Actor, state: str = "") -> list[OrganizationChange]:
    """The latest changes of the actor's agencies, those that wait first; two statements.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    rows = _changes(actor)
    if state in ChangeState.values:
        return list(rows.filter(state=state)[:LATEST])
    waiting = list(rows.filter(state=ChangeState.PLANNED).order_by("day", "id"))
    return [*waiting, *rows.exclude(state=ChangeState.PLANNED)[:LATEST]]


def change(*, change_id: int, actor: Actor) -> OrganizationChange:
    """One change with its parties.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is no such change, or it is not of agencies of the actor's.
    """
    actor.require(MANAGE)
    found: OrganizationChange | None = _changes(actor).filter(pk=change_id).first()
    if found is None:
        raise NotFound
    return found


def request_for(change: OrganizationChange) -> tables.PendingChange | None:
    """What waits for a second administrator before the change may be carried out; None where nothing does."""
    waiting = tables.PendingChange.objects.filter(kind=ORGANIZATION_CHANGE, record_id=str(change.pk))
    return waiting.filter(state=tables.PendingState.WAITING).first()


def failing() -> int:
    """How many planned changes could not be carried out on their day."""
    return OrganizationChange.objects.filter(~Q(failure=""), state=ChangeState.PLANNED).count()


def change_worries() -> list[Worry]:
    """That planned changes could not be carried out, for the health page and the overview."""
    if not failing():
        return []
    text = _("A planned change of agencies could not be carried out on its day.")
    return [Worry(text, "/manage/agencies/changes/?state=planned", is_grave=True)]
