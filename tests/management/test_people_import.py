"""People from Excel: read as offices write it, looked at first, taken in at once, wrong rows told by row and column."""

import importlib
import io
import json
import time
from datetime import date

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.kernel.errors import Forbidden, Invalid, NotFound
from ioc.kernel.rights import MANAGE
from ioc.management.actions.people_import import keep_file, kept_file, take_file, take_rows
from ioc.management.actions.people_planning import plan_people
from ioc.management.actions.people_reading import read_people
from ioc.management.actions.table_reading import Unreadable
from ioc.management.models import AuditEntry, Invitation, Person, Position
from ioc.management.queries.people_workbooks import template
from ioc.management.rules.headings import match_headers
from ioc.management.rules.people_cells import COLUMNS, read_day, tidy_phone
from ioc.management.rules.people_import import Directory, Named, Outcome, plan
from ioc.notices.models import Notice
from tests.factories import SmallProvince, save
from tests.management.people_files import HEADINGS, excel, officers

WEST, EAST = "UBND phường Ngô Quyền", "ubnd phuong tran phu"


def planned(rows, actor=SYSTEM, **how):
    sheet = read_people(excel(rows, **how), name="a.xlsx")
    return plan_people(rows=sheet.rows, actor=actor, at=now())


def wrong_columns(row):
    return [problem.column for problem in row.problems]


@pytest.mark.django_db
def test_two_thousand_in_one_go_and_twice_adds_nothing(small: SmallProvince) -> None:
    content = excel(officers(2000, agencies=[WEST, EAST, "waste-company"]), title="DANH SÁCH CÁN BỘ")
    sheet = read_people(content, name="danh sach.xlsx")
    before = Person.objects.count()
    began = time.perf_counter()
    taken = take_rows(rows=sheet.rows, actor=small.actor("administrator"), at=now(), send_out=True)
    seconds = time.perf_counter() - began
    assert (taken.new, taken.people, taken.wrong, taken.invited) == (2000, 2000, 0, 2000)
    assert seconds < 20
    assert Person.objects.count() == before + 2000
    assert (
        AuditEntry.objects.filter(record_kind="person", verb="added", actor_name="Người administrator").count() == 2000
    )
    assert AuditEntry.objects.filter(record_kind="position", verb="added").count() >= 2000
    assert Notice.objects.filter(channel="email").count() == Invitation.objects.count() == 2000
    one = Person.objects.get(email="cb7@bacgiang.vn")
    assert (one.username, one.phone, one.has_usable_password()) == ("cb7", "0912000007", False)
    assert one.positions.get().organization == small.organizations["east"]
    assert one.positions.get().valid_from == date(2026, 12, 1)
    again = take_rows(rows=sheet.rows, actor=small.actor("administrator"), at=now(), send_out=False)
    assert (again.unchanged, again.new, again.changed, again.positions) == (2000, 0, 0, 0)
    assert Person.objects.count() == before + 2000


@pytest.mark.django_db
def test_the_same_statements_for_few_and_many(small: SmallProvince, django_assert_max_num_queries) -> None:
    rows = read_people(excel(officers(400, agencies=[WEST, EAST])), name="a.xlsx").rows
    with django_assert_max_num_queries(40):
        take_rows(rows=rows, actor=SYSTEM, at=now(), send_out=True)


@pytest.mark.django_db
def test_wrong_rows_are_told_by_row_and_column(small: SmallProvince) -> None:
    rows = planned(
        [
            ("Nguyễn An", "an@x.vn", None, WEST, "officer", None, None, None),
            (None, "b@x.vn", None, WEST, "officer", None, None, None),
            ("Có Lỗi", "not-an-address", "12", "Phường Không Có", "thợ lặn", None, "31/02/2026", "hôm qua"),
            ("Trùng", "an@x.vn", None, WEST, "officer", None, None, None),
            ("Nguyễn An", "an@x.vn", None, WEST, "officer", None, None, None),
            ("Không Khóa", None, None, WEST, "officer", None, None, None),
            ("Ngược", "n@x.vn", None, WEST, "officer", None, "01/03/2027", "01/02/2027"),
            ("Đã Hết", "h@x.vn", None, WEST, "officer", None, "01/03/2025", "01/04/2025"),
            ("Hai Chức", "two@x.vn", None, WEST, "officer", None, None, None),
            ("Hai Chức", "two@x.vn", None, WEST, "head", None, None, None),
        ]
    )
    assert [row.number for row in rows] == [*range(2, 12)]
    assert [row.outcome for row in rows] == [
        "new", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "new", "new"
    ]  # fmt: skip
    assert wrong_columns(rows[1]) == ["full_name"]
    assert wrong_columns(rows[2]) == ["email", "phone", "valid_from", "valid_to", "organization", "role"]
    assert "2" in str(rows[3].problems[0].text)
    assert wrong_columns(rows[4]) == ["role"]
    assert wrong_columns(rows[5]) == ["email"]
    assert wrong_columns(rows[6]) == wrong_columns(rows[7]) == ["valid_to"]
    assert rows[8].group == rows[9].group


