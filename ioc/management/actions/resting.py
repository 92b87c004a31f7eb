"""Rights that open what is sealed rest after somebody else opened a way into an account.

Who sets another's password or second factor could sign in as that person and open what takes two administrators to
be allowed. So these rights rest for three days: the person is told, cannot sign in as before, and says so in time.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from ioc.kernel.actors import Actor, ActorKind
from ioc.management.models import Person

REST: Final = timedelta(days=3)


def rest_sealed_rights(people: Collection[UUID], *, actor: Actor, at: datetime) -> None:
    """Have the sealed rights of `people` rest from now; not the actor's own, and not where the system itself acts."""
    others = set(people) - {actor.person_id}
    if actor.kind is not ActorKind.SYSTEM and others:
        Person.objects.filter(id__in=others).update(sealed_rest_until=at + REST)
