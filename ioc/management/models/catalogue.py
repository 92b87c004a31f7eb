"""Managed lists: kinds of report, categories and their questions, reasons."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.basis import RestsOnArticle
from ioc.management.models.named import Named


class KindCode(models.TextChoices):
    """The kinds that the law tells apart; each has a row in `ReportKind` that says how it is treated."""

    ON_SCENE = "on_scene", _("on-scene report")
    PROCEDURE = "procedure", _("report on an administrative procedure")
    BUSINESS = "business", _("business report")
    PETITION = "petition", _("petition")
    SUGGESTION = "suggestion", _("suggestion")
    COMPLAINT = "complaint", _("complaint")
    DENUNCIATION = "denunciation", _("denunciation")


class Urgency(models.TextChoices):
    """How pressing a matter is; with the kind it sets the deadline."""

    NORMAL = "normal", _("normal")
    URGENT = "urgent", _("urgent")
    COMPLEX = "complex", _("complex")


class Colour(models.TextChoices):
    """Colours that stand apart from each other and from the page in every theme; `theme.css` gives their values."""

    BLUE = "blue", _("blue")
    TEAL = "teal", _("teal")
    GREEN = "green", _("green")
    OLIVE = "olive", _("olive")
    BROWN = "brown", _("brown")
    RED = "red", _("red")
    PINK = "pink", _("pink")
    PURPLE = "purple", _("purple")
    SLATE = "slate", _("grey")


class ReportKind(Named, RestsOnArticle, Temporal):
    """How a kind is treated: handled here or guided to its legal way, published or never, photo asked for."""

    code = models.CharField(max_length=14, choices=KindCode)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    handled_here = models.BooleanField(default=True)
    is_published = models.BooleanField(default=True)
    guidance = models.TextField(blank=True)
    guidance_en = models.TextField(blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="report_kind_from"),
            ordered_validity("report_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class Category(Named, Temporal):
    """A field of matters (Open311: service): a tree of two levels.

    `place_precision_m` coarsens the public place: 0 shows it exactly.
    """

    code = models.SlugField(max_length=40, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=60, default="", blank=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    icon = models.CharField(max_length=40, default="circle-alert")
    colour = models.CharField(max_length=10, choices=Colour, default=Colour.SLATE)
    keywords = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_public = models.BooleanField(default=True)
    needs_evidence = models.BooleanField(default=True)
    place_precision_m = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [ordered_validity("category")]

    def __str__(self) -> str:
        return self.name


class AnswerKind(models.TextChoices):
    """The datatypes of Open311 service attributes."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLEVALUELIST = "singlevaluelist"
    MULTIVALUELIST = "multivaluelist"


class CategoryQuestion(models.Model):
    """Something asked of who reports in a category (Open311: attribute). `values`: key → name, for lists.

    With `asked_after` (the code of a question before it, a list) it is asked only where `asked_if` was chosen there.
    """

    category = models.ForeignKey(Category, models.CASCADE, related_name="questions")
    code = models.SlugField(max_length=40)
    datatype = models.CharField(max_length=20, choices=AnswerKind)
    text = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200, blank=True)
    hint = models.CharField(max_length=200, blank=True)
    required = models.BooleanField(default=False)
    values = models.JSONField(default=list, blank=True)
    asked_after = models.SlugField(max_length=40, blank=True, db_index=False)
    asked_if = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="category_question_once"),
            models.CheckConstraint(
                condition=models.Q(asked_after="", asked_if="") | ~models.Q(asked_after="") & ~models.Q(asked_if=""),
                name="category_question_condition",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ReasonPurpose(models.TextChoices):
    """What a reason is given for."""

    REFUSE = "refuse", _("refuse a report")
    RETURN = "return", _("return a matter to the team")
    EXTEND = "extend", _("ask for an extension")
    OPEN_IDENTITY = "open_identity", _("open a sealed identity")


class Reason(Named, RestsOnArticle, Temporal):
    """A reason from the list, with the words that the reporter reads."""

    code = models.SlugField(max_length=40, unique=True)
    purpose = models.CharField(max_length=14, choices=ReasonPurpose)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    template = models.TextField(blank=True)
    template_en = models.TextField(blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [ordered_validity("reason")]

    def __str__(self) -> str:
        return self.name
