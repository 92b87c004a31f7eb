"""How far those on duty have been told of new reports."""

from django.db import models


class DutyWatch(models.Model):
    """One row: the reports filed until `told_until` have been told."""

    only = models.BooleanField(primary_key=True, default=True)
    told_until = models.DateTimeField()
