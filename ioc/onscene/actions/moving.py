"""Keeping copied paths in step when agencies or areas move in their tree."""

from django.db.models import CharField, F, Value
from django.db.models.functions import Concat, Substr

from ioc.onscene.models import Assignment, Report


def follow_organization(*, before: str, after: str) -> None:
    """The agency at path `before` is now at `after`: the work of it and of all below goes along."""
    rows = Assignment.objects.filter(organization_path__startswith=before)
    rows.update(organization_path=_moved("organization_path", before, after))


def follow_area(*, before: str, after: str) -> None:
    """The area at path `before` is now at `after`: the reports of it and of all below go along."""
    Report.objects.filter(area_path__startswith=before).update(area_path=_moved("area_path", before, after))


def _moved(column: str, before: str, after: str) -> Concat:
    rest = Substr(F(column), len(before) + 1)
    return Concat(Value(after), rest, output_field=CharField())
