"""Agencies: departments, People's Committees, central bodies, enterprises."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _

from ioc.kernel.languages import in_language
from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.areas import Area
from ioc.management.models.named import Named
from ioc.management.models.schemes import CodeScheme


class OrganizationKind(models.TextChoices):
    """What sort of body it is."""

    PROVINCE = "province", _("provincial People's Committee")
    CENTER = "center", _("operations centre")
    DEPARTMENT = "department", _("department")
    DISTRICT = "district", _("district People's Committee")
    COMMUNE = "commune", _("commune People's Committee")
    CENTRAL = "central", _("central body in the province")
    ENTERPRISE = "enterprise", _("enterprise")


class Organization(Named, Temporal):
    """An agency that can be given a matter. `path` is "/id/id/" from the top down to itself."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=12, choices=OrganizationKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="organizations")
    path = models.CharField(max_length=60, default="", blank=True)
    phone = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [ordered_validity("organization")]
        indexes = [models.Index(OpClass("path", name="text_pattern_ops"), name="organization_path")]

    def __str__(self) -> str:
        return self.name

    @property
    def short_label(self) -> str:
        """The short name; the English name for who reads English, for it has no short one."""
        return in_language(self.short_name, self.name_en)


def validity_range() -> Func:
    """The days of a `Temporal` row as PostgreSQL compares them."""
    return Func("valid_from", "valid_to", function="daterange", output_field=DateRangeField())


class OrganizationCode(Temporal):
    """A code of an organization in a scheme (QĐ 20/2020/QĐ-TTg, QCVN 102:2016/BTTTT, tax number); no two have the
    same one at a time."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="codes")
    scheme = models.ForeignKey(
        CodeScheme, models.PROTECT, to_field="code", db_column="scheme", db_index=False, related_name="codes"
    )
    value = models.CharField(max_length=35)

    class Meta:
        constraints = [
            ordered_validity("organization_code"),
            ExclusionConstraint(
                name="organization_code_one_holder",
                expressions=[
                    ("scheme", RangeOperators.EQUAL),
                    ("value", RangeOperators.EQUAL),
                    (validity_range(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another agency has this code at that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.value}"
