"""Which system is open for whom, in which areas, from when to when."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.areas import Area
from ioc.management.models.named import Named


class SystemCode(models.TextChoices):
    """The systems of the centre, as the code knows them; each has a row in `System` with its words."""

    ON_SCENE = "onscene", _("on-the-scene information")
    CITIZEN = "citizen", _("app for people and businesses")
    OFFICER = "officer", _("app for officials")
    DASHBOARDS = "dashboards", _("dashboards")
    INDICATORS = "indicators", _("socio-economic information")
    ASSISTANT = "assistant", _("virtual assistant")


class System(Named, models.Model):
    """A system with the words that people read where it is not open yet."""

    code = models.CharField(max_length=14, choices=SystemCode, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    closed_text = models.TextField(blank=True)
    closed_text_en = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Audience(models.TextChoices):
    """For whom a system is open."""

    CITIZENS = "citizens", _("citizens")
    BUSINESSES = "businesses", _("businesses")
    OFFICIALS = "officials", _("officials")


class Rollout(Temporal):
    """One system opened to one audience in an area and all below it; no area: the whole province.

    Rows made in one step share a `batch`, so that the step can be undone until it begins.
    """

    system = models.ForeignKey(System, models.PROTECT, related_name="openings")
    audience = models.CharField(max_length=10, choices=Audience)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="openings")
    legal_basis = models.CharField(max_length=300)
    note = models.CharField(max_length=300, blank=True)
    note_en = models.CharField(max_length=300, blank=True)
    batch = models.UUIDField(null=True, blank=True, editable=False, db_index=True)

    class Meta:
        constraints = [
            ordered_validity("rollout"),
            models.UniqueConstraint(
                fields=["system", "audience", "area", "valid_from"], nulls_distinct=False, name="rollout_once"
            ),
        ]

    def __str__(self) -> str:
        where = self.area.name if self.area else _("whole province")
        return f"{self.system} · {self.get_audience_display()} · {where}"

    def clean(self) -> None:
        """The same thing is not opened twice in the same area at the same time."""
        if self.system_id is None or self.valid_from is None:
            return
        same = Rollout.objects.filter(system=self.system_id, audience=self.audience, area=self.area_id)
        clashes = same.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=self.valid_from)).exclude(pk=self.pk)
        if self.valid_to is not None:
            clashes = clashes.filter(valid_from__lt=self.valid_to)
        if clashes.exists():
            raise ValidationError({"valid_from": _("Another row opens the same here at the same time.")})
