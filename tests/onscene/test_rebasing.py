"""Counting over the reform: reports keep the area of their day, figures are by the communes of today."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.management.actions.area_changes import change_areas
from ioc.management.actions.area_lists import load_province
from ioc.management.actions.records import save_record
from ioc.management.models import Area, Province
from ioc.management.queries import loading
from ioc.management.queries.area_changes import AreaChange
from ioc.management.rules.area_changes import After
from ioc.onscene.models import Report
from ioc.onscene.queries import leading
from ioc.onscene.queries.leading import FigureCode, Narrowing, PeriodCode
from ioc.onscene.queries.rebasing import rebasing
from tests import snapshot
from tests.factories import SmallProvince

pytestmark = pytest.mark.django_db
JUNE, JULY = datetime(2025, 6, 16, 3, tzinfo=UTC), datetime(2025, 7, 14, 3, tzinfo=UTC)
LATER = datetime(2025, 7, 31, 3, tzinfo=UTC)
REFORM = date(2025, 7, 1)


@pytest.fixture
def reformed(db: None) -> SmallProvince:
    """The small province's agencies and rules over the real units of Bắc Ninh before and after the reform."""
    return snapshot.once(_reformed)


def _reformed() -> SmallProvince:
    small = snapshot.province()
    top = Area.objects.get(code="24")
    Area.objects.filter(path__startswith=top.path).update(valid_to=date(2020, 1, 2))
    Area.objects.filter(path__startswith=top.path).update(valid_from=date(2019, 1, 1), valid_to=date(2019, 1, 2))
    load_province(code="24", actor=SYSTEM, at=now())
    new = Area.objects.get(code="24", valid_from=REFORM)
    save_province(area=new)
    return small


def save_province(**fields: Any) -> None:
    save_record(kind="province", record_id=Province.objects.get().pk, fields=fields, actor=SYSTEM, at=now())


def file_at(small: SmallProvince, at: datetime, area: Area, number: int) -> Report:
    made = small.file(at=at, key=f"k{number}", latitude=area.latitude, longitude=area.longitude,
                      text=f"Rác thải tồn đọng ở chợ, lần thứ {number}, xin cho dọn sớm")  # fmt: skip
    return Report.objects.get(code=made.code)


def test_a_report_of_june_and_one_of_july_show_their_own_areas_and_count_together(reformed):
    now_ward = Area.objects.get(code="07210", valid_from=REFORM)
    olds = list(Area.objects.filter(successors__after=now_ward).order_by("code"))
    assert len(olds) > 1
    june = [file_at(reformed, JUNE, old, number) for number, old in enumerate(olds)]
    july = file_at(reformed, JULY, now_ward, 99)
    labels = [loading.current().area_label(report.area_id) for report in june]
    assert [report.area_id for report in june] == [old.pk for old in olds]
    assert labels[0].startswith(olds[0].name)
    assert ", " in labels[0]
    assert loading.current().area_label(july.area_id) == now_ward.name
    found = leading.overview(actor=SYSTEM, code=PeriodCode.QUARTER, at=LATER)
    by_code = {row.area.code: row for row in found.communes}
    assert len(by_code) == 99
    assert by_code["07210"].received == 1
    whole = leading.overview(actor=SYSTEM, code=PeriodCode.YEAR, at=LATER)
    by_code = {row.area.code: row for row in whole.communes}
    assert by_code["07210"].received == len(olds) + 1
    assert by_code["07210"].earlier >= len(olds)
    assert whole.counts_earlier
    assert sum(row.received for row in whole.communes) == len(olds) + 1


def test_the_list_behind_a_commune_holds_what_the_figure_counts(reformed):
    now_ward = Area.objects.get(code="07210", valid_from=REFORM)
    old = Area.objects.filter(successors__after=now_ward).order_by("code").first()
    assert old is not None
    reports = {file_at(reformed, JUNE, old, 1).pk, file_at(reformed, JULY, now_ward, 2).pk}
    elsewhere = Area.objects.filter(level="commune", valid_from=REFORM).exclude(pk=now_ward.pk).first()
    assert elsewhere is not None
    file_at(reformed, JULY, elsewhere, 3)
    _scope, _period, page = leading.list_behind(
        actor=SYSTEM, figure=FigureCode.RECEIVED, code=PeriodCode.YEAR, area="07210", only=Narrowing(), at=LATER,
        number=1,
    )  # fmt: skip
    assert page.total == 2
    assert {row.card.code for row in page.rows} == set(
        Report.objects.filter(pk__in=reports).values_list("code", flat=True)
    )


def test_every_old_commune_counts_in_exactly_one_of_today(reformed):
    ground = rebasing(date(2026, 11, 24))
    old = Area.objects.filter(level="commune", valid_to=REFORM)
    assert ground.parts == {}
    assert {row.pk for row in old} <= set(ground.whole)
    assert set(Area.objects.filter(pk__in=ground.whole.values()).values_list("valid_from", flat=True)) == {REFORM}


def test_where_a_commune_was_split_the_place_decides(small):
    west = small.areas["07210"]
    reports = [
        small.file(key=f"s{number}", latitude=latitude, longitude=longitude, text=f"Rác ở chỗ {number} đã ba ngày nay")
        for number, (latitude, longitude) in enumerate(((21.3, 106.11), (21.3, 106.12), (21.3, 106.19)))
    ]
    nowhere = small.file(key="s9", latitude=21.3, longitude=106.15, text="Rác không rõ chỗ nào đã ba ngày nay rồi")
    Report.objects.filter(code=nowhere.code).update(latitude=None, longitude=None)
    day = date(2026, 12, 1)
    parts = (
        After("07211", "Phường Tây", "Tây", latitude=21.3, longitude=106.12),
        After("07212", "Phường Giữa", "Giữa", latitude=21.3, longitude=106.18, is_main=True),
    )
    change_areas(change=AreaChange("split", (west.pk,), parts, day, "NQ 1"), actor=SYSTEM, at=now())
    at = datetime(2026, 12, 2, 3, tzinfo=UTC)
    found = leading.overview(actor=SYSTEM, code=PeriodCode.YEAR, at=at)
    assert {row.area.code: row.received for row in found.communes} == {"07211": 2, "07212": 2, "07213": 0}
    for code, count in (("07211", 2), ("07212", 2), ("07213", 0)):
        _scope, _period, page = leading.list_behind(
            actor=SYSTEM, figure=FigureCode.RECEIVED, code=PeriodCode.YEAR, area=code, only=Narrowing(), at=at,
            number=1,
        )  # fmt: skip
        assert page.total == count, code
    assert len(reports) == 3


def test_the_leaders_page_says_how_it_counts(client: Client, small: SmallProvince, monkeypatch: Any) -> None:
    small.file()
    both = (small.areas["07210"].pk, small.areas["07213"].pk)
    merged = AreaChange("merged", both, (After("07220", "Phường Bắc Giang", "Bắc Giang"),), date(2026, 11, 24), "NQ 1")
    change_areas(change=merged, actor=SYSTEM, at=now())
    client.force_login(small.people["leader"])
    client.cookies["django_language"] = "en"
    page = client.get("/lead/").content.decode()
    assert "count in the commune of today" in page
    assert "Phường Bắc Giang" in page
