"""The plan of back-ups, when one is due, and what the health page says."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from ioc.kernel.actors import SYSTEM
from ioc.kernel.backup import sealed
from ioc.kernel.backup.making import FolderUnusable
from ioc.kernel.clock import PROVINCE_ZONE, local_date, now
from ioc.kernel.errors import Forbidden, Invalid
from ioc.kernel.rights import READ_METRICS
from ioc.management.actions import backups
from ioc.management.actions.tokens import issue_token
from ioc.management.models import BackupPlan, BackupRun, BackupRunKind
from ioc.management.queries import people, worries
from ioc.management.queries.backups import standing
from tests.factories import SmallProvince

pytestmark = pytest.mark.django_db
PUBLIC = sealed.new_identity()[1]
NIGHT = datetime(2026, 11, 24, 2, 5, tzinfo=PROVINCE_ZONE)


def _fields(tmp_path: Path, **given: Any) -> backups.PlanFields:
    plan: dict[str, Any] = {
        "is_on": True, "to": str(tmp_path / "backups"), "keys_to": "", "keys": [PUBLIC], "hour": 2,
        "keep_days": 7, "keep_weeks": 5, "keep_months": 12,
    }  # fmt: skip
    return backups.PlanFields(**{**plan, **given})


def _ran(at: datetime, kind: BackupRunKind = BackupRunKind.BACKUP, problem: str = "") -> None:
    BackupRun.objects.create(kind=kind, name="x", began_at=at, ended_at=at, problem=problem)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"to": "backups"}, "to"),
        ({"keys": []}, "recipients"),
        ({"keys": ["age1x"]}, "recipients"),
        ({"hour": 24}, "hour"),
    ],
)
def test_what_is_wrong_with_a_plan_is_told_beside_the_field(
    small: SmallProvince, tmp_path: Path, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        backups.save_plan(fields=_fields(tmp_path, **given), actor=SYSTEM, at=now())
    assert field in wrong.value.fields
    assert not BackupPlan.objects.exists()


def test_keys_lie_apart(small: SmallProvince, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as wrong:
        backups.save_plan(fields=_fields(tmp_path, keys_to=str(tmp_path / "backups")), actor=SYSTEM, at=now())
    assert "keys_to" in wrong.value.fields


def test_who_manages_a_part_plans_nothing(small: SmallProvince, tmp_path: Path) -> None:
    officer = people.actor_for(small.people["officer"].pk, day=local_date(now()))
    with pytest.raises(Forbidden):
        backups.save_plan(fields=_fields(tmp_path), actor=officer, at=now())


def test_one_is_due_once_a_day_from_its_hour_on(small: SmallProvince, tmp_path: Path) -> None:
    backups.save_plan(fields=_fields(tmp_path, to="/proc/nowhere"), actor=SYSTEM, at=now())
    _ran(NIGHT - timedelta(days=1))
    assert not backups.make_due(at=NIGHT - timedelta(minutes=10))
    with pytest.raises(FolderUnusable):
        backups.make_due(at=NIGHT)
    assert BackupRun.objects.exclude(problem="").count() == 1
    _ran(NIGHT + timedelta(minutes=10))
    assert not backups.make_due(at=NIGHT + timedelta(minutes=20))


def test_worries_come_and_go(small: SmallProvince, tmp_path: Path) -> None:
    assert "No back-ups are made." in _said()
    backups.save_plan(fields=_fields(tmp_path), actor=SYSTEM, at=now())
    _ran(now() - timedelta(hours=27))
    assert "There is no good back-up of the last day." in _said()
    assert "Nobody has restored a back-up on trial for three months." in _said()
    _ran(now(), problem="no room")
    assert "There is no good back-up of the last day." in _said()
    _ran(now())
    _ran(now(), BackupRunKind.RESTORE_TEST)
    assert _said() == []
    assert standing().last_test is not None


def _said() -> list[str]:
    with translation.override("en"):
        return [str(worry.text) for worry in worries.worries() if worry.href == "/manage/backups/"]


def test_figures_are_for_who_shows_a_key(small: SmallProvince, client: Client) -> None:
    assert client.get("/metrics").status_code == 403
    other = issue_token(name="hotline", rights=["onscene.file_by_program"], actor=SYSTEM, at=now())
    assert client.get("/metrics", headers={"Authorization": f"Bearer {other}"}).status_code == 403
    key = issue_token(name="prometheus", rights=[READ_METRICS], actor=SYSTEM, at=now())
    client.get("/reports/")
    said = client.get("/metrics", headers={"Authorization": f"Bearer {key}"}).content.decode()
    assert 'ioc_http_requests_total{method="GET",room="reports",status="2xx"}' in said
    assert 'ioc_part_up{part="database"} 1.0' in said
    assert "ioc_jobs_waiting" in said


def test_ready_when_the_tables_fit(client: Client) -> None:
    assert client.get("/readyz").json() == {"ready": True}


def test_the_health_page_says_what_needs_somebody(small: SmallProvince, client: Client) -> None:
    client.force_login(small.people["administrator"])
    page = client.get("/manage/health/")
    assert page.status_code == 200
    assert "/manage/backups/" in page.content.decode()