@pytest.mark.django_db
def test_who_is_here_is_changed(small: SmallProvince) -> None:
    officer = small.people["officer"]
    Person.objects.filter(pk=officer.pk).update(phone="0912 111 222", email="Officer@x.vn")
    headings = ("ten dang nhap", "HO TEN", "email", "sdt", "ma don vi", "vai tro", "chuc vu")
    rows = planned(
        [
            ("OFFICER", "Người Đổi Tên", "officer@x.vn", "0912111222", "west", "officer", "Phó phòng"),
            ("officer-east", "Người officer-east", "officer@x.vn", None, "east", "officer", None),
        ],
        headings=headings,
    )
    assert rows[0].outcome is Outcome.CHANGED
    assert {one.column: one.after for one in rows[0].changes} == {
        "full_name": "Người Đổi Tên", "email": "officer@x.vn", "title": "Phó phòng"
    }  # fmt: skip
    assert wrong_columns(rows[1]) == ["email"]
    # An empty cell leaves what is known; a phone alone is enough to tell who it is.
    rows = planned([("Người officer", None, "0912.111.222", "west", "officer", None, None, "31/12/2026")])
    assert [(one.column, one.after) for one in rows[0].changes] == [("valid_to", "31/12/2026")]


@pytest.mark.django_db
def test_an_agency_takes_in_its_own_only(small: SmallProvince) -> None:
    delegate = small.actor("agency-administrator")
    rows = planned(
        [
            ("Một", "1@x.vn", None, WEST, "officer", None, None, None),
            ("Hai", "2@x.vn", None, EAST, "officer", None, None, None),
            ("Ba", "3@x.vn", None, WEST, "administrator", None, None, None),
            ("Người officer-east", None, None, WEST, "officer", None, None, None),
        ],
        actor=delegate,
    )
    assert [wrong_columns(row) for row in rows] == [[], ["organization"], ["role"], ["email"]]
    Person.objects.filter(username="officer-east").update(email="east@x.vn")
    rows = planned([("Cướp", "east@x.vn", None, WEST, "officer", None, None, None)], actor=delegate)
    assert wrong_columns(rows[0]) == ["email"]
    for login in ("officer", "operator", "leader"):
        with pytest.raises(Forbidden):
            plan_people(rows=[], actor=small.actor(login), at=now())


