"""Keys for programs."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid
from ioc.kernel.ids import new_token
from ioc.kernel.rights import NEEDS_SECOND_PERSON, RIGHTS
from ioc.management.actions.audit import log_change
from ioc.management.actions.scope import require_whole_province
from ioc.management.models import ApiToken


def issue_token(*, name: str, rights: Sequence[str], actor: Actor, at: datetime) -> str:
    """A new key for the program `name`; shown once, only its digest is kept.

    Raises:
        Forbidden: the actor does not manage the whole province.
        Invalid: it has no name, or a right is unknown.
    """
    require_whole_province(actor)
    if not name.strip():
        raise Invalid(fields={"name": _("Say which program it is for.")})
    if set(rights) - RIGHTS.keys():
        raise Invalid(fields={"rights": _("There is no such right.")})
    if set(rights) & NEEDS_SECOND_PERSON:
        raise Invalid(fields={"rights": _("A program cannot open what is sealed.")})
    token = new_token()
    with transaction.atomic():
        row = ApiToken.objects.create(
            name=name.strip(),
            digest=sha256(token.encode()).digest(),
            rights=list(rights),
            created_by_id=actor.person_id,
            created_at=at,
        )
        log_change(
            verb="issued", kind="api_token", record_id=row.pk, record_name=row.name,
            actor=actor, at=at, after={"rights": row.rights},
        )  # fmt: skip
    return token


def revoke_token(*, token_id: int, actor: Actor, at: datetime) -> None:
    """Make a key useless from now on; one that is so already stays as it is.

    Raises:
        Forbidden: the actor does not manage the whole province.
    """
    require_whole_province(actor)
    with transaction.atomic():
        row = ApiToken.objects.select_for_update().filter(id=token_id, revoked_at__isnull=True).first()
        if row is None:
            return
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        log_change(verb="revoked", kind="api_token", record_id=row.pk, record_name=row.name, actor=actor, at=at)
