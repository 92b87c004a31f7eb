"""No correction of a unit or of a tie lets somebody open what is sealed further away than two administrators said."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.errors import Invalid
from ioc.management.models import Area, AreaLineage
from ioc.management.queries.sealed_reach import Gain, Reach, gains_since, plain_key, reach_now


def reach_before(row: models.Model, *, actor: Actor, asked_by: Actor | None) -> Reach | None:
    """How far sealed rights reach before `row` is saved or removed; None where it need not be asked.

    A unit that is added has no past. The system asks nobody; what two decided was looked at as a whole.
    """
    if actor.kind is ActorKind.SYSTEM or asked_by is not None:
        return None
    is_known = isinstance(row, Area) and row.pk is not None
    return reach_now() if is_known or isinstance(row, AreaLineage) else None


def require_no_wider_reach(before: Reach | None, *, given_back: Mapping[str, Iterable[int]] | None = None) -> None:
    """Pass in silence when nobody's sealed right reaches further than `before`.

    `given_back`: areas that holders, by the text of their keys, reached once and may reach again.

    Raises:
        Invalid: somebody's does; names them and the units.
    """
    allowed = given_back or {}
    gains = gains_since(before) if before is not None else []
    found = [one for one in gains if one.ids - set(allowed.get(plain_key(one.holder.key), ()))]
    if found:
        raise Invalid(
            _("By this they could open what is sealed further than two administrators allowed: %(who)s.")
            % {"who": said(found)},
            remedy=_("Make it under “Merge, split, rename, move”: a second administrator confirms it there."),
        )


def said(gains: list[Gain]) -> Any:
    """ "Nguyễn Văn An (Xã Tân Yên, Xã Nhã Nam); …"."""
    return "; ".join(f"{one.holder.person} ({', '.join(one.units)})" for one in gains)
