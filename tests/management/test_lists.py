"""Lists: orders, search without diacritics, pages by key both ways, chips, files; and what the database calls fold."""

import csv
import io
import zipfile
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ioc.kernel.keyset import Key, page_by_key
from ioc.kernel.sheets import workbook
from ioc.kernel.text import fold
from ioc.management.models import AuditEntry, Category, Person, Reason
from ioc.management.queries import screens
from ioc.management.views.kinds import SCREENS
from tests.factories import SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db
NAMES = ["Ăn", "Ân", "An", "Anh", "Đào", "Dung", "Đông", "Ơn", "On", "Ôn", "Lê Thị Hồng", "lê thị hoa", "Ưng", "Úc"]


@pytest.fixture
def admin(client: Client, small: SmallProvince) -> Client:
    client.force_login(small.people["administrator"])
    return client


def shown(client: Client, address: str) -> list[str]:
    return [str(line.row) for line in client.get(address).context["lines"]]


def all_pages(client: Client, address: str) -> list[list[str]]:
    """Every page from the first on, by its links."""
    found = []
    page = client.get(address)
    while True:
        found.append([str(line.row) for line in page.context["lines"]])
        if not page.context["older"]:
            return found
        page = client.get(address.split("?", maxsplit=1)[0] + page.context["older"])


@pytest.mark.parametrize("screen", [one for one in SCREENS.values() if one.is_listed], ids=lambda one: one.slug)
def test_every_heading_that_sorts_is_an_order_of_its_list(screen):
    spec = screens.LISTS[screen.kind]
    sorts = [column.sort for column in screen.columns if column.sort]
    assert set(sorts) - {"legal_basis"} <= set(spec.sorts)  # that column is shared; where it is no order it is plain
    assert len(sorts) == len(set(sorts))
    assert set(screen.filters) <= set(spec.filters)


@pytest.mark.parametrize("screen", [one for one in SCREENS.values() if one.is_listed], ids=lambda one: one.slug)
def test_every_list_sorts_searches_and_leaves_as_a_file(admin, screen):
    for column in screen.columns:
        if column.sort in screens.LISTS[screen.kind].sorts:
            up = admin.get(f"/manage/{screen.slug}/?sort={column.sort}")
            down = admin.get(f"/manage/{screen.slug}/?sort=-{column.sort}")
            assert (b'aria-sort="ascending"' in up.content) == bool(up.context["lines"])
            assert (b'aria-sort="descending"' in down.content) == bool(down.context["lines"])
            ids = [line.row.pk for line in up.context["lines"]]
            assert ids == [line.row.pk for line in down.context["lines"]][::-1]
    if screens.LISTS[screen.kind].search:
        assert admin.get(f"/manage/{screen.slug}/?q=zzz qqq").context["lines"] == []
    for form in ("csv", "xlsx"):
        answer = admin.get(f"/manage/{screen.slug}/export.{form}")
        assert answer.status_code == 200
        b"".join(answer.streaming_content)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="aàảãáạăằâầbcdđeêếghiklmnoôốơợpqrstuưừvxyỳ AĂÂĐÊÔƠƯÍ01.-", max_size=30))
