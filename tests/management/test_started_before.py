"""A province that an earlier version started gets what a new one starts with, once, beside what it made itself."""

from importlib import import_module

import pytest
from django.apps import apps

from ioc.management.actions.organization_codes import KNOWN_SCHEMES
from ioc.management.models import CodeScheme, DataRequestTerm, Role
from tests.factories import SINCE, save

pytestmark = pytest.mark.django_db
complete = import_module("ioc.management.migrations.0015_started_before").complete


def test_what_is_missing_is_added_and_what_was_made_stays(small):
    CodeScheme.objects.all().delete()
    DataRequestTerm.objects.all().delete()
    Role.objects.update(is_built_in=False, delegable=False)
    save("code_scheme", code="TAX", name="Của tỉnh", valid_from=SINCE)
    for _again in range(2):
        complete(apps, None)
    assert set(CodeScheme.objects.values_list("code", flat=True)) == {one["code"] for one in KNOWN_SCHEMES}
    assert CodeScheme.objects.get(code="TAX").name == "Của tỉnh"
    assert DataRequestTerm.objects.get().answer_limit == 2
    assert Role.objects.get(code="agency-administrator").is_built_in
    assert set(Role.objects.filter(delegable=True).values_list("code", flat=True)) == {"officer", "head"}


def test_a_new_installation_is_left_empty(db):
    complete(apps, None)
    assert not CodeScheme.objects.exists()
    assert not Role.objects.exists()
