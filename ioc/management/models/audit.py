"""The audit log, the head of its chain, and what its checks found."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.models import EventBase


class AuditTopic(models.TextChoices):
    """What sort of thing an entry is about."""

    CONFIG = "config", _("change of the configuration")
    SIGN_IN = "sign_in", _("sign-in")
    IDENTITY = "identity", _("opening of a sealed identity")
    EXPORT = "export", _("export")
    DATA_REQUEST = "data_request", _("request about personal data")


class AuditEntry(EventBase):
    """One thing that must be answered for: who, when, from where, to which record, before → after.

    Triggers forbid every change but one: an entry gets its place in the chain (`number`, `previous`, `digest`) once,
    soon after the transaction that wrote it; see `actions.audit_chain`. `words` is what searching looks at.
    """

    topic = models.CharField(max_length=14, choices=AuditTopic, default=AuditTopic.CONFIG)
    record_kind = models.CharField(max_length=30)
    record_id = models.CharField(max_length=40)
    record_name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=200, blank=True)
    session = models.CharField(max_length=12, blank=True)
    words = SearchVectorField(null=True)
    number = models.BigIntegerField(null=True, unique=True)
    previous = models.BinaryField(max_length=32, null=True)
    digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_at"),
            models.Index(fields=["topic", "-at", "-id"], name="audit_topic"),
            models.Index(fields=["record_kind", "record_id", "-at"], name="audit_record"),
            models.Index(fields=["person_id", "-at", "-id"], name="audit_person"),
            models.Index(fields=["organization_id", "-at", "-id"], name="audit_organization"),
            models.Index(fields=["address", "-at", "-id"], name="audit_address", condition=~Q(address="")),
            models.Index(fields=["at", "id"], name="audit_unchained", condition=Q(number__isnull=True)),
            GinIndex(fields=["words"], name="audit_words"),
        ]


class AuditHead(models.Model):
    """The one row that says how far the chain goes; who lengthens the chain holds it."""

    only = models.BooleanField(primary_key=True, default=True)
    number = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, default=b"")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="audit_head_only_one")]


class AuditCheck(models.Model):
    """What a check of the whole chain found."""

    at = models.DateTimeField(db_index=True)
    verified_to = models.BigIntegerField()
    unchained = models.BigIntegerField()
    checkpoints = models.PositiveIntegerField()
    seconds = models.FloatField()
    fault_count = models.PositiveIntegerField()
    faults = models.JSONField(default=list)
