"""The operating team's shifts: when somebody is needed, who is down for it, what one shift tells the next."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.organizations import Organization
from ioc.management.models.people import Person


class Shift(Temporal):
    """A stretch of the day on weekdays (Monday 0) in which a team needs `needed` people.

    A shift that ends at or before the hour at which it starts ends on the next day.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="shifts")
    name = models.CharField(max_length=60)
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    starts = models.TimeField()
    ends = models.TimeField()
    needed = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [ordered_validity("shift")]

    def __str__(self) -> str:
        return f"{self.name} {self.starts:%H:%M}–{self.ends:%H:%M}"


class Duty(models.Model):
    """A person down for a shift on a day. An absent one stays on record; who comes instead `replaces` them."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="duties")
    day = models.DateField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="duties")
    absent_at = models.DateTimeField(null=True, blank=True)
    absence_reason = models.CharField(max_length=200, blank=True)
    replaces = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="replacement")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shift", "day", "person"], name="duty_once")]
        indexes = [
            models.Index(fields=["day"], name="duty_day"),
            models.Index(fields=["person", "day"], name="duty_of"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.shift}: {self.person}"


class RosterTemplate(models.Model):
    """A week to begin from: who is usually down for what."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="roster_templates")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="roster_template_once")]

    def __str__(self) -> str:
        return self.name


class RosterTemplateLine(models.Model):
    """A person in a shift on a weekday (Monday 0) of a template."""

    template = models.ForeignKey(RosterTemplate, models.CASCADE, related_name="lines")
    shift = models.ForeignKey(Shift, models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "shift", "weekday", "person"], name="roster_line_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="roster_line_weekday"),
        ]


class HandOver(models.Model):
    """What one shift tells the next. It stays on the desk until somebody of the next shift has read it."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="hand_overs")
    text = models.TextField(max_length=4000)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="hand_overs")
    written_at = models.DateTimeField()
    read_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-written_at"], name="hand_over_last"),
            models.Index(fields=["organization"], condition=Q(read_at__isnull=True), name="hand_over_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.written_at:%d/%m/%Y %H:%M} {self.written_by}"
