"""People, the roles that rights are bundled in, and the positions that give roles."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from ioc.kernel.ids import new_id
from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.areas import Area
from ioc.management.models.organizations import Organization


class Person(AbstractUser):
    """Somebody with an account. Rights come from positions only; Django's own flags are not used."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    full_name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, default="vi")

    def __str__(self) -> str:
        return self.full_name or self.username


class Role(models.Model):
    """A named set of rights."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    rights = ArrayField(models.CharField(max_length=60), default=list)
    requires_second_factor = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Position(Temporal):
    """A person in a role at an organization for a time; over the organization's area unless `area` says else."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="positions")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="positions")
    role = models.ForeignKey(Role, models.PROTECT, related_name="positions")
    title = models.CharField(max_length=100, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organization", "role", "valid_from"], name="position_once"),
            ordered_validity("position"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.role}, {self.organization}"
