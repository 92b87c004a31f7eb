"""Changes of agencies in words: what each is called, what went along, and how a done one is undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.management.models import ChangeState, OrganizationChange, PartyRole
from ioc.management.queries.moving import Moving, Reaching
from ioc.management.rules.reorganizing import CLOSE, MERGE, MOVE, RENAME, SPLIT
from ioc.management.views.rights_words import right_name

Text = str | Promise


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """A kind of change on screens."""

    do: Text
    lead: Text
    icon: str


CHANGE_TITLES: Final[Mapping[str, ChangeWords]] = {
    RENAME: ChangeWords(
        _("Rename"), _("It stays the same agency. What was dated before keeps the earlier name."), "pencil"
    ),
    MERGE: ChangeWords(
        _("Merge"), _("Agencies end on a day and one takes over all that they hold: matters, people, routing."),
        "git-merge",
    ),
    SPLIT: ChangeWords(_("Split"), _("Parts of the agency go to others; you choose what goes where."), "split"),
    MOVE: ChangeWords(
        _("Move"), _("It comes under another agency with all that is below it; you see whose rights change."),
        "folder-tree",
    ),
    CLOSE: ChangeWords(_("Dissolve"), _("The agency ends on a day. A successor takes over what it holds."), "circle-x"),
}  # fmt: skip
MOVED: Final[Mapping[str, Text]] = {
    "work": _("Open matters"),
    "positions": _("Positions"),
    "routing": _("Routing rows"),
    "agencies": _("Agencies below it"),
    "shifts": _("Shifts"),
    "fields": _("Fields of work"),
    "codes": _("Official codes"),
}


@dataclass(frozen=True, slots=True)
class Reached:
    """Who gains or loses reach: the position, and the rights in words."""

    person: str
    position: str
    rights: list[Text]


@dataclass(frozen=True, slots=True)
class MovingWords:
    """What moving an agency changes, as a page shows it; `opened` names what accounts there open."""

    found: Moving
    gains: list[Reached]
    loses: list[Reached]
    opened: list[Text]


def moving_words(found: Moving) -> MovingWords:
    """What moving changes, in words."""
    return MovingWords(
        found=found,
        gains=[_reached(one) for one in found.gains],
        loses=[_reached(one) for one in found.loses],
        opened=[right_name(right) for right in sorted(found.opened)],
    )


def _reached(one: Reaching) -> Reached:
    return Reached(one.person, f"{one.role}, {one.organization}", [right_name(right) for right in one.rights])


@dataclass(frozen=True, slots=True)
class Inverse:
    """How a change that is done is turned back, by another change."""

    text: Text
    address: str


def inverse_of(change: OrganizationChange) -> Inverse | None:
    """The change that turns this one back; None while it waits or where it was withdrawn."""
    if change.state != ChangeState.DONE:
        return None
    sides: dict[str, list[int]] = {PartyRole.BEFORE: [], PartyRole.AFTER: []}
    for party in change.parties.all():
        sides[party.role].append(party.organization_id)
    before, after = sides[PartyRole.BEFORE], sides[PartyRole.AFTER]
    if change.kind == RENAME:
        return Inverse(_("Rename it back"), _address(before[0], RENAME))
    if change.kind == MOVE:
        return Inverse(_("Move it back"), _address(before[0], MOVE))
    if not after:
        return Inverse(_("Add it anew as an agency of its own"), reverse("manage_add", args=["agencies"]))
    if change.kind == SPLIT:
        return Inverse(_("Merge the parts again"), _address(after[0], MERGE))
    return Inverse(_("Split the successor and send back what came"), _address(after[0], SPLIT))


def _address(organization_id: int, kind: str) -> str:
    return reverse("manage_organization_change", args=[organization_id, kind])
