"""Announcements, guides and short lessons, for citizens and for staff, and how much they are read."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.areas import Area
from ioc.management.models.people import Person, Role


class GuideKind(models.TextChoices):
    """What it is."""

    ANNOUNCEMENT = "announcement", _("announcement")
    GUIDE = "guide", _("guide")
    LESSON = "lesson", _("lesson")


class GuideReaders(models.TextChoices):
    """Whom it is for."""

    CITIZENS = "citizens", _("citizens and businesses")
    STAFF = "staff", _("staff")


class Guide(Temporal):
    """A text to read, shown while in force. `roles` and `areas` narrow whom it is for; empty means everybody.

    `body` is Markdown. A lesson ends with `questions`: [{"text", "choices": [...], "right": index}].
    """

    kind = models.CharField(max_length=12, choices=GuideKind)
    readers = models.CharField(max_length=8, choices=GuideReaders)
    title = models.CharField(max_length=150)
    title_en = models.CharField(max_length=150, blank=True)
    body = models.TextField()
    body_en = models.TextField(blank=True)
    roles = models.ManyToManyField(Role, blank=True, related_name="+")
    areas = models.ManyToManyField(Area, blank=True, related_name="+")
    is_pinned = models.BooleanField(default=False)
    questions = models.JSONField(default=list, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [ordered_validity("guide")]
        indexes = [models.Index(fields=["readers", "-valid_from"], name="guide_readers")]

    def __str__(self) -> str:
        return self.title


class GuideReading(models.Model):
    """Somebody of the staff opened it first at `at`, and answered the questions of a lesson rightly at `passed_at`."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="readings")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guide", "person"], name="guide_read_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.guide}"


class GuideCount(models.Model):
    """How often citizens opened it on a day, by the commune they chose (none: not said). Nobody is named."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="counts")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guide", "area", "day"], name="guide_count_area"),
            models.UniqueConstraint(
                fields=["guide", "day"], condition=Q(area__isnull=True), name="guide_count_nowhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guide} {self.day}: {self.count}"
