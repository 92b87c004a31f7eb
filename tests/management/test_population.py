"""Populations: rows of a file, what they would change, and rates by them on the adoption screen."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Forbidden, Invalid
from ioc.management.actions.populations import read_populations, take_populations
from ioc.management.actions.records import save_record
from ioc.management.actions.table_reading import Unreadable
from ioc.management.models import AuditEntry, Population
from ioc.management.queries.adoption import adoption_by_area
from ioc.management.queries.populations import Outcome, People, plan_populations, populations
from ioc.management.rules.population_cells import read_row, whole
from tests.factories import SmallProvince, save

pytestmark = pytest.mark.django_db
FILE = """Dân số các đơn vị,,,,
Mã ĐVHC,Tên đơn vị,Năm,Dân số,Nguồn,Ước tính
7210,Ngô Quyền,2025,12.345,Niên giám thống kê,x
07213,Trần Phú,2025,20 000,Niên giám thống kê,
07213,Trần Phú,2025,20001,Niên giám thống kê,
99999,Không có,2025,1,Niên giám,
07210,Ngô Quyền,1850,36.5,,có lẽ
"""


@pytest.fixture
def admin(client: Client, small: SmallProvince) -> Client:
    client.force_login(small.people["administrator"])
    return client


@given(st.integers(1, 10**9))
def test_a_number_is_read_however_it_is_grouped(number):
    for text in (str(number), f"{number:,}", f"{number:,}".replace(",", "."), f"{number:,}".replace(",", " ")):
        assert whole(text) == number


@pytest.mark.parametrize("text", ["36.5", "1,2345", "-5", "mười", "", "1.2.3", "１２"])
def test_what_is_no_number_is_none(text):
    assert whole(text) is None


@given(st.dictionaries(st.sampled_from(["code", "year", "people", "source", "is_estimate"]), st.text(max_size=20)))
def test_a_row_is_whole_or_says_what_is_wrong(cells):
    row = read_row(2, cells, this_year=2026)
    assert row.problems or (row.people > 0 and 1900 <= row.year <= 2027 and row.cells["code"] and row.cells["source"])


def test_a_file_is_looked_at_row_by_row_and_the_good_ones_are_taken(small):
    entries = read_populations(FILE.encode(), name="danso.csv", at=now())
    actor = small.actor("administrator")
    first, second, twice, unknown, wrong = plan_populations(entries, actor=actor)
    assert (first.outcome, first.area, first.entry.people, first.entry.is_estimate) == (
        Outcome.NEW, small.areas["07210"], 12345, True,
    )  # fmt: skip
    assert (second.outcome, second.entry.people, second.entry.number) == (Outcome.NEW, 20000, 4)
    assert "4" in str(twice.entry.problems["code"])
    assert set(unknown.entry.problems) == {"code"}
    assert set(wrong.entry.problems) == {"year", "people", "source", "is_estimate"}
    assert not Population.objects.exists()
    take_populations(entries=entries, actor=actor, at=now())
    assert list(Population.objects.order_by("people").values_list("area__code", "year", "people", "is_estimate")) == [
        ("07210", 2025, 12345, True), ("07213", 2025, 20000, False),
    ]  # fmt: skip
    assert AuditEntry.objects.filter(record_kind="population", verb="added").count() == 2
    outcomes = [row.outcome for row in take_populations(entries=entries, actor=actor, at=now())]
    assert outcomes[:2] == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert Population.objects.count() == 2


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "Mã,Năm,Dân số,Nguồn\n"])
def test_a_file_that_is_none_is_refused_kindly(content):
    with pytest.raises(Unreadable):
        read_populations(content.encode(), name="x.csv", at=now())


def test_only_an_administrator_of_all_takes_it(small):
    entries = read_populations(FILE.encode(), name="danso.csv", at=now())
    with pytest.raises(Forbidden):
        take_populations(entries=entries, actor=small.actor("operator"), at=now())


def test_one_row_for_a_unit_and_year(small):
    fields = {"area": small.areas["07210"], "year": 2025, "people": 100, "source": "x"}
    save("population", **fields)
    with pytest.raises(Invalid):
        save_record(kind="population", fields=fields, actor=small.actor("administrator"), at=now())
    save("population", **fields | {"year": 2024, "people": 90})
    save("population", **fields | {"year": 2030, "people": 900})
    pk = small.areas["07210"].pk
    assert populations([pk], year=2026) == {pk: People(100, 2025, "x", is_estimate=False)}


def test_adoption_counts_for_each_thousand_people(admin, small):
    at = now()
    small.file(at=at - timedelta(hours=2))
    save("population", area=small.areas["07210"], year=local_date(at).year - 1, people=2000, source="Niên giám 2025",
         is_estimate=True)  # fmt: skip
    rows = {row.area.code: row for row in adoption_by_area(at=at, actor=small.actor("administrator"))}
    assert rows["07210"].filed_per_thousand == pytest.approx(0.5)
    assert rows["07210"].accounts_per_thousand == pytest.approx(rows["07210"].accounts / 2)
    assert rows["07213"].filed_per_thousand is None
    for sort in ("people", "-lately_per", "accounts_per"):
        page = admin.get(reverse("manage_adoption"), {"sort": sort}).content.decode()
        assert "Niên giám 2025" in page
        assert f"{reverse('manage_add', args=['population'])}?area={small.areas['07213'].pk}" in page
    first = [row.area.code for row in adoption_by_area(at=at, sort="-lately_per", actor=small.actor("administrator"))]
    assert first[0] == "07210"
    sheet: Any = load_workbook(
        io.BytesIO(b"".join(admin.get(reverse("manage_adoption_file", args=["xlsx"])).streaming_content))
    ).active
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    assert all(len(line) == len(lines[0]) for line in lines)
    assert any("Niên giám 2025" in line and 0.5 in line for line in lines)


def test_a_file_goes_from_the_form_to_the_list(admin, small):
    address = reverse("manage_population_file")
    assert admin.get(address).status_code == 200
    page = admin.post(address, {"file": SimpleUploadedFile("danso.csv", FILE.encode())})
    assert page.status_code == 200
    assert not Population.objects.exists()
    answer = admin.post(reverse("manage_population_take"), {"rows": page.context["kept"], "form_key": "k1"})
    assert answer["Location"] == reverse("manage_population")
    assert Population.objects.count() == 2
    assert "12.345" in admin.get(reverse("manage_population")).content.decode()
    assert admin.post(address, {"file": SimpleUploadedFile("x.csv", b"nothing")}).status_code == 422
    for rows in ("", "[1]", json.dumps([["x", {}]]), json.dumps({"a": 1})):
        assert admin.post(reverse("manage_population_take"), {"rows": rows, "form_key": "k2"}).status_code == 404
    book = b"".join(admin.get(reverse("manage_population_template")).streaming_content)
    template: Any = load_workbook(io.BytesIO(book)).active
    codes = [line[0] for line in template.iter_rows(min_row=2, values_only=True)]
    assert codes == ["07210", "07213"]
    filled = SimpleUploadedFile("mau.xlsx", book)
    assert {row["outcome"] for row in admin.post(address, {"file": filled}).context["rows"]} == {"wrong"}
    row = Population.objects.get(area__code="07210")
    assert admin.get(reverse("manage_change", args=["population", row.pk])).status_code == 200
