"""Invitations, and files of people that wait to be taken in."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.ids import new_id
from ioc.management.models.people import Person


class InvitationState(models.TextChoices):
    """How far an invitation is."""

    WAITING = "waiting", _("waiting")
    EXPIRED = "expired", _("expired")
    ACCEPTED = "accepted", _("accepted")
    REVOKED = "revoked", _("withdrawn")


class Invitation(models.Model):
    """A link by which somebody sets their first password. Good once and until `expires_at`; only its digest is kept.

    Sending it again makes a new link in the same row: the one before is then worth nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    inviter_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    times_sent = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    def state(self, at: datetime) -> InvitationState:
        """How far it is at `at`."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.revoked_at:
            return InvitationState.REVOKED
        return InvitationState.WAITING if at < self.expires_at else InvitationState.EXPIRED


class PeopleImport(models.Model):
    """A file of people as it was read, kept until it is taken in or forgotten. `rows`: number → cells by column."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file_name = models.CharField(max_length=120)
    uploaded_by = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    headers = models.JSONField(default=dict, help_text="column → its heading in the file")
    rows = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["uploaded_by", "-uploaded_at"], name="people_import_latest")]
