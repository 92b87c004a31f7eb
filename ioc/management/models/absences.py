"""When somebody is away, and who acts for them."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.people import Person


class Leave(Temporal):
    """A person's leave; while it lasts the deputy acts with the person's rights beside their own.

    It ends by itself: `valid_to` is the first day back. One that was called off before it began keeps its row. A person
    is on one leave at a time: the action that enters it holds the person's row while it looks.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="leaves")
    deputy = models.ForeignKey(Person, models.CASCADE, related_name="deputizes")
    note = models.CharField(max_length=200, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            ordered_validity("leave"),
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="leave_deputy_is_another"),
        ]

    @property
    def last_day(self) -> date | None:
        """The last day away, as people say it."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy}"
