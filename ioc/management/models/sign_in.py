"""How people sign in: the rules of sessions, providers of identity outside, devices that were seen before."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.management.models.people import Person


class SignInPolicy(models.Model):
    """The one row that says how long a session lasts.

    At the second assurance level a session ends after an hour without activity and after a day in any case (NIST
    SP 800-63B-4, 2.2.3); shorter is allowed.
    """

    only = models.BooleanField(primary_key=True, default=True)
    idle_minutes = models.PositiveSmallIntegerField(default=60)
    absolute_hours = models.PositiveSmallIntegerField(default=12)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="sign_in_policy_only_one"),
            models.CheckConstraint(condition=Q(idle_minutes__range=(5, 480)), name="sign_in_policy_idle"),
            models.CheckConstraint(condition=Q(absolute_hours__range=(1, 24)), name="sign_in_policy_absolute"),
        ]


class MatchBy(models.TextChoices):
    """How a person who comes from a provider for the first time is recognized."""

    SUBJECT = "subject", _("only by a link that an administrator or the person made")
    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("phone number")
    EMPLOYEE_CODE = "employee_code", _("employee code")
    LOGIN = "username", _("login")


class IdentityProvider(models.Model):
    """A provider of identity (OpenID Connect) by which people may sign in, such as VNeID or a ministry's sign-in.

    `code` is part of the address that the provider sends people back to. `claim` is what in its answer is compared
    with `match_by`. The client's secret is kept sealed.
    """

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=40)
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=190)
    secret_sealed = models.BinaryField(default=b"")
    scopes = models.CharField(max_length=200, default="openid profile email")
    match_by = models.CharField(max_length=14, choices=MatchBy, default=MatchBy.EMAIL)
    claim = models.CharField(max_length=60, default="email")
    trusts_contact = models.BooleanField(default=False)
    trusts_second_factor = models.BooleanField(default=False)
    second_factor_values = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    register_domains = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    is_on = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class KnownDevice(models.Model):
    """A browser in which a person has signed in before: only a digest of the mark that it carries is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="devices")
    digest = models.BinaryField(max_length=32)
    browser = models.CharField(max_length=200, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="known_device_once")]
