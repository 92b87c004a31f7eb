"""People, the roles that rights are bundled in, and the positions that give roles."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q

from ioc.kernel.ids import new_id
from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.areas import Area
from ioc.management.models.named import Named
from ioc.management.models.organizations import Organization
from ioc.management.models.text import Folded, alphabetical
from ioc.management.rules.passwords import normalized


class Person(AbstractUser):
    """Somebody with an account. Rights come from positions only; Django's own flags are not used.

    Until `sealed_rest_until` the rights that open what is sealed rest (see `actions.resting`). A password that somebody
    else gave opens nothing after `given_password_until`, and before only the page for choosing another.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    full_name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, default="vi")
    employee_code = models.CharField(max_length=40, blank=True)
    sealed_rest_until = models.DateTimeField(null=True, blank=True, editable=False)
    given_password_until = models.DateTimeField(null=True, blank=True, editable=False)
    words = models.GeneratedField(
        expression=Folded("full_name", "username", "email", "phone"), output_field=models.TextField(), db_persist=True
    )

    alphabet = models.GeneratedField(
        expression=alphabetical("full_name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee_code"], condition=~Q(employee_code=""), name="person_employee_code_once"
            ),
        ]
        indexes = [
            models.Index(fields=["alphabet", "id"], name="person_alphabet"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="person_words"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        """Keep a password in one form, however the keyboard composed its letters."""
        super().set_password(None if raw_password is None else normalized(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password, in that form."""
        return super().check_password(None if raw_password is None else normalized(raw_password))


class Role(Named, models.Model):
    """A named set of rights.

    A built-in role came with the product: its code stays, the rest may be changed. Agencies' own administrators give
    `delegable` roles only. A retired role is kept for the history and is given to nobody any more.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    rights = ArrayField(models.CharField(max_length=60), default=list)
    requires_second_factor = models.BooleanField(default=False)
    is_built_in = models.BooleanField(default=False)
    delegable = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Position(Temporal):
    """A person in a role at an organization for a time; over the organization's area unless `area` says else, in all
    categories unless `categories` names some, with those below them."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="positions")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="positions")
    role = models.ForeignKey(Role, models.PROTECT, related_name="positions")
    title = models.CharField(max_length=100, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    categories = models.ManyToManyField("management.Category", blank=True, related_name="positions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organization", "role", "valid_from"], name="position_once"),
            ordered_validity("position"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.role}, {self.organization}"

    @property
    def label(self) -> str:
        """The same in the reader's language."""
        return f"{self.person} – {self.role.label}, {self.organization.label}"
