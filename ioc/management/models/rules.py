"""The law as rows: who handles what where, by when, and when the offices are open."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.calendar import Unit
from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.areas import Area, AreaLevel
from ioc.management.models.basis import RestsOnArticle
from ioc.management.models.catalogue import Category, KindCode, Urgency
from ioc.management.models.organizations import Organization


class RoutingRule(Temporal):
    """Matters of a category (and below) in an area (and below) go to an agency.

    The lead is either named (`lead`) or the People's Committee of the commune or district in which the place
    lies (`lead_level`). The most specific rule wins: deeper category first, then smaller area.
    """

    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True, related_name="routing")
    area = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="+")
    lead = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    lead_level = models.CharField(max_length=10, choices=AreaLevel, blank=True)
    cooperating = models.ManyToManyField(Organization, blank=True, related_name="+")
    legal_basis = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            ordered_validity("routing_rule"),
            models.CheckConstraint(
                condition=Q(lead__isnull=False, lead_level="") | Q(lead__isnull=True) & ~Q(lead_level=""),
                name="routing_rule_one_lead",
            ),
        ]

    def __str__(self) -> str:
        what, where = self.category or _("any category"), self.area or _("any area")
        return f"{what} · {where} → {self.lead or self.get_lead_level_display()}"


UNIT_WORDS: Final = {
    Unit.WORKING_HOURS: _("working hours"),
    Unit.WORKING_DAYS: _("working days"),
    Unit.CALENDAR_DAYS: _("calendar days"),
}


class Step(models.TextChoices):
    """The parts of the way that have a deadline of their own."""

    RECEIVE = "receive", _("receive")
    ACCEPT = "accept", _("accept by the agency")
    HANDLE = "handle", _("handle")
    PUBLISH = "publish", _("publish")


class DeadlineRule(RestsOnArticle, Temporal):
    """How long a step may take. Empty `kind`, `urgency` or `category` means any; the most specific row wins."""

    step = models.CharField(max_length=10, choices=Step)
    kind = models.CharField(max_length=14, choices=KindCode, blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency, blank=True)
    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True, related_name="+")
    unit = models.CharField(max_length=14, choices=[(unit.value, unit.value) for unit in Unit])
    limit = models.PositiveIntegerField()
    extensions = models.PositiveSmallIntegerField(default=0, help_text="how often it may be extended")
    extension_limit = models.PositiveIntegerField(default=0, help_text="the most that one extension adds")
    legal_basis = models.CharField(max_length=300)

    class Meta:
        constraints = [
            ordered_validity("deadline_rule"),
            models.CheckConstraint(condition=Q(limit__gt=0), name="deadline_rule_limit"),
        ]

    def __str__(self) -> str:
        said = (self.get_step_display(), self.get_kind_display(), self.get_urgency_display(), self.category or "")
        return f"{' · '.join(str(one) for one in said if one)}: {self.limit} {UNIT_WORDS[Unit(self.unit)]}"


class OfficeHours(Temporal):
    """One stretch of opening hours on weekdays (Monday 0)."""

    weekdays = ArrayField(models.PositiveSmallIntegerField())
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [ordered_validity("office_hours")]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


class CalendarDayKind(models.TextChoices):
    """How a day departs from the week."""

    HOLIDAY = "holiday", _("public holiday")
    COMPENSATORY = "compensatory", _("compensatory working day")
    DAY_OFF = "day_off", _("day off in lieu")


class CalendarDay(models.Model):
    """A day that is not what its weekday says."""

    day = models.DateField(unique=True)
    kind = models.CharField(max_length=14, choices=CalendarDayKind)
    name = models.CharField(max_length=120)
    legal_basis = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"
