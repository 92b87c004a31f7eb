"""Protection of personal data: records of processing, consent texts, people's requests, how long data is kept."""

from typing import Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.calendar import Unit
from ioc.kernel.clock import local_date, now
from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.people import Person
from ioc.management.models.rules import UNIT_WORDS

UNITS: Final = [(unit.value, unit.value) for unit in Unit]


class ProcessingRecord(Temporal):
    """One purpose for which personal data is processed, as the law wants it written down.

    Law on Personal Data Protection 91/2025/QH15 and Decree 356/2025/NĐ-CP, in force since 1 January 2026 (before:
    Decree 13/2023/NĐ-CP).
    """

    purpose = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=300)
    persons = models.CharField(max_length=300)
    data = models.TextField()
    has_sensitive = models.BooleanField(default=False)
    recipients = models.TextField()
    retention = models.CharField(max_length=300)
    measures = models.TextField()
    responsible = models.CharField(max_length=200)

    class Meta:
        constraints = [ordered_validity("processing_record")]

    def __str__(self) -> str:
        return self.purpose


class ConsentPlace(models.TextChoices):
    """Where people are asked."""

    REPORT = "report", _("when a report is filed")


class ConsentText(Temporal):
    """What people are told and agree to, in a version. One that has been in force is followed, never changed."""

    place = models.CharField(max_length=10, choices=ConsentPlace, default=ConsentPlace.REPORT)
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    text_en = models.TextField()
    needs_tick = models.BooleanField(default=True)
    legal_basis = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "version"], name="consent_text_version"),
            ordered_validity("consent_text"),
        ]

    def __str__(self) -> str:
        return f"{self.get_place_display()} – {self.version}"

    def clean(self) -> None:
        """Refuse to change the words of a version that people may have agreed to."""
        kept = type(self).objects.filter(pk=self.pk, valid_from__lte=local_date(now())).first() if self.pk else None
        if kept is not None and any(getattr(kept, name) != getattr(self, name) for name in _FIXED):
            raise ValidationError(
                {"text": _("People may have agreed to this version. Give it an end and add the next version.")}
            )


_FIXED: Final = ("place", "version", "text", "text_en", "needs_tick", "valid_from")


class RequestKind(models.TextChoices):
    """What somebody may ask about the own data."""

    ACCESS = "access", _("see and get a copy")
    CORRECT = "correct", _("correct")
    ERASE = "erase", _("erase")


class DataRequestTerm(Temporal):
    """How long answering a request, and carrying it out, may take.

    `source` says where the limits were read. `must_be_checked`: nobody has held them against the law's own text yet.
    """

    kind = models.CharField(max_length=8, choices=RequestKind, blank=True)
    answer_limit = models.PositiveSmallIntegerField()
    carry_out_limit = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=14, choices=UNITS, default=Unit.WORKING_DAYS.value)
    carry_out_unit = models.CharField(max_length=14, choices=UNITS, default=Unit.WORKING_DAYS.value)
    legal_basis = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True)
    must_be_checked = models.BooleanField(default=True)

    class Meta:
        constraints = [ordered_validity("data_request_term")]

    def __str__(self) -> str:
        what = self.get_kind_display() or _("any")
        answered = f"{self.answer_limit} {UNIT_WORDS[Unit(self.unit)]}"
        return f"{what}: {answered} / {self.carry_out_limit} {UNIT_WORDS[Unit(self.carry_out_unit)]}"


class RequestState(models.TextChoices):
    """How far a request is."""

    RECEIVED = "received", _("to be answered")
    ACCEPTED = "accepted", _("accepted, to be carried out")
    DONE = "done", _("carried out")
    REFUSED = "refused", _("refused")


class DataRequest(models.Model):
    """What somebody asks about the own data. `contact_digest` finds the data; the contact and the new data are sealed.

    Who has the link with the token, sent to the contact, is the person; only the token's digest is kept.
    `verified_how` says how it was made sure that it is the person's own data: empty means that it was not yet, and
    then nothing is handed over or changed.
    """

    kind = models.CharField(max_length=8, choices=RequestKind)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.RECEIVED)
    by_link = models.BooleanField(default=False)
    contact_digest = models.BinaryField(default=b"", db_index=True)
    phone_sealed = models.BinaryField(default=b"")
    email_sealed = models.BinaryField(default=b"")
    correction_sealed = models.BinaryField(default=b"")
    token_digest = models.BinaryField(max_length=32, unique=True)
    language = models.CharField(max_length=2, default="vi")
    words = models.TextField(blank=True)
    verified_how = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    carry_out_by = models.DateTimeField()
    term = models.ForeignKey(DataRequestTerm, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    answer = models.TextField(blank=True)
    refusal_basis = models.CharField(max_length=300, blank=True)
    copy_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | ~Q(refusal_basis=""), name="data_request_refused_with_basis"
            )
        ]
        indexes = [
            models.Index(
                fields=["answer_by"], name="data_request_open", condition=Q(state__in=["received", "accepted"])
            ),
            models.Index(fields=["-asked_at", "-id"], name="data_request_asked"),
        ]

    @property
    def code(self) -> str:
        """What the person is told to quote."""
        return f"DL-{self.pk:05d}"


class RetentionRule(Temporal):
    """How long a kind of data is kept: `days` from the moment that the kind names. Switched off, nothing happens."""

    kind = models.CharField(max_length=40)
    days = models.PositiveIntegerField()
    is_on = models.BooleanField(default=False)
    legal_basis = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "valid_from"], name="retention_rule_from"),
            models.CheckConstraint(condition=Q(days__gte=1), name="retention_rule_days"),
            ordered_validity("retention_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.days}"


class RetentionRun(models.Model):
    """What carrying a rule out did one night."""

    at = models.DateTimeField(db_index=True)
    rule = models.ForeignKey(RetentionRule, models.PROTECT, related_name="runs")
    count = models.PositiveIntegerField()
    seconds = models.FloatField()