@pytest.mark.django_db
def test_from_the_form_to_the_people(client, small: SmallProvince) -> None:
    client.force_login(small.people["administrator"])
    assert client.get("/manage/people/import/").status_code == 200
    assert client.post("/manage/people/import/", {}).status_code == 422
    nonsense = SimpleUploadedFile("a.xlsx", b"nonsense")
    assert "file" in client.post("/manage/people/import/", {"file": nonsense}).context["form"].errors
    content = excel([*officers(3, agencies=[WEST]), ("=1+1", None, None, "ở đâu", "officer", None, None, None)])
    answer = client.post("/manage/people/import/", {"file": SimpleUploadedFile("ds.xlsx", content)})
    address = answer["Location"]
    page = client.get(address)
    assert dict(page.context["counts"]) == {"new": 3, "changed": 0, "unchanged": 0, "wrong": 1}
    assert page.context["rows"][0]["outcome"] == "wrong"
    assert Person.objects.filter(email="cb1@bacgiang.vn").count() == 0
    wrong = load_workbook(io.BytesIO(client.get(f"{address}wrong.xlsx").content))
    cells = [cell.value for cell in wrong.worksheets[0][2]]
    assert cells[0] == "=1+1"
    assert wrong.worksheets[0]["A2"].data_type == "s"
    assert cells[-2] == 5
    assert "Đơn vị" in cells[-1]
    for _time in range(2):
        assert client.post(f"{address}take/", {"invite": "1", "form_key": "once"}).status_code == 302
    assert Person.objects.filter(email__endswith="@bacgiang.vn").count() == 3
    assert Invitation.objects.count() == 3
    page = client.get(address)
    assert page.context["found"].taken.people == 3
    assert dict(page.context["counts"])["unchanged"] == 3
    client.force_login(small.people["agency-administrator"])
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_a_kept_file_is_its_sender_s_and_taken_once(small: SmallProvince) -> None:
    admin = small.actor("administrator")
    sheet = read_people(excel(officers(2, agencies=[WEST])), name="a.xlsx")
    kept = keep_file(sheet=sheet, name="a.xlsx", actor=admin, at=now())
    with pytest.raises(NotFound):
        kept_file(import_id=kept, actor=small.actor("agency-administrator"), at=now())
    first = take_file(import_id=kept, actor=admin, at=now(), send_out=False)
    assert take_file(import_id=kept, actor=admin, at=now(), send_out=True) == first
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_the_template_can_be_filled_in_and_sent(small: SmallProvince) -> None:
    book = load_workbook(io.BytesIO(template(actor=small.actor("agency-administrator"))))
    sheet = book.worksheets[0]
    assert [cell.value for cell in book.worksheets[1]["A"]][1:] == [WEST]
    assert {cell.value for cell in book.worksheets[2]["B"]} >= {"officer", "head"}
    assert "administrator" not in {cell.value for cell in book.worksheets[2]["B"]}
    values = {"A": "Trần Hà", "B": "ha@x.vn", "E": WEST, "F": "officer", "H": date(2026, 12, 1)}
    for letter, value in values.items():
        sheet[f"{letter}2"] = value
    content = io.BytesIO()
    book.save(content)
    (row,) = read_people(content.getvalue(), name="a.xlsx").rows
    assert row[1]["valid_from"] == "2026-12-01"
    assert plan_people(rows=[row], actor=SYSTEM, at=now())[0].outcome is Outcome.NEW


@pytest.mark.django_db
def test_the_command(small: SmallProvince, tmp_path, monkeypatch) -> None:
    people = importlib.import_module("ioc.conf.cli.people")
    monkeypatch.setattr(people, "connect", lambda: None)
    file = tmp_path / "a.xlsx"
    file.write_bytes(excel([*officers(2, agencies=[WEST]), ("X", "x", None, WEST, "officer", None, None, None)]))
    asked = [str(file), "--json", "--errors", str(tmp_path / "wrong.xlsx")]
    dry = CliRunner().invoke(people.people, ["import", *asked, "--dry-run"])
    assert dry.exit_code == 1
    told = json.loads(dry.stdout)
    assert (told["people"], told["wrong_rows"][0]["row"]) == (2, 4)
    assert told["wrong_rows"][0]["problems"][0]["column"] == "E-mail"
    assert not Person.objects.filter(email__endswith="@bacgiang.vn").exists()
    done = CliRunner().invoke(people.people, ["import", *asked])
    assert json.loads(done.stdout)["new"] == 2
    assert (tmp_path / "wrong.xlsx").exists()
    assert Position.objects.filter(person__email__endswith="@bacgiang.vn").count() == 2


def test_csv_as_excel_and_others_write_it() -> None:
    text = "Họ và tên;Email;Đơn vị;Vai trò\nTrần Hà;ha@x.vn;west;officer\n;;;\n"
    for content in (text.encode("utf-8-sig"), text.encode("utf-16"), text.replace(";", ",").encode()):
        sheet = read_people(content, name="a.csv")
        assert sheet.rows == [
            (2, {"full_name": "Trần Hà", "email": "ha@x.vn", "organization": "west", "role": "officer"})
        ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"\x00\x01", "a.xlsx"),
        (b"PK\x03\x04", "a.xlsx"),
        ("Họ và tên,Email\nA,a@x.vn\n".encode(), "a.csv"),
        ("Họ và tên,Đơn vị,Vai trò\nA,west,officer\n".encode(), "a.csv"),
        ("Họ và tên,Email,Đơn vị,Vai trò\n".encode(), "a.csv"),
        (b"x" * (10 * 1024 * 1024 + 1), "a.csv"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, name: str) -> None:
    with pytest.raises(Unreadable):
        read_people(content, name=name)


