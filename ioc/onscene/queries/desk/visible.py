"""Which reports a member of the operating team may see."""

from django.db.models import QuerySet

from ioc.kernel.actors import Actor
from ioc.kernel.rights import PUBLISH, TRIAGE
from ioc.onscene.models import Report
from ioc.onscene.queries import reach


def visible_to(actor: Actor) -> QuerySet[Report]:
    """The reports over which the actor may triage or publish; none for who may do neither."""
    return seen_from(reach_of(actor))


def reach_of(actor: Actor) -> tuple[reach.Place, ...]:
    """The areas and categories that the actor's rights at the desk extend over."""
    return reach.places(actor, TRIAGE, PUBLISH)


def seen_from(places: tuple[reach.Place, ...]) -> QuerySet[Report]:
    """The reports in these areas and categories."""
    return Report.objects.filter(reach.within(places))
