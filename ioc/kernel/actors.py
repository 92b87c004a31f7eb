"""Who acts: a person in positions, a reporter with a private link, a machine of ours, or anybody."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from ioc.kernel.errors import Forbidden


class ActorKind(StrEnum):
    """Where the actor's rights come from."""

    PERSON = "person"
    REPORTER = "reporter"
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Grant:
    """One right that a position gives: within an organization's subtree and over an area's subtree.

    `organization_path` and `area_path` are materialised paths ("/1/7/"); an empty path reaches everything.
    """

    right: str
    organization_id: int
    organization_path: str
    area_path: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, with all that decides whether it is allowed."""

    kind: ActorKind
    name: str = ""
    person_id: UUID | None = None
    organization_id: int | None = None
    organization_name: str = ""
    grants: tuple[Grant, ...] = ()

    def signature(self) -> dict[str, Any]:
        """The fields of an event (`kernel.models.EventBase`) that say who acted, and for which organization."""
        return {
            "actor_kind": self.kind,
            "actor_name": self.name,
            "person_id": self.person_id,
            "organization_id": self.organization_id,
            "organization_name": self.organization_name,
        }

    def has(self, right: str) -> bool:
        """Whether some position gives `right`, anywhere. The system holds every right."""
        return self.kind is ActorKind.SYSTEM or any(grant.right == right for grant in self.grants)

    def grants_for(self, right: str) -> tuple[Grant, ...]:
        """The grants of `right`: empty for who lacks it."""
        return tuple(grant for grant in self.grants if grant.right == right)

    def require(self, right: str) -> None:
        """Pass in silence when the actor has `right`.

        Raises:
            Forbidden: the actor lacks it.
        """
        if not self.has(right):
            raise Forbidden(right=right)

    def reaches_area(self, right: str, area_path: str) -> bool:
        """Whether `right` extends over the area at `area_path`."""
        if self.kind is ActorKind.SYSTEM:
            return True
        return any(area_path.startswith(grant.area_path) for grant in self.grants_for(right))

    def reaches_organization(self, right: str, organization_path: str) -> bool:
        """Whether `right` extends over the organization at `organization_path`."""
        if self.kind is ActorKind.SYSTEM:
            return True
        return any(organization_path.startswith(grant.organization_path) for grant in self.grants_for(right))


PUBLIC: Final = Actor(kind=ActorKind.PUBLIC)
REPORTER: Final = Actor(kind=ActorKind.REPORTER)
SYSTEM: Final = Actor(kind=ActorKind.SYSTEM, name="IOC")
