"""How agencies change over time: code schemes, names and places in the tree that they had, mergers and splits."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.named import Named
from ioc.management.models.organizations import Organization, validity_range
from ioc.management.models.people import Person


class OrganizationPast(Named, Temporal):
    """How an organization was called and where it stood in the tree until it changed; the present is its own row."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="past")
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    legal_basis = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            ordered_validity("organization_past"),
            ExclusionConstraint(
                name="organization_past_once",
                expressions=[("organization", RangeOperators.EQUAL), (validity_range(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChangeKind(models.TextChoices):
    """What happens to organizations on a day."""

    RENAME = "rename", _("renamed")
    MERGE = "merge", _("merged")
    SPLIT = "split", _("split")
    CLOSE = "close", _("dissolved")
    MOVE = "move", _("moved")


class ChangeState(models.TextChoices):
    """How far a change is."""

    PLANNED = "planned", _("planned")
    DONE = "done", _("done")
    WITHDRAWN = "withdrawn", _("withdrawn")


class OrganizationChange(models.Model):
    """A change of organizations on a day: planned, carried out on its day, or withdrawn before.

    `plan` is `rules.reorganizing.Plan` as JSON; `moved` says how much went along, by what it is, once it is done.
    `failure` is what kept a change that is due from being carried out; it is tried again.
    """

    kind = models.CharField(max_length=8, choices=ChangeKind)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.PLANNED)
    day = models.DateField()
    plan = models.JSONField()
    legal_basis = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    planner_name = models.CharField(max_length=150, blank=True)
    planner_organization_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="when it was carried out or withdrawn")
    ended_by_name = models.CharField(max_length=150, blank=True)
    moved = models.JSONField(default=dict)
    failure = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["day"], name="organization_change_due", condition=Q(state="planned")),
            models.Index(fields=["-day", "-id"], name="organization_change_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.day:%d/%m/%Y}"

    @property
    def before(self) -> "list[OrganizationChangeParty]":
        """Those to whom it happens."""
        return [party for party in self.parties.all() if party.role == PartyRole.BEFORE]

    @property
    def after(self) -> "list[OrganizationChangeParty]":
        """Those who take over, or above."""
        return [party for party in self.parties.all() if party.role == PartyRole.AFTER]


class PartyRole(models.TextChoices):
    """Which side of a change an organization is on."""

    BEFORE = "before", _("before")
    AFTER = "after", _("after")


class OrganizationChangeParty(models.Model):
    """An organization in a change, with the name that it had before it. One that is new comes in as it is made."""

    change = models.ForeignKey(OrganizationChange, models.CASCADE, related_name="parties")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="changes")
    role = models.CharField(max_length=6, choices=PartyRole)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "organization", "role"], name="change_party_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language, while it is still called so; else as it was called."""
        return self.organization.label if self.organization.name == self.name else self.name
