"""Which reports a member of the operating team may see."""

from django.db.models import Q, QuerySet

from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.rights import PUBLISH, TRIAGE
from ioc.onscene.models import Report


def visible_to(actor: Actor) -> QuerySet[Report]:
    """The reports in the areas over which the actor may triage or publish; none for who may do neither."""
    grants = actor.grants_for(TRIAGE) + actor.grants_for(PUBLISH)
    paths = {grant.area_path for grant in grants}
    if "" in paths or actor.kind is ActorKind.SYSTEM:
        return Report.objects.all()
    if not paths:
        return Report.objects.none()
    within = Q()
    for path in sorted(paths):
        within |= Q(area_path__startswith=path)
    return Report.objects.filter(within)
