"""The installation's own facts, and tokens for programs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

from ioc.kernel.rights import RIGHTS
from ioc.management.models.areas import Area
from ioc.management.models.people import Person


class Province(models.Model):
    """The one row that says whose centre this is.

    `map_held_at` holds the map of areas still at a day, for training on a province as it was; otherwise each
    question uses the areas of its own day.
    """

    only = models.BooleanField(primary_key=True, default=True)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    app_name = models.CharField(max_length=60)
    code_prefix = models.CharField(max_length=4)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    hotline = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    map_held_at = models.DateField(null=True, blank=True)
    base_map = models.CharField(max_length=300, blank=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="province_only_one")]

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A program's key for writing through the exchange interfaces; only its digest is kept."""

    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    rights = ArrayField(models.CharField(max_length=60), default=list)
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    @property
    def powers(self) -> list[str | Promise]:
        """What the program may do, in words."""
        return [RIGHTS.get(right, right) for right in self.rights]
