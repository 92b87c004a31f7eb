"""Who acts: a person in positions, a reporter with a private link, a machine of ours, or anybody."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ioc.kernel.errors import Forbidden
from ioc.kernel.languages import in_language


class ActorKind(StrEnum):
    """Where the actor's rights come from."""

    PERSON = "person"
    REPORTER = "reporter"
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Grant:
    """One right that a position gives: in an organization's subtree, over an area's and in a category's.

    Each path is materialised ("/1/7/") and reaches what lies below it; an empty path reaches everything. A position
    with several categories gives one grant for each. `area_path` is the position's area, else its organization's;
    `limit_path` is the position's own area only: what an organization was given to handle counts for its people
    wherever it lies, unless their position says less. `on_behalf_of` names who is away, for a grant that a deputy
    has until that person is back.
    """

    right: str
    organization_id: int
    organization_path: str
    area_path: str
    category_path: str = ""
    limit_path: str = ""
    on_behalf_of: str = ""

    def covers_place(self, *, area_path: str, category_path: str) -> bool:
        """Whether it extends over a matter of the category in the area."""
        return area_path.startswith(self.area_path) and category_path.startswith(self.category_path)

    def covers_job(self, *, organization_path: str, area_path: str, category_path: str) -> bool:
        """Whether it extends over what the organization was given: a matter of the category in the area."""
        return (
            organization_path.startswith(self.organization_path)
            and area_path.startswith(self.limit_path)
            and category_path.startswith(self.category_path)
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, with all that decides whether it is allowed."""

    kind: ActorKind
    name: str = ""
    person_id: UUID | None = None
    organization_id: int | None = None
    organization_name: str = ""
    organization_name_en: str = ""
    grants: tuple[Grant, ...] = ()
    leant_on: set[str] = field(default_factory=set, compare=False, repr=False)
    """For whom what is done now is done: those whose grants the last check needed."""

    @property
    def organization_label(self) -> str:
        """The organization's name in the reader's language."""
        return in_language(self.organization_name, self.organization_name_en)

    def signature(self) -> dict[str, Any]:
        """The fields of an event (`kernel.models.EventBase`) that say who acted, and for which organization."""
        return {
            "actor_kind": self.kind,
            "actor_name": self._signed_name(),
            "person_id": self.person_id,
            "organization_id": self.organization_id,
            "organization_name": self.organization_name,
        }

    def _signed_name(self) -> str:
        if not self.leant_on:
            return self.name
        with translation.override(settings.LANGUAGE_CODE):
            said = _("%(name)s on behalf of %(absent)s")
            return (said % {"name": self.name, "absent": ", ".join(sorted(self.leant_on))})[:150]

    def _leans(self, grants: Iterable[Grant]) -> bool:
        """Whether there is a grant; where all are of people who are away, it is their work that is done next."""
        found = tuple(grants)
        self.leant_on.clear()
        if found and all(grant.on_behalf_of for grant in found):
            self.leant_on.update(grant.on_behalf_of for grant in found)
        return bool(found)

    @property
    def stands_in_for(self) -> list[str]:
        """The names of those whose deputy the actor is now."""
        return sorted({grant.on_behalf_of for grant in self.grants if grant.on_behalf_of})

    def on_own_behalf(self) -> "Actor":
        """The same actor with the rights of their own positions only, none of those whose deputy they are."""
        return replace(self, grants=tuple(one for one in self.grants if not one.on_behalf_of), leant_on=set())

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
        self.leant_on.clear()
        if self.kind is not ActorKind.SYSTEM and not self._leans(self.grants_for(right)):
            raise Forbidden(right=right)

    def reaches_place(self, right: str, *, area_path: str, category_path: str) -> bool:
        """Whether `right` extends over a matter of the category in the area: the team's and the leaders' rights."""
        if self.kind is ActorKind.SYSTEM:
            return True
        grants = self.grants_for(right)
        return self._leans(
            grant for grant in grants if grant.covers_place(area_path=area_path, category_path=category_path)
        )

    def reaches_job(self, right: str, *, organization_path: str, area_path: str, category_path: str) -> bool:
        """Whether `right` extends over what an organization was given to handle."""
        if self.kind is ActorKind.SYSTEM:
            return True
        return self._leans(
            grant
            for grant in self.grants_for(right)
            if grant.covers_job(organization_path=organization_path, area_path=area_path, category_path=category_path)
        )

    def reaches_area(self, right: str, area_path: str) -> bool:
        """Whether `right` extends over the area at `area_path`."""
        if self.kind is ActorKind.SYSTEM:
            return True
        return self._leans(grant for grant in self.grants_for(right) if area_path.startswith(grant.area_path))

    def reaches_organization(self, right: str, organization_path: str) -> bool:
        """Whether `right` extends over the organization at `organization_path`."""
        if self.kind is ActorKind.SYSTEM:
            return True
        grants = self.grants_for(right)
        return self._leans(grant for grant in grants if organization_path.startswith(grant.organization_path))


PUBLIC: Final = Actor(kind=ActorKind.PUBLIC)
REPORTER: Final = Actor(kind=ActorKind.REPORTER)
SYSTEM: Final = Actor(kind=ActorKind.SYSTEM, name="IOC")
