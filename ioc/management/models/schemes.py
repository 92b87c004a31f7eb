"""The schemes that official codes of organizations belong to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.named import Named


class CodeCheck(models.TextChoices):
    """What is looked at beside the pattern."""

    NONE = "", _("only the pattern")
    LEFT_TO_RIGHT = "left_to_right", _("groups from the top down, left to right")
    RIGHT_TO_LEFT = "right_to_left", _("groups from the top down, right to left")
    TAX_NUMBER = "tax_number", _("check digit of the tax number")


class CodeScheme(Named, Temporal):
    """A way of giving organizations codes, with how a code of it is written: a row, as the law that sets it."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    pattern = models.CharField(max_length=200, blank=True)
    check_rule = models.CharField(max_length=14, choices=CodeCheck, blank=True)
    example = models.CharField(max_length=35, blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [ordered_validity("code_scheme")]

    def __str__(self) -> str:
        return self.name
