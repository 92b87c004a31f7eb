"""Ready answers to people, and the fields of work that agencies and leaders look after."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ioc.kernel.models import Temporal, ordered_validity
from ioc.management.models.catalogue import Category
from ioc.management.models.named import Named
from ioc.management.models.organizations import Organization
from ioc.management.models.people import Person


class AnswerPurpose(models.TextChoices):
    """Where somebody writes to a reporter."""

    ASK = "ask", _("ask the reporter")
    REFUSE = "refuse", _("refuse a report")
    PROGRESS = "progress", _("tell how it goes")
    OUTCOME = "outcome", _("report the outcome")
    PUBLISH = "publish", _("publish the result")


class AnswerTemplate(Temporal):
    """Words that staff put into what they write, with fields such as {{agency}} (see `rules.answers`).

    Without a category it is offered in all of them, with one in that category and those below it.
    """

    purpose = models.CharField(max_length=10, choices=AnswerPurpose)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    text = models.TextField(max_length=2000)
    text_en = models.TextField(max_length=2000, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [ordered_validity("answer_template")]

    def __str__(self) -> str:
        return self.name


class FieldOfWork(Named, Temporal):
    """A field of the province's work (education, construction …), and who looks after it."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    organizations = models.ManyToManyField(Organization, blank=True, related_name="fields_of_work")
    leaders = models.ManyToManyField(Person, blank=True, related_name="fields_of_work")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [ordered_validity("field_of_work")]

    def __str__(self) -> str:
        return self.name
