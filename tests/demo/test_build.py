"""The demonstration province as a whole, built once for this file."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from ioc.demo.build import RealProvince, build
from ioc.management.models import Area, AreaLineage, Organization, Person, Position, Province, Role
from ioc.management.queries import loading, people
from ioc.onscene.models import Report

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)


def test_the_province_is_whole_and_building_again_changes_nothing(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    facts = build(NOW)
    assert {role["login"] for role in facts["roles"]} >= {"truc1", "truongca", "lanhdao", "quantri"}
    assert all(role["password"] and role["totp_secret"] for role in facts["roles"])
    assert not Role.objects.filter(requires_second_factor=False).exists()
    assert not [role["login"] for role in facts["roles"] if owes(role["login"])]
    assert (
        Area.objects.filter(level="commune", valid_to__isnull=False, path__startswith=_province_path()).count() == 192
    )
    assert AreaLineage.objects.count() == 315
    assert Organization.objects.filter(kind="commune").count() == 192
    states = Counter(Report.objects.values_list("state", flat=True))
    total = sum(states.values())
    assert total >= 320
    assert 0.45 < (states["published"] + states["closed"]) / total < 0.72
    wanted = {"filed", "received", "asked", "refused", "joined", "guided", "dispatched", "handling", "submitted",
              "approved", "published", "closed", "reopened"}  # fmt: skip
    assert wanted - {"submitted", "approved", "reopened"} <= states.keys()
    assert Report.objects.filter(due_at__lt=NOW, state__in=["dispatched", "handling"]).count() >= 6
    assert Report.objects.filter(filed_at__gt=NOW).count() == 0
    assert build(NOW) == {}
    assert Report.objects.count() == total
    assert Person.objects.count() == Position.objects.count()


def owes(login: str) -> bool:
    return people.owes_second_factor(Person.objects.get(username=login).pk, day=NOW.date())


def _province_path() -> str:
    return Area.objects.get(level="province", code="24", valid_from="2020-01-01").path


def test_a_real_province_is_left_alone():
    Province.objects.create(name="Tỉnh Thật", short_name="Thật", name_en="Real", app_name="Thật", code_prefix="TT")
    loading.drop()
    with pytest.raises(RealProvince):
        build(NOW)
    assert Report.objects.count() == 0