def test_the_database_folds_as_we_do(small, text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT ioc_fold(%s)", [text])
        assert cursor.fetchone()[0] == fold(text)


def test_names_go_by_the_vietnamese_alphabet(admin):
    Person.objects.all().update(is_active=True)
    for number, name in enumerate(NAMES):
        Person.objects.create(username=f"alpha{number}", full_name=name)
    found = [name for name in shown(admin, "/manage/people/") if name in NAMES]
    assert found == [
        "An", "Anh", "Ăn", "Ân", "Dung", "Đào", "Đông", "lê thị hoa", "Lê Thị Hồng", "On", "Ôn", "Ơn", "Úc", "Ưng",
    ]  # fmt: skip
    assert [name for name in shown(admin, "/manage/people/?sort=-full_name") if name in NAMES] == found[::-1]


def test_search_needs_no_diacritics_and_takes_parts_of_words(admin, small):
    Person.objects.create(username="hong", full_name="Trần Thị Hồng Đào", phone="0912000111")
    for words in ("hong dao", "HỒNG", "đào trần", "ran thi", "0912000", "d", "tr", "hong@"):
        found = shown(admin, f"/manage/people/?q={words}")
        assert ("Trần Thị Hồng Đào" in found) == (words != "hong@"), words
    assert shown(admin, "/manage/people/?q=%25") == []
    assert shown(admin, "/manage/positions/?q=tran phu")
    assert admin.get("/manage/people/?q=%00a").status_code == 200


def test_pages_by_key_show_each_row_once_and_lead_back(admin):
    for number in range(120):
        Person.objects.create(username=f"p{number:03}", full_name=f"Người {number % 7}", is_active=number % 3 > 0)
    total = Person.objects.count()
    for sort in ("", "?sort=full_name", "?sort=-full_name", "?sort=-is_active", "?sort=username"):
        pages = all_pages(admin, f"/manage/people/{sort}")
        rows = [name for page in pages for name in page]
        assert [len(page) for page in pages] == [50, 50, total - 100]
        assert Counter(rows) == Counter(str(person) for person in Person.objects.all())
    page = admin.get("/manage/people/")
    first = [line.row.pk for line in page.context["lines"]]
    second = admin.get("/manage/people/" + page.context["older"])
    back = admin.get("/manage/people/" + second.context["newer"])
    assert [line.row.pk for line in back.context["lines"]] == first
    assert not back.context["newer"]
    assert back.context["older"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["", "a", "b"]), st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 4))),
             max_size=25),
    st.booleans(), st.booleans(), st.integers(1, 7),
)  # fmt: skip
def test_keys_with_nothing_in_them_keep_every_row(small, rows, first_down, second_down, size):
    Reason.objects.all().delete()
    for number, (basis, ends) in enumerate(rows):
        Reason.objects.create(
            code=f"r{number}", purpose="refuse", name="x", name_en="x", valid_from=SINCE, valid_to=ends,
            legal_basis=basis,
        )  # fmt: skip
    order = [Key("valid_to", descending=first_down, nullable=True), Key("legal_basis", descending=second_down)]
    seen, cursor, pages = [], "", []
    while True:
        page = page_by_key(Reason.objects.all(), order=order, cursor=cursor, size=size)
        seen += [row.pk for row in page.rows]
        pages.append(page)
        cursor = page.older
        if not cursor:
            break
    marks = {True: "-", False: ""}
    wanted = Reason.objects.order_by(
        f"{marks[first_down]}valid_to", f"{marks[second_down]}legal_basis", f"{marks[second_down]}pk"
    )
    assert seen == list(wanted.values_list("pk", flat=True))
    for before, after in pairwise(pages):
        back = page_by_key(Reason.objects.all(), order=order, cursor=after.newer, size=size)
        assert [row.pk for row in back.rows] == [row.pk for row in before.rows]


@pytest.mark.parametrize("cursor", ["x", "WyIrIiwgImEiXQ", "WyIrIiwgMSwgMl0", "WyItIiwgbnVsbCwgbnVsbF0"])
def test_a_spoilt_cursor_or_order_shows_a_page(admin, cursor):
    for slug in ("people", "agencies", "reasons"):
        assert admin.get(f"/manage/{slug}/?cursor={cursor}&sort=password").status_code == 200


def test_what_was_chosen_stands_in_the_address_and_on_chips(admin):
    page = admin.get("/manage/reasons/?q=ly do&purpose=refuse&state=all&day=2024-05-01&sort=-name")
    chips = page.context["chips"]
    assert [str(chip.value) for chip in chips][:2] == ["ly do", "từ chối phản ánh"]
    assert len(chips) == 4
    without = admin.get("/manage/reasons/" + chips[1].href)
    assert next(chip.value for chip in without.context["chips"]) == "ly do"
    assert "sort=-name" in chips[1].href
    assert "purpose" not in chips[1].href
    typed = admin.get("/manage/reasons/?q=ly&purpose=&state=now", headers={"HX-Request": "true"})
    assert typed["HX-Replace-Url"] == "/manage/reasons/?q=ly"


