"""What an invitation says to who opens it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from ioc.kernel.clock import local_date
from ioc.kernel.errors import NotFound
from ioc.kernel.models import valid_on
from ioc.management.models import Invitation, InvitationState, Person, Position


@dataclass(frozen=True, slots=True)
class Opened:
    """The invited person, who invites, the positions that wait, until when the link is good."""

    person: Person
    inviter: str
    positions: list[Position]
    expires_at: datetime
    is_good: bool


def opened(*, token: str, at: datetime) -> Opened:
    """The invitation behind `token`; two statements.

    Raises:
        NotFound: there was never such an invitation, or it was sent again under another link.
    """
    digest = sha256(token.encode()).digest()
    found = Invitation.objects.select_related("person").filter(digest=digest).first()
    if found is None:
        raise NotFound
    positions = Position.objects.filter(valid_on(local_date(at)), person=found.person)
    return Opened(
        person=found.person,
        inviter=found.inviter_name,
        positions=list(positions.select_related("role", "organization").order_by("valid_from", "id")),
        expires_at=found.expires_at,
        is_good=found.state(at) is InvitationState.WAITING and _may_begin(found.person),
    )


def _may_begin(person: Person) -> bool:
    """Whether the person may set a first password: who was given one another way has it already."""
    return person.is_active and not person.has_usable_password()
