"""Keys for programs."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from ioc.kernel.actors import Actor
from ioc.kernel.ids import new_token
from ioc.kernel.rights import MANAGE
from ioc.management.models import ApiToken


def issue_token(*, name: str, rights: Sequence[str], actor: Actor, at: datetime) -> str:
    """A new key for the program `name`; shown once, only its digest is kept.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    token = new_token()
    ApiToken.objects.create(
        name=name,
        digest=sha256(token.encode()).digest(),
        rights=list(rights),
        created_by_id=actor.person_id,
        created_at=at,
    )
    return token


def revoke_token(*, token_id: int, actor: Actor, at: datetime) -> None:
    """Make a key useless from now on.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    ApiToken.objects.filter(id=token_id, revoked_at__isnull=True).update(revoked_at=at)
