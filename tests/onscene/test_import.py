"""Imports of crafted files: each way in which a file, a row or a mapping can be wrong."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.postgres.search import SearchQuery
from django.db import connection

from ioc.kernel.actors import SYSTEM
from ioc.kernel.errors import Forbidden, Invalid
from ioc.onscene import actions as onscene_actions
from ioc.onscene.actions import import_file as importing
from ioc.onscene.actions.import_file import Progress, import_file
from ioc.onscene.actions.reading import read_mapping
from ioc.onscene.models import Report, ReportEvent
from ioc.onscene.queries.timeline import timeline_for_public
from ioc.onscene.rules.importing import MappingInvalid
from tests.factories import SmallProvince

pytestmark = pytest.mark.django_db

# The package holds the group under this name; the module behind it is meant.
command = import_module("ioc.conf.cli.onscene")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HEADER = "id,what,kind,state,filed,closed,lat,lon,address,result"
MAPPING = """
source: old-system
fields:
  source_id: id
  text: what
  category:
    column: kind
    values: {rác: waste, cán bộ: officials}
  status:
    column: state
    values: {xong: closed, mới: open}
  filed_at: {column: filed, formats: ["%d/%m/%Y %H:%M", iso]}
  closed_at: {column: closed, formats: ["%d/%m/%Y %H:%M"]}
  latitude: lat
  longitude: lon
  address: address
  result: result
