"""What is kept about one person: lower rooms find it, hand it over, put it right, and take it away.

The management room answers people's requests about their data and holds the rules of how long data is kept. It does
not know what the rooms keep; a room that keeps personal data registers here as it starts, as `kernel.health` does for
figures. A person is known by the fingerprint of a contact (`kernel.sealing.digest`): nothing is opened to find data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Conflict, NotFound
from ioc.kernel.models import StoredFile

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is kept about the person: `label` is what staff may read, `link` where it is looked at."""

    key: str
    label: str
    at: datetime
    what: Text
    link: str = ""


class FileChoice(StrEnum):
    """What becomes of a file that the person gave, when the person's data is erased.

    One that shows nothing personal stays with the matter; one that shows the person, somebody else or a home goes.
    """

    KEEP = "keep"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A photo or video that the person gave. `label` names what it belongs to; everybody sees a public one."""

    key: str
    label: str
    at: datetime
    is_video: bool
    is_public: bool


class FilesUndecided(Conflict):
    """Nobody has said of each file whether it stays or goes."""

    code = "files-undecided"
    message = _("Say of each photo and video whether it stays or goes.")
    remedy = _("Look at every one: the page shows those that there are now.")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the copy that the person gets: its title, and entries of name → value."""

    title: str
    entries: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Correction:
    """What the person's data shall be from now on; what is empty stays as it is."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """How many of what were changed or wiped: what → how many."""

    counts: Mapping[Text, int] = field(default_factory=dict)


class Keeper(Protocol):
    """A room that keeps personal data of people from outside."""

    def find(self, fingerprint: bytes) -> list[Found]:
        """What is kept; a fixed number of statements."""

    def package(self, fingerprint: bytes, *, actor: Actor, at: datetime) -> list[Section]:
        """All of it, opened, for the person's copy."""

    def correct(self, fingerprint: bytes, correction: Correction, *, actor: Actor, at: datetime) -> Done:
        """Put it right, in the caller's transaction."""

    def files(self, fingerprint: bytes) -> list[GivenFile]:
        """The photos and videos that the person gave; a fixed number of statements."""

    def file(self, fingerprint: bytes, key: str) -> StoredFile | None:
        """One of them as it is kept; None when it is not one of them."""

    def erase(
        self, fingerprint: bytes, *, choices: Mapping[str, FileChoice], actor: Actor, at: datetime, reason: str
    ) -> Done:
        """Take away what says who it was, in the caller's transaction; figures and the way of each matter stay.

        Raises:
            FilesUndecided: `choices` leaves one of `files` out.
        """


class Retained(Protocol):
    """A kind of data that is kept for a time: what a rule of retention is about."""

    label: Text
    since: Text
    deed: Text

    def due(self, before: datetime) -> int:
        """How many there are whose time began before `before`; one statement."""

    def carry_out(self, before: datetime, *, at: datetime, most: int) -> int:
        """Do to at most `most` of them what the rule says, in a transaction of its own; how many."""


_keepers: Final[dict[str, Keeper]] = {}
_retained: Final[dict[str, Retained]] = {}


def register(name: str, keeper: Keeper) -> None:
    """Have a room's personal data found; called once as the room starts."""
    _keepers[name] = keeper


def retain(code: str, kind: Retained) -> None:
    """Have a kind of data be something that a rule of retention may name; called once as the room starts."""
    _retained[code] = kind


def retained() -> Mapping[str, Retained]:
    """Code → kind of data that rules of retention may name."""
    return _retained


def find(fingerprint: bytes) -> list[Found]:
    """What all rooms keep about the person, newest first."""
    found = [one for keeper in _keepers.values() for one in keeper.find(fingerprint)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def package(fingerprint: bytes, *, actor: Actor, at: datetime) -> list[Section]:
    """All that the rooms keep about the person, opened."""
    return [part for keeper in _keepers.values() for part in keeper.package(fingerprint, actor=actor, at=at)]


def correct(fingerprint: bytes, correction: Correction, *, actor: Actor, at: datetime) -> Done:
    """Put the person's data right in every room, in the caller's transaction."""
    return _summed(keeper.correct(fingerprint, correction, actor=actor, at=at) for keeper in _keepers.values())


def files(fingerprint: bytes) -> list[GivenFile]:
    """The photos and videos that the person gave to any room, each room's in its own order."""
    return [one for keeper in _keepers.values() for one in keeper.files(fingerprint)]


def file(fingerprint: bytes, key: str) -> StoredFile:
    """One of `files` as it is kept.

    Raises:
        NotFound: it is none of them.
    """
    found = (keeper.file(fingerprint, key) for keeper in _keepers.values())
    kept = next((one for one in found if one is not None), None)
    if kept is None:
        raise NotFound
    return kept


def erase(fingerprint: bytes, *, choices: Mapping[str, FileChoice], actor: Actor, at: datetime, reason: str) -> Done:
    """Take away what says who it was in every room, in the caller's transaction.

    Raises:
        FilesUndecided: `choices` leaves one of `files` out.
    """
    return _summed(
        keeper.erase(fingerprint, choices=choices, actor=actor, at=at, reason=reason) for keeper in _keepers.values()
    )


def _summed(parts: Iterable[Done]) -> Done:
    counts: dict[Text, int] = {}
    for part in parts:
        for what, count in part.counts.items():
            counts[what] = counts.get(what, 0) + count
    return Done(counts)
