"""The regulations in force: their versions, and who has read which."""

from django.db import models
from django.db.models import F, Q

from ioc.kernel.models import StoredFile, Temporal, ordered_validity
from ioc.management.models.people import Person, Role


class Regulation(models.Model):
    """A document that binds people here, through all its versions. Without `readers` all staff must read it."""

    code = models.CharField(max_length=60, unique=True, help_text="number, such as 12/2023/QĐ-UBND")
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    issued_by = models.CharField(max_length=150, blank=True)
    is_public = models.BooleanField(default=False)
    must_be_read = models.BooleanField(default=True)
    readers = models.ManyToManyField(Role, blank=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class RegulationVersion(Temporal):
    """The text from a day on. It is a draft until `published_at`, and is not changed after.

    The articles are found in `text` by their headings (`rules.regulations`).
    """

    regulation = models.ForeignKey(Regulation, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    signed_on = models.DateField(null=True, blank=True)
    text = models.TextField()
    document = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["regulation", "number"], name="regulation_version_once"),
            models.UniqueConstraint(
                fields=["regulation"], condition=Q(published_at__isnull=True), name="regulation_one_draft"
            ),
            ordered_validity("regulation_version"),
        ]
        ordering = [F("number").desc()]

    def __str__(self) -> str:
        return f"{self.regulation.code} ({self.number})"


class Acknowledgement(models.Model):
    """Somebody has read a version and says so."""

    version = models.ForeignKey(RegulationVersion, models.CASCADE, related_name="acknowledgements")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.version}"
