"""Changes that one administrator asked for and another must confirm."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ioc.kernel.ids import new_id
from ioc.management.models.people import Person


class PendingState(models.TextChoices):
    """What became of it."""

    WAITING = "waiting", _("waits for a second administrator")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class PendingChange(models.Model):
    """A change of a role or a position, or a planned move of an agency, that gives `rights`, which take two.

    `fields` are the values to be saved, as JSON, `before` the whole record as it stood; `record_id` is empty for a
    record to be added. Of a move they say what it brings within whose reach. Nobody can confirm any more after
    `expires_at`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=30)
    record_id = models.CharField(max_length=40, blank=True)
    record_name = models.CharField(max_length=200)
    fields = models.JSONField()
    before = models.JSONField(default=dict, blank=True)
    rights = ArrayField(models.CharField(max_length=60))
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=PendingState, default=PendingState.WAITING)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id"],
                condition=models.Q(state="waiting") & ~models.Q(record_id=""),
                name="pending_once",
            )
        ]
        indexes = [models.Index(fields=["-asked_at", "-id"], name="pending_asked")]

    def __str__(self) -> str:
        return self.record_name
