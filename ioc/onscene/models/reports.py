"""What was reported, by whom (sealed), with what pictures, and all that has happened to it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.ids import new_id
from ioc.kernel.models import EventBase, StoredFile
from ioc.management.models import Area, Category, ConsentText, KindCode, Organization, Urgency
from ioc.onscene.models.ordering import CALM, DUE
from ioc.onscene.rules.workflow import AGENCY_STATES, OPEN_STATES, PUBLIC_STATES, WAITING_STATES, State

STATE_CHOICES = [(state.value, state.value) for state in State]


class Channel(models.TextChoices):
    """The way a report came in."""

    WEB = "web", _("website")
    APP = "app", _("citizen app")
    HOTLINE = "hotline", _("hotline")
    DESK = "desk", _("entered by staff")
    OPEN311 = "open311", _("other software (Open311)")
    IMPORT = "import", _("imported")


class Report(models.Model):
    """One matter that somebody reported.

    Columns that end in `_at` are instants of the present round: reopening clears those of the round before,
    which stay in the events. `due_at` is the deadline that counts now (receiving, handling or publishing).
    `quadkey` is `kernel.quadkeys.quadkey` of the place.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=24, unique=True)
    token = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=14, choices=KindCode)
    urgency = models.CharField(max_length=10, choices=Urgency)
    state = models.CharField(max_length=18, choices=STATE_CHOICES)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    area_path = models.CharField(max_length=60, default="", blank=True)
    lead = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+", db_index=False)
    title = models.CharField(max_length=160)
    text = models.TextField()
    answers = models.JSONField(default=dict)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    place_text = models.CharField(max_length=300, blank=True)
    quadkey = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=10, choices=Channel)
    language = models.CharField(max_length=2, default="vi")
    source = models.CharField(max_length=60, blank=True)
    source_id = models.CharField(max_length=80, null=True)
    joined_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="joined")
    join_count = models.PositiveIntegerField(default=1, help_text="how many people reported it, joined ones too")
    thumbnail = models.CharField(max_length=64, blank=True)
    filed_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_from = models.DateTimeField(null=True, help_text="when the deadline that counts now began to run")
    paused_at = models.DateTimeField(null=True)
    state_before_pause = models.CharField(max_length=18, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    result = models.TextField(blank=True, help_text="the outcome as published")
    rating = models.CharField(max_length=14, blank=True)
    version = models.PositiveIntegerField(default=1)
    words = SearchVectorField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="report_source_once"),
            models.CheckConstraint(
                condition=~Q(state=State.JOINED) | Q(joined_to__isnull=False), name="report_joined_to_one"
            ),
        ]
        indexes = [
            models.Index(CALM, DUE, "id", name="report_waiting", condition=Q(state__in=sorted(WAITING_STATES))),
            models.Index(CALM, DUE, "id", name="report_agencies", condition=Q(state__in=sorted(AGENCY_STATES))),
            models.Index(CALM, DUE, "id", name="report_approved", condition=Q(state=State.APPROVED)),
            models.Index(CALM, DUE, "id", name="report_asked", condition=Q(state=State.ASKED)),
            models.Index(
                DUE,
                "id",
                name="report_urgent",
                condition=Q(urgency=Urgency.URGENT, state__in=sorted(OPEN_STATES)),
            ),
            models.Index(
                DUE,
                "id",
                name="report_due",
                condition=Q(paused_at__isnull=True, state__in=sorted(OPEN_STATES)),
            ),
            models.Index(
                fields=["-published_at", "-id"],
                name="report_published",
                condition=Q(published_at__isnull=False),
            ),
            models.Index(fields=["quadkey"], name="report_quadkey", condition=Q(quadkey__isnull=False)),
            models.Index(fields=["lead", "state", "due_at"], name="report_lead"),
            models.Index(fields=["-filed_at", "-id"], name="report_filed"),
            GinIndex(fields=["words"], name="report_words"),
            # For the leaders' figures: what ended in a period.
            models.Index(
                fields=["closed_at"],
                include=["state", "area_path", "id"],
                name="report_closed",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["resolved_at"],
                include=["dispatched_at", "state", "area_path"],
                name="report_resolved",
                condition=Q(resolved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_public(self) -> bool:
        """Whether anybody may read it."""
        return self.published_at is not None and self.state in PUBLIC_STATES


class Reporter(models.Model):
    """Who filed a report: sealed. `contact_digest` finds the same contact again without opening it.

    `consent` is the text that was agreed to; `wiped_at` says that nothing of the person is kept any more.
    """

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="reporter")
    name_sealed = models.BinaryField(default=b"")
    phone_sealed = models.BinaryField(default=b"")
    email_sealed = models.BinaryField(default=b"")
    contact_digest = models.BinaryField(default=b"", db_index=True)
    hides_name = models.BooleanField(default=True)
    # Without the database's own check: every filing would lock the one row that all agree to.
    consent = models.ForeignKey(
        ConsentText, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    wiped_at = models.DateTimeField(null=True)


class AttachmentPhase(models.TextChoices):
    """What a picture shows in the life of a matter."""

    REPORT = "report", _("as reported")
    ANSWER = "answer", _("sent on request")
    PROGRESS = "progress", _("during the work")
    AFTER = "after", _("after the work")


class Attachment(models.Model):
    """A stored file in a report. Time and place come from its metadata, which the kept file no longer has."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    phase = models.CharField(max_length=10, choices=AttachmentPhase)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    is_public = models.BooleanField(default=True)
    taken_at = models.DateTimeField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    position = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]


class ReportEvent(EventBase):
    """One step of a report's way; the timeline that people see is these rows.

    `is_public` steps are shown to everybody once the report is; the others to staff.
    `for_reporter` steps are shown on the private link, with `words` as the text to read.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="events", db_index=False)
    is_public = models.BooleanField(default=False)
    for_reporter = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="report_event_report")]
