"""The keys of programs, without the keys."""

from ioc.kernel.actors import Actor
from ioc.kernel.rights import MANAGE
from ioc.management.models import ApiToken


def tokens(*, actor: Actor) -> list[ApiToken]:
    """All keys ever issued, those in use first.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    rows = list(ApiToken.objects.select_related("created_by").order_by("-created_at"))
    return sorted(rows, key=lambda row: row.revoked_at is not None)
