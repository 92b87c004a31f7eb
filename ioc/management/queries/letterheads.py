"""The head of a document that this centre makes: who issues it, where and when."""

from datetime import datetime
from typing import Final

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.documents import Head, Text
from ioc.management.queries import loading
from ioc.management.queries.reference import Reference
from ioc.management.queries.refs import OrganizationRef

_CENTRE: Final = "ioc"


def letterhead(*, actor: Actor, title: Text, at: datetime, kind: Text = "") -> Head:
    """The head of what `actor` makes at `at`: of the actor's agency, with the one above it; else of the centre."""
    reference = loading.current()
    agency = reference.organizations.get(actor.organization_id or 0) or _centre(reference)
    above = _above(reference, agency)
    province = reference.province
    return Head(
        title=str(title),
        kind=str(kind),
        agency=agency.label if agency else province.label if province else "",
        superior=above or (province.label if province and agency else ""),
        place=province.short_name if province else "",
        day=local_date(at),
    )


def _centre(reference: Reference) -> OrganizationRef | None:
    return next((one for one in reference.agencies.values() if one.code == _CENTRE), None)


def _above(reference: Reference, agency: OrganizationRef | None) -> str:
    """The agency above, by its path "/1/7/"."""
    ids = [int(part) for part in agency.path.split("/") if part] if agency else []
    above = reference.organizations.get(ids[-2]) if len(ids) > 1 else None
    return above.label if above else ""
