"""When back-ups are made and where they go, and what became of each."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BackupPlan(models.Model):
    """The one row that says when back-ups are made, where to, and how long they stay.

    `keys` are public keys (age): who holds a secret half can read the back-ups. An empty `keys_to` keeps no secrets.
    """

    only = models.BooleanField(primary_key=True, default=True)
    is_on = models.BooleanField(default=True)
    to = models.CharField(max_length=300)
    keys_to = models.CharField(max_length=300, blank=True)
    keys = ArrayField(models.CharField(max_length=80))
    hour = models.PositiveSmallIntegerField(default=2, validators=[MaxValueValidator(23)])
    keep_days = models.PositiveSmallIntegerField(default=7)
    keep_weeks = models.PositiveSmallIntegerField(default=5)
    keep_months = models.PositiveSmallIntegerField(default=12)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="backup_plan_only_one")]

    def __str__(self) -> str:
        return self.to


class BackupRunKind(models.TextChoices):
    """What was done."""

    BACKUP = "backup", _("back-up")
    CHECK = "check", _("read through")
    RESTORE_TEST = "restore_test", _("restored on trial")


class BackupRun(models.Model):
    """One back-up, or one look whether a back-up can be restored. `problem` is empty when it went well.

    `ended_at` is empty while it runs, and stays so when the machine stopped in the middle.
    """

    kind = models.CharField(max_length=12, choices=BackupRunKind)
    name = models.CharField(max_length=40)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    rows = models.BigIntegerField(default=0)
    files = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "-began_at"], name="backup_run_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
