"""Notices: rows written with the event that causes them, delivered after."""

from django.db import models
from django.db.models import Q

from ioc.kernel.ids import new_id
from ioc.management.models import Person


class NoticeChannel(models.TextChoices):
    """How a person is told."""

    INBOX = "inbox"
    EMAIL = "email"
    SMS = "sms"


class NoticeState(models.TextChoices):
    """How far a notice is."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Notice(models.Model):
    """One message to one recipient about one event. An address outside is sealed like the reporter's identity.

    A link that lets somebody in ends with a secret, sealed too and thrown away once it is sent.

    `event_id` names the causing event in its room; with the recipient it is unique, so a notice exists once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event_id = models.UUIDField()
    recipient = models.CharField(max_length=60, help_text="who, without saying the address")
    channel = models.CharField(max_length=6, choices=NoticeChannel)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+", db_index=False)
    address_sealed = models.BinaryField(default=b"")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True)
    secret_sealed = models.BinaryField(default=b"", help_text="the end of the link, for the recipient alone")
    state = models.CharField(max_length=8, choices=NoticeState, default=NoticeState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "recipient", "channel"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="queued"), name="notice_queue"),
            models.Index(fields=["person", "-created_at"], condition=Q(channel="inbox"), name="notice_inbox"),
        ]
