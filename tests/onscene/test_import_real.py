"""The three real exports of city reports load whole, and once."""

import csv
from pathlib import Path
from typing import Any

import pytest

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.onscene.actions.import_file import Progress, import_file
from ioc.onscene.actions.reading import read_mapping
from ioc.onscene.models import Report, ReportEvent
from tests.factories import SINCE, SmallProvince, save

DATA = Path(__file__).parents[3] / "shared" / "data" / "reports"
MAPPINGS = Path(__file__).parent / "mappings"
ROWS = {"la311_2020": 10_000, "nyc311_animals": 5_895, "nyc311_2024": 1_000}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.exists(), reason="no ../shared/data/reports beside this project"),
]


@pytest.fixture
def catalogue(small: SmallProvince) -> SmallProvince:
    """The categories that the mappings lead to, one of them kept from the public."""
    wanted = {code for name in ROWS for code in mapping_of(name).fields["category"].results()}
    for code in sorted(wanted):
        save("category", code=code, name=code, name_en=code, is_public=code != "social-policy", valid_from=SINCE)
    return small


def mapping_of(name: str) -> Any:
    return read_mapping((MAPPINGS / f"{name}.yml").read_text())


def load(name: str, tmp_path: Path, **options: Any) -> Progress:
    return import_file(
        file=DATA / f"{name}.csv", mapping=mapping_of(name), errors=tmp_path / f"{name}.errors.csv",
        actor=SYSTEM, at=now(), **options,
    )  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_taken_and_the_second_run_adds_nothing(name, catalogue, tmp_path):
    first = load(name, tmp_path)
    assert (first.read, first.added, first.refused) == (ROWS[name], ROWS[name], 0)
    assert first.done_bytes == first.total_bytes
    second = load(name, tmp_path)
    assert (second.added, second.already, second.refused) == (0, ROWS[name], 0)
    assert Report.objects.count() == ReportEvent.objects.filter(verb="imported").count() == ROWS[name]
    assert not list(tmp_path.iterdir())


def test_both_layouts_of_one_system_share_its_identifiers(catalogue, tmp_path):
    assert load("nyc311_2024", tmp_path, limit=300).added == 300
    assert load("nyc311_animals", tmp_path, limit=300).added == 300
    assert Report.objects.filter(source="nyc311").count() == 600


def test_a_check_writes_nothing(catalogue, tmp_path):
    checked = load("nyc311_2024", tmp_path, only_check=True)
    assert (checked.added, checked.refused, Report.objects.count()) == (1_000, 0, 0)


def test_rows_are_read_as_they_are(catalogue, tmp_path):
    load("la311_2020", tmp_path, limit=600)
    with (DATA / "la311_2020.csv").open(newline="") as file:
        rows = {row["srnumber"]: row for row in csv.DictReader(file)}
    report = Report.objects.get(source_id="1-1523590121")
    row = rows["1-1523590121"]
    assert (report.latitude, report.longitude) == (float(row["latitude"]), float(row["longitude"]))
    assert report.place_text == row["address"]
    assert report.filed_at.isoformat() == "2020-01-01T08:05:00+00:00"  # 0:05 in Los Angeles
    assert report.published_at == report.closed_at
    assert report.result == "Closed: SR Created"
    assert (report.area, report.channel, report.state) == (None, "hotline", "published")
    hidden = Report.objects.filter(category__code="social-policy", closed_at__isnull=False).first()
    assert (hidden.state, hidden.published_at) == ("closed", None)
