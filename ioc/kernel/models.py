"""Tables that every room uses: retries made safe, limits, stored files, and the shape of an event."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from ioc.kernel.ids import new_id


class IdempotencyRecord(models.Model):
    """The outcome of a request that carried a key, so that a retry is answered and not done again."""

    pk = models.CompositePrimaryKey("scope", "key")
    scope = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    fingerprint = models.BinaryField(max_length=32)
    outcome = models.JSONField()
    at = models.DateTimeField(db_index=True)


class RateWindow(models.Model):
    """How often a subject did something in a window of time. The table is unlogged: a crash forgets it."""

    bucket = models.CharField(max_length=120, primary_key=True)
    count = models.IntegerField()
    ends_at = models.DateTimeField(db_index=True)


class ReferenceVersion(models.Model):
    """Goes up when reference data (areas, rules, calendars) changes, so that processes read it anew."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=1)


class Heartbeat(models.Model):
    """When a process without an address of its own was last seen alive."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()


class MediaKind(models.TextChoices):
    """What a stored file is to a person."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"


class StoredFile(models.Model):
    """A file as kept: re-encoded, without metadata, addressed by its content (SHA-256 of what is kept)."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=10, choices=MediaKind)
    media_type = models.CharField(max_length=60)
    size = models.BigIntegerField()
    width = models.IntegerField(default=0)
    height = models.IntegerField(default=0)
    seconds = models.FloatField(default=0)
    variants = models.JSONField(default=dict, help_text="name → media type, for each smaller copy")
    stored_at = models.DateTimeField()


class EventBase(models.Model):
    """Who did what, when and why, written in the transaction that changes the state; never edited."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=150, blank=True)
    person_id = models.UUIDField(null=True)
    organization_id = models.BigIntegerField(null=True)
    organization_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        abstract = True


class Temporal(models.Model):
    """Something that is in force from a day (included) to a day (not included; none: still)."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


def valid_on(day: Any) -> Q:
    """The rows of a `Temporal` table that are in force on `day`."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def ordered_validity(name: str) -> models.CheckConstraint:
    """A constraint that a validity does not end before it begins."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=f"{name}_validity"
    )
