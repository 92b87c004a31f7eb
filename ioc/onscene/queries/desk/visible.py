"""Which reports a member of the operating team may see."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.rights import PUBLISH, TRIAGE
from ioc.onscene.models import Report


def visible_to(actor: Actor) -> QuerySet[Report]:
    """The reports in the areas over which the actor may triage or publish; none for who may do neither."""
    return within(reach_of(actor))


def reach_of(actor: Actor) -> Collection[str]:
    """The paths of the areas that the actor's rights at the desk extend over; an empty path is everywhere."""
    if actor.kind is ActorKind.SYSTEM:
        return {""}
    return {grant.area_path for grant in actor.grants_for(TRIAGE) + actor.grants_for(PUBLISH)}


def within(reach: Collection[str]) -> QuerySet[Report]:
    """The reports in the areas at these paths and below."""
    if "" in reach:
        return Report.objects.all()
    if not reach:
        return Report.objects.none()
    places = Q()
    for path in sorted(reach):
        places |= Q(area_path__startswith=path)
    return Report.objects.filter(places)
