"""Changes of administrative units as they were made, so that one can be taken back."""

from django.db import models

from ioc.management.models.areas import LineageKind
from ioc.management.models.people import Person


class AreaEvent(models.Model):
    """One merger, split, renaming or move; `title` says it in names ("Xã A, Xã B → Xã C").

    `steps` are the rows that it wrote, in order: {"kind", "id", "was", "left"}. `was` holds the values before of the
    fields that it changed (null: it added the row), `left` the whole row as it left it. `reached` says who could
    open what is sealed in the units that ended, before: [whose position (`queries.sealed_reach.Holder.key`), ids].
    """

    kind = models.CharField(max_length=10, choices=LineageKind)
    day = models.DateField()
    title = models.CharField(max_length=500)
    legal_basis = models.CharField(max_length=300)
    steps = models.JSONField()
    reached = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-made_at", "-id"], name="area_event_made")]

    def __str__(self) -> str:
        return self.title