"""


def row(**given: str) -> str:
    values = {
        "id": "A-1", "what": "Rác tồn đọng ở ngõ 12", "kind": "rác", "state": "xong", "filed": "05/03/2024 08:30",
        "closed": "06/03/2024 16:00", "lat": "21.30", "lon": "106.15", "address": "Ngõ 12", "result": "Đã dọn sạch",
    } | given  # fmt: skip
    return ",".join(values.values())


@dataclass
class Desk:
    """A folder to import from."""

    folder: Path

    @property
    def errors(self) -> Path:
        return self.folder / "errors.csv"

    def load(self, *rows: str, mapping: str = MAPPING, raw: bytes | None = None, **options: Any) -> Progress:
        file = self.folder / "reports.csv"
        file.write_bytes(raw if raw is not None else "\n".join([HEADER, *rows]).encode())
        given = {"actor": SYSTEM, "at": NOW} | options
        return import_file(file=file, mapping=read_mapping(mapping), errors=self.errors, **given)

    def refused(self) -> list[tuple[int, str]]:
        with self.errors.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            return [(int(row[0]), row[1]) for row in list(csv.reader(file))[1:]]


@pytest.fixture
def desk(small: SmallProvince, tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_closed_report_arrives_published_with_its_event(desk):
    desk.load(row())
    report = Report.objects.get(source="old-system", source_id="A-1")
    assert (report.state, report.result, report.channel, report.thumbnail) == ("published", "Đã dọn sạch", "import", "")
    assert report.filed_at == datetime(2024, 3, 5, 1, 30, tzinfo=UTC)
    assert report.closed_at == report.published_at == report.resolved_at == datetime(2024, 3, 6, 9, 0, tzinfo=UTC)
    assert report.area.code == "07210"
    assert report.area_path == report.area.path
    assert report.code.startswith("BG-2403-")
    assert report.quadkey is not None
    event = ReportEvent.objects.get(report=report)
    assert (event.verb, event.at, event.after["source"]) == ("imported", NOW, "old-system")
    assert [step.line for step in timeline_for_public(report)]


def test_it_is_found_without_diacritics(desk):
    desk.load(row())
    assert Report.objects.filter(words=SearchQuery("rac tondong", config="simple")).exists()


def test_an_open_report_waits_as_received_without_a_deadline(desk, small):
    desk.load(row(state="mới", closed="06/03/2024 16:00", result="còn lại"))
    report = Report.objects.get()
    assert (report.state, report.due_at, report.closed_at, report.result) == ("received", None, None, "")
    assert not report.deadlines.exists()
    west = small.organizations["west"].id
    onscene_actions.dispatch(report_id=report.id, lead_id=west, actor=small.actor("operator"), at=NOW)


def test_what_is_not_for_the_public_stays_closed(desk):
    desk.load(row(kind="cán bộ"))
    report = Report.objects.get()
    assert (report.state, report.published_at, report.is_public) == ("closed", None, False)


def test_the_second_run_adds_nothing(desk):
    assert desk.load(row(), row(id="A-2")).added == 2
    again = desk.load(row(), row(id="A-2"), row(id="A-3"), at=NOW + timedelta(hours=1))
    assert (again.added, again.already, again.refused) == (1, 2, 0)
    assert Report.objects.count() == ReportEvent.objects.count() == 3


WRONG = [
    ({"id": ""}, "source_id"),
    ({"id": "x" * 81}, "81"),
    ({"what": " "}, "text"),
    ({"what": "x" * 4001}, "4001"),
    ({"address": "x" * 301}, "301"),
    ({"kind": "khác"}, "khác"),
    ({"state": "?"}, "?"),
    ({"filed": ""}, "filed_at"),
    ({"filed": "31/02/2024 10:00"}, "31/02/2024"),
    ({"filed": "01/01/2099 10:00"}, "2099"),
    ({"closed": ""}, "closed_at"),
    ({"closed": "05/03/2024 08:00"}, ""),
    ({"closed": "05/03/2030 08:00"}, "2030"),
    ({"lat": "91"}, "91"),
    ({"lat": "nan"}, "nan"),
    ({"lat": "1e999"}, "1e999"),
    ({"lat": ""}, "106.15"),
    ({"lat": "0", "lon": "0"}, "0"),
    ({"lat": "34.05", "lon": "-118.24"}, ""),
    ({"what": "NUL\x00 bên trong"}, "NUL"),
    ({"what": "a,b"}, "11"),
]


def test_each_wrong_row_is_listed_with_its_line_and_the_rest_is_kept(desk):
    rows = [row(**{"id": f"W-{number}"} | given) for number, (given, _reason) in enumerate(WRONG)]
    progress = desk.load(row(), *rows, row(id="A-2"))
    assert (progress.read, progress.added, progress.refused) == (len(WRONG) + 2, 2, len(WRONG))
    refused = desk.refused()
    assert [line for line, _why in refused] == list(range(3, len(WRONG) + 3))
    for (_line, why), (given, reason) in zip(refused, WRONG, strict=True):
        assert why, given
        assert reason in why


def test_lines_are_counted_as_they_stand_in_the_file(desk):
    desk.load('A-1,"Hai\ndòng",rác,mới,05/03/2024 08:30,,,,,', "", row(id="A-2", lat="95"), row(id="A-3"))
    assert [line for line, _why in desk.refused()] == [5]
    assert Report.objects.get(source_id="A-1").text == "Hai\ndòng"


def test_an_identifier_twice_in_a_file_is_taken_once(desk, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    progress = desk.load(row(), row(what="Lần hai trong lô"), row(id="A-2"), row(what="Lần ba, lô sau"))
    assert (progress.added, progress.already, progress.refused) == (2, 0, 2)
    assert [line for line, _why in desk.refused()] == [3, 5]
    assert Report.objects.get(source_id="A-1").text == "Rác tồn đọng ở ngõ 12"


def test_a_check_finds_the_same_and_writes_nothing(desk, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    progress = desk.load(row(), row(id="A-2"), row(), row(id="A-3", lat="95"), only_check=True)
    assert (progress.added, progress.refused) == (2, 2)
    assert [line for line, _why in desk.refused()] == [4, 5] or [line for line, _why in desk.refused()] == [5, 4]
    assert not Report.objects.exists()


def test_a_word_too_long_for_the_index_does_not_matter(desk):
    assert desk.load(row(), row(id="A-2", what="Dài " + "x" * 3000)).added == 2


def test_what_only_the_database_refuses_costs_one_row(desk):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE onscene_report ADD CONSTRAINT only_here CHECK (place_text <> 'Ngõ 13')")
    progress = desk.load(*(row(id=f"B-{n}", address=f"Ngõ {n}") for n in range(20)))
    assert (progress.added, progress.refused) == (19, 1)
    assert desk.refused()[0][0] == 15
    assert "only_here" in desk.refused()[0][1]


def test_a_place_outside_is_kept_where_the_mapping_says_so(desk):
    desk.load(row(lat="34.05", lon="-118.24"), mapping=MAPPING + "outside: keep\n")
    report = Report.objects.get()
    assert (report.area, report.area_path, report.latitude) == (None, "", 34.05)


def test_a_decimal_comma_and_no_place_at_all(desk):
    desk.load(row(lat='"21,30"', lon='"106,15"'), row(id="A-2", lat="", lon=""))
    assert Report.objects.get(source_id="A-1").area.code == "07210"
    assert Report.objects.get(source_id="A-2").quadkey is None
    assert not desk.errors.exists()


def test_no_more_than_the_limit(desk):
    assert desk.load(row(), row(id="A-2"), row(id="A-3"), limit=2).added == 2


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_marks_and_line_ends_of_all_systems(desk, start, end):
    raw = start + end.join(line.encode() for line in (HEADER, row(), row(id="A-2"))) + end
    assert desk.load(raw=raw).added == 2


def test_another_encoding_and_delimiter(desk):
    text = "\n".join([HEADER, row(what="Cafe vỉa hè", kind="rác")]).replace(",", ";")
    mapping = MAPPING + "encoding: utf-16\ndelimiter: ';'\n"
    assert desk.load(raw=text.encode("utf-16"), mapping=mapping).added == 1
    assert Report.objects.get().text == "Cafe vỉa hè"


def test_bytes_that_are_no_letters_cost_their_row_and_stay_as_they_were(desk):
    raw = "\n".join([HEADER, row(), row(id="A-2")]).encode() + b"\nA-3,caf\xe9,r\xe1c,,,,,,,\n" + row(id="A-4").encode()
    assert desk.load(raw=raw).added == 3
    assert desk.refused()[0][0] == 4
    assert b"caf\xe9" in desk.errors.read_bytes()


def test_a_quotation_mark_without_its_mate_is_said(desk):
    progress = desk.load(row(), 'A-2,"mở mà không đóng,rác', row(id="A-3"))
    assert (progress.added, progress.refused) == (1, 1)
    line, why = desk.refused()[0]
    assert line == 3
    assert "4" in why


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said(desk, raw):
    with pytest.raises(Invalid):
        desk.load(raw=raw)


def test_a_file_in_quite_another_encoding_is_said(desk):
    with pytest.raises(Invalid):
        desk.load(raw="\n".join([HEADER, row()]).encode("utf-16"))


def test_a_missing_column_is_named_with_its_line_in_the_mapping(desk):
    with pytest.raises(MappingInvalid) as caught:
        desk.load(raw=row().encode())
    assert "“id”" in str(caught.value)
    assert "4" in str(caught.value)


def test_a_column_there_twice_is_named(desk):
    with pytest.raises(MappingInvalid, match="what"):
        desk.load(raw=HEADER.replace("kind", "what").encode())


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("source: old-system", "source: ''", 2, "source"),
        ("  text: what\n", "", 3, "text"),
        ("  text: what", "  texts: what", 5, "texts"),
        ("{xong: closed, mới: open}", "{xong: finished}", 9, "open"),
        ("    values: {xong: closed, mới: open}\n", "", 9, "values"),
        ('  closed_at: {column: closed, formats: ["%d/%m/%Y %H:%M"]}\n', "", 9, "closed_at"),
        ("source: old-system", "source: old-system\nencoding: klingon", 3, "klingon"),
        ("source: old-system", "source: old-system\ntime_zone: Mars/Base", 3, "Mars/Base"),
        ("source: old-system", "source: old-system\ndelimiter: '::'", 3, ""),
        ("source: old-system", "source: old-system\noutside: maybe", 3, "keep"),
        ("  address: address", "  address: {values: {a: b}}", 16, ""),
        ("  address: address", "  address: [unclosed", 17, ""),
        ("  latitude: lat", "  latitude: {columns: {a: b}}", 14, ""),
        (MAPPING, "", 1, ""),
        (MAPPING, "- a\n- b", 1, ""),
    ],
)
def test_a_wrong_mapping_is_told_with_its_line(old, new, line, word):
    assert old in MAPPING
    with pytest.raises(MappingInvalid) as caught:
        read_mapping(MAPPING.replace(old, new))
    assert f" {line}:" in str(caught.value)
    assert word in str(caught.value)


def test_a_mapping_that_leads_nowhere_is_told_with_its_line(desk):
    for old, new, line, word in (
        ("{rác: waste, cán bộ: officials}", "{rác: nowhere}", 6, "nowhere"),
        ("  result: result", "  agency: {column: kind, values: {rác: nobody}}", 17, "nobody"),
        ("  result: result", "  channel: {default: pigeon}", 17, "pigeon"),
    ):
        with pytest.raises(MappingInvalid, match=f" {line}:.*{word}"):
            desk.load(row(), mapping=MAPPING.replace(old, new))


def test_several_columns_make_one_text(desk):
    mapping = MAPPING.replace("  text: what", '  text: ["{what}: {result}", "{closed}", "Nguồn cũ"]')
    desk.load(row(result="", state="mới", closed=""), mapping=mapping)
    assert Report.objects.get().text == "Rác tồn đọng ở ngõ 12\nNguồn cũ"


def test_an_agency_of_ours_becomes_the_lead(desk, small):
    mapping = MAPPING + "  agency: {column: kind, values: {rác: waste-company}}\n  channel: {default: hotline}\n"
    desk.load(row(), mapping=mapping)
    assert Report.objects.get().lead_id == small.organizations["waste-company"].id
    assert Report.objects.get().channel == "hotline"


def test_codes_that_come_from_the_file_itself_are_checked_row_by_row(desk):
    mapping = MAPPING.replace("    values: {rác: waste, cán bộ: officials}\n", "")
    mapping += "  agency: result\n  channel: address\n"
    good = {"kind": "waste", "result": "west", "address": "desk"}
    desk.load(
        row(**good), row(**good | {"id": "A-2", "kind": "none"}), row(**good | {"id": "A-3", "result": "nobody"}),
        row(**good | {"id": "A-4", "address": "pigeon"}), mapping=mapping,
    )  # fmt: skip
    assert [line for line, _why in desk.refused()] == [3, 4, 5]


def test_only_who_may_import_can(desk, small):
    with pytest.raises(Forbidden):
        desk.load(row(), actor=small.actor("operator"))
    assert desk.load(row(), actor=small.actor("administrator")).added == 1


def test_statements_do_not_grow_with_rows(desk, django_assert_num_queries):
    desk.load(row(id="warm"))
    for count in (3, 300):
        rows = [row(id=f"{count}-{n}") for n in range(count)]
        with django_assert_num_queries(7):
            desk.load(*rows)


class TestCommand:
    @pytest.fixture(autouse=True)
    def _connected(self, monkeypatch):
        monkeypatch.setattr(command, "connect", lambda: None)

    def run(self, desk: Desk, *rows: str, options: tuple[str, ...] = (), mapping: str = MAPPING) -> Any:
        (desk.folder / "reports.csv").write_text("\n".join([HEADER, *rows]))
        (desk.folder / "mapping.yml").write_text(mapping)
        given = [str(desk.folder / "reports.csv"), "--mapping", str(desk.folder / "mapping.yml"), *options]
        return CliRunner().invoke(command.onscene, ["import", *given])

    def test_says_what_it_did(self, desk):
        result = self.run(desk, row(), row(id="A-2", lat="95"))
        assert result.exit_code == 0, result.output
        assert "Took in 1 of 2 rows" in result.output
        assert "reports.errors.csv" in result.output
        assert (desk.folder / "reports.errors.csv").exists()
        assert "already there: 1" in self.run(desk, row()).output

    def test_a_dry_run_takes_nothing_in(self, desk):
        result = self.run(desk, row(), options=("--dry-run", "--limit", "1"))
        assert "Would take in 1 of 1 rows" in result.output
        assert not Report.objects.exists()

    def test_a_wrong_mapping_ends_with_its_line(self, desk):
        result = self.run(desk, row(), mapping="source: x\nfields: {}\n")
        assert result.exit_code == 1
        assert " 2:" in result.output

    def test_it_does_not_overwrite_what_it_reads(self, desk):
        result = self.run(desk, row(), options=("--errors", str(desk.folder / "reports.csv")))
        assert result.exit_code == 1
        assert "A-1" in (desk.folder / "reports.csv").read_text()

    def test_progress_is_told_each_second(self, desk, capsys):
        tell = command._each_second(0)
        tell(Progress(total_bytes=200, done_bytes=100, read=5, added=3, already=1, refused=1))
        assert "50%  5 rows read, 3 new, 1 already there, 1 not taken" in capsys.readouterr().err
