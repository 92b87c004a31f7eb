"""Administrative units over time."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from ioc.kernel.models import Temporal, ordered_validity


class AreaLevel(models.TextChoices):
    """The tiers; districts ended on 1 July 2025 (Law 72/2025/QH15)."""

    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")


class Area(Temporal):
    """A unit as it stood in a time: a renamed or merged unit is a new row, tied to the old by lineage.

    `path` is "/id/id/" from the province down to the unit itself; `boundary` a GeoJSON geometry in WGS 84.
    """

    code = models.CharField(max_length=10)
    level = models.CharField(max_length=10, choices=AreaLevel)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=60, default="", blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    boundary = models.JSONField(null=True, blank=True)
    boundary_is_approximate = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "level", "valid_from"], name="area_code_from"),
            ordered_validity("area"),
        ]
        indexes = [
            models.Index(OpClass("path", name="text_pattern_ops"), name="area_path"),
        ]

    def __str__(self) -> str:
        return self.name


class LineageKind(models.TextChoices):
    """What happened to a unit."""

    MERGED = "merged", _("merged")
    SPLIT = "split", _("split")
    RENAMED = "renamed", _("renamed")
    MOVED = "moved", _("moved under another unit")


class AreaLineage(models.Model):
    """On `at`, (part of) `before` went into `after`.

    Of the parts of a unit that was split one is the main one: what has no exact place is counted there.
    """

    before = models.ForeignKey(Area, models.PROTECT, related_name="successors")
    after = models.ForeignKey(Area, models.PROTECT, related_name="predecessors")
    kind = models.CharField(max_length=10, choices=LineageKind)
    at = models.DateField()
    is_main = models.BooleanField(default=True)
    legal_basis = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["before", "after", "at"], name="lineage_once")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
