"""Files of boundaries: what each would change, and the boundaries before, kept so that they can be restored."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ioc.management.models.areas import Area
from ioc.management.models.people import Person


class BoundaryState(models.TextChoices):
    """How far a file of boundaries has come."""

    DRAFT = "draft", _("being looked at")
    APPLIED = "applied", _("applied")
    RESTORED = "restored", _("undone")


class BoundaryImport(models.Model):
    """A file of boundaries for the map of `day`; `findings` is what the check of the file said, as JSON."""

    state = models.CharField(max_length=10, choices=BoundaryState, default=BoundaryState.DRAFT)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=20)
    crs = models.CharField(max_length=80)
    day = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    findings = models.JSONField(default=dict)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    read_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-read_at"], name="boundary_import_read")]

    def __str__(self) -> str:
        return self.file_name


class BoundaryChange(models.Model):
    """One unit's boundary in a file, and, once applied, the one that it took the place of.

    `changed` is the share of the old area that differs (1: there was none to compare with).
    """

    of = models.ForeignKey(BoundaryImport, models.CASCADE, related_name="changes")
    area = models.ForeignKey(Area, models.CASCADE, related_name="+")
    after = models.JSONField()
    before = models.JSONField(null=True)
    before_is_approximate = models.BooleanField(default=True)
    area_ha = models.FloatField()
    before_ha = models.FloatField(null=True)
    changed = models.FloatField(default=1)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "area"], name="boundary_change_once")]

    def __str__(self) -> str:
        return f"{self.of}: {self.area}"
