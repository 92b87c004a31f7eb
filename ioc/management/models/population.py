"""How many people live in a unit, year by year."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from ioc.management.models.areas import Area


class Population(models.Model):
    """The people of `area` in `year`, as `source` says; `is_estimate`: worked out rather than counted or registered."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="populations")
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(1900), MaxValueValidator(2200)])
    people = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    source = models.CharField(max_length=300)
    is_estimate = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "year"], name="population_once")]

    def __str__(self) -> str:
        return f"{self.area.name}, {self.year}"
