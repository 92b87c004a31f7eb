"""Throwing the demonstration away: what is left is an installation in which a province can start."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from ioc.conf.running.demonstration import throw_away
from ioc.kernel.clock import now
from ioc.management.actions.starting import FirstAdministrator, start_province
from ioc.management.models import AuditEntry, Organization, Person, Province, System
from ioc.management.queries import loading
from tests.factories import PASSWORD, SmallProvince

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(settings: Any, tmp_path: Path, small: SmallProvince) -> Path:
    """Folders with something in them; the province's rows as a commit would leave them."""
    settings.FILES_ROOT, settings.OUTBOX_ROOT = tmp_path / "files", tmp_path / "outbox"
    settings.AUDIT_CHECKPOINTS = tmp_path / "checkpoints"
    for folder in (settings.FILES_ROOT, settings.OUTBOX_ROOT):
        folder.mkdir()
        (folder / "kept").write_text("x")
    settings.AUDIT_CHECKPOINTS.write_text("x")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return tmp_path


def test_a_province_can_start_where_a_demonstration_was_thrown_away(files: Path) -> None:
    systems = set(System.objects.values_list("code", flat=True))
    Province.objects.update(is_demonstration=True)
    loading.drop()
    throw_away(say=lambda _said: None)
    assert not any(model.objects.exists() for model in (Province, Organization, Person, AuditEntry))
    assert [one for one in files.rglob("*") if one.is_file()] == []
    assert systems
    assert set(System.objects.values_list("code", flat=True)) == systems
    start_province(
        name="Tỉnh Thật", short_name="Thật", name_en="Real", code_prefix="TT", at=now(),
        administrator=FirstAdministrator(login="quantri", full_name="Nguyễn Văn Quản", password=PASSWORD),
    )  # fmt: skip
    assert Person.objects.get().username == "quantri"


def test_a_real_province_is_not_thrown_away(files: Path) -> None:
    loading.drop()
    with pytest.raises(RuntimeError):
        throw_away(say=lambda _said: None)
    assert Person.objects.exists()
    assert (files / "files" / "kept").exists()