def test_headings_with_and_without_diacritics() -> None:
    assert [*match_headers(HEADINGS, COLUMNS).values()] == [
        "full_name", "email", "phone", "organization", "role", "title", "valid_from", "valid_to"
    ]  # fmt: skip
    assert [*match_headers(["HO VA TEN *", "Số điện thoại (di động)", "mã đơn vị:", "Ghi chú"], COLUMNS).values()] == [
        "full_name", "phone", "organization"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("912345678", "0912345678"), ("+84 912 345 678", "0912345678"), ("0084912345678", "0912345678"),
        ("84912345678", "0912345678"), ("0204 385 4321", "02043854321"), ("", ""),
    ],
)  # fmt: skip
def test_phones(text: str, kept: str) -> None:
    assert tidy_phone(text) == kept
    assert tidy_phone(kept) == kept


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_days_are_read_as_written(day: date) -> None:
    assert read_day(f"{day:%d/%m/%Y}") == read_day(f"{day.day}.{day.month}.{day.year}") == day
    assert read_day(f"{day:%Y-%m-%d}") == day


CELLS = st.fixed_dictionaries(
    {},
    optional={
        "full_name": st.sampled_from(["Trần Hà", "Lê An", ""]),
        "email": st.sampled_from(["a@x.vn", "b@x.vn", "nope", ""]),
        "phone": st.sampled_from(["0912345678", "912345678", "1", ""]),
        "login": st.sampled_from(["ha", "HA", "a b", ""]),
        "organization": st.sampled_from(["west", "Phường Tây", "phuong tay", "đâu"]),
        "role": st.sampled_from(["officer", "head", "?"]),
        "valid_from": st.sampled_from(["01/12/2026", "x", ""]),
        "valid_to": st.sampled_from(["31/12/2026", "01/01/2020", ""]),
    },
)


@given(st.lists(CELLS, max_size=8))
def test_each_row_is_good_or_says_why_and_no_account_is_made_twice(rows) -> None:
    directory = Directory(
        agencies=[Named(1, ("west", "Phường Tây"))], roles=[Named(1, ("officer",)), Named(2, ("head",))], people=[],
        today=date(2026, 11, 24),
    )  # fmt: skip
    found = list(plan(enumerate(rows, start=2), directory))
    assert [row.number for row in found] == [*range(2, len(rows) + 2)]
    for row in found:
        assert (row.outcome is Outcome.WRONG) == bool(row.problems)
        assert (row.entry is None) == bool(row.problems)
    good = [row for row in found if row.entry]
    people = {row.group: row.entry for row in good if row.entry}
    for name in ("login", "email"):
        values = [getattr(one, name).lower() for one in people.values() if getattr(one, name)]
        assert len(values) == len(set(values))
    places = [(row.group, row.entry.organization_id, row.entry.role_id) for row in good if row.entry]
    assert len(places) == len(set(places))


def test_a_cell_at_the_end_of_the_world_ends_no_process() -> None:
    """Five kilobytes that name the last column of the last row make the library ask for half a terabyte."""
    book = load_workbook(io.BytesIO(excel([])))
    book.active["XFD1048576"] = "x"
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(Unreadable):
        read_people(content.getvalue(), name="a.xlsx")


@pytest.mark.django_db
def test_a_file_does_not_leave_the_province_without_an_administrator(small: SmallProvince) -> None:
    role = save("role", code="plain-admin", name="x", name_en="x", rights=[MANAGE])
    held = Position.objects.filter(person=small.people["administrator"])
    held.update(role=role)
    row = {"full_name": "Người administrator", "login": "administrator", "organization": "ioc", "role": "plain-admin",
           "valid_to": "01/11/2026", "email": "qt@bacgiang.vn"}  # fmt: skip
    with pytest.raises(Invalid):
        take_rows(rows=[(2, row)], actor=small.actor("administrator"), at=now(), send_out=False)
    assert held.get().valid_to is None