def test_a_tree_keeps_children_under_their_parents_until_it_is_sorted(admin, small):
    page = admin.get("/manage/categories/")
    assert [(line.row.code, line.depth) for line in page.context["lines"]] == [
        ("environment", 0), ("waste", 1), ("officials", 0),
    ]  # fmt: skip
    by_code = admin.get("/manage/categories/?sort=code")
    assert [line.row.code for line in by_code.context["lines"]] == ["environment", "officials", "waste"]
    assert {line.depth for line in by_code.context["lines"]} == {0}


def test_numbers_stop_at_a_thousand(admin):
    Person.objects.bulk_create(Person(username=f"m{n}", full_name=f"N {n}") for n in range(1005))
    page = admin.get("/manage/people/").context["page"]
    assert (page.count, page.is_more) == (1000, True)
    few = admin.get("/manage/people/?q=m1003").context["page"]
    assert (few.count, few.is_more) == (1, False)


def test_a_file_obeys_filters_and_is_logged(admin, small):
    Category.objects.filter(code="waste").update(name="=1+1")
    answer = admin.get("/manage/categories/export.csv?q=waste")
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    assert len(rows) == 2
    assert "Waste" in rows[1][0] or rows[1][0].startswith("'=")
    entry = AuditEntry.objects.filter(topic="export").latest("at")
    assert (entry.record_kind, entry.verb, entry.person_id) == (
        "category",
        "exported",
        small.people["administrator"].pk,
    )
    assert (entry.after["rows"], entry.after["form"], entry.after["q"]) == (1, "csv", "waste")


def test_an_excel_file_holds_text_as_text(admin):
    Person.objects.create(username="evil", full_name="=HYPERLINK(1)")
    content = b"".join(admin.get("/manage/people/export.xlsx?q=evil").streaming_content)
    assert zipfile.is_zipfile(io.BytesIO(content))
    sheet = load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[2]][:2] == ["=HYPERLINK(1)", "evil"]
    assert sheet["A2"].data_type == "s"


def test_only_who_reads_a_list_takes_it(client, small):
    for login in ("operator", "officer", "leader"):
        client.force_login(small.people[login])
        assert client.get("/manage/people/export.csv").status_code == 403
    assert not AuditEntry.objects.filter(topic="export").exists()
    client.force_login(small.people["administrator"])
    for address in ("people/export.pdf", "nothing/export.csv", "questions/export.csv"):
        assert client.get(f"/manage/{address}").status_code == 404


def test_what_is_wrong_is_told_at_the_top_with_a_way_to_the_field(admin):
    page = admin.post("/manage/reasons/add/", {"name": "Có tên", "valid_from": "2024-01-01"})
    assert page.status_code == 422
    text = page.content.decode()
    assert 'href="#id_purpose"' in text
    assert 'href="#id_code"' in text
    assert 'value="Có tên"' in text


def test_dates_are_dates_in_a_file(admin, small):
    save("reason", code="d", purpose="refuse", name="d", name_en="d", valid_from=date(2024, 5, 1))
    content = b"".join(admin.get("/manage/reasons/export.xlsx?q=d&sort=name").streaming_content)
    sheet = load_workbook(io.BytesIO(content)).active
    assert date(2024, 5, 1) in {row[-2].value.date() for row in list(sheet.rows)[1:]}


@pytest.mark.parametrize(
    "spoilt",
    [
        "reasons/?purpose=%00", "areas/?level=%00", "people/?q=%00&sort=%00&cursor=%00", "rollout/day/?day=0001-01-01",
        "roster/?day=9999-12-31", "areas/outlines.json?zoom=-1", "areas/outlines.json?zoom=nan",
    ],
)  # fmt: skip
def test_spoilt_addresses_are_answered(client, small, spoilt):
    client.force_login(small.people["administrator"])
    assert client.get(f"/manage/{spoilt}").status_code == 200


def test_the_public_map_answers_any_zoom(client, small):
    assert client.get("/api/reports/map/areas?zoom=-1").status_code == 200


def test_no_letter_that_somebody_typed_spoils_the_excel_file():
    file = workbook("Danh sách", ["Tên"], [["a\uffff\ufffe\x0bb"]])
    assert load_workbook(file).active["A2"].value == "ab"
