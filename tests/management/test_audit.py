"""The audit log: written whole, closed to changes, chained, and what is done to the chain is found."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from ioc.kernel import health, origin
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.management.actions.audit import log_access, log_change, log_export
from ioc.management.actions.audit_chain import add_key, lengthen, write_checkpoint
from ioc.management.actions.audit_checking import check_chain
from ioc.management.models import AuditCheck, AuditEntry, AuditTopic
from ioc.management.queries.audit import Asked, audit_log
from ioc.management.queries.audit_chain import head, verify
from ioc.onscene import actions
from tests.factories import MONDAY_9AM, SmallProvince

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: LazySettings, tmp_path: Path) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "audit.keys"
    settings.AUDIT_CHECKPOINTS = tmp_path / "checkpoints.jsonl"


@pytest.fixture
def chained(db: None) -> list[AuditEntry]:
    """Ten entries in the chain, by number."""
    for number in range(10):
        log_change(
            verb="changed", kind="category", record_id=number, record_name=f"Rác {number}\t\\ '", actor=SYSTEM,
            at=MONDAY_9AM + timedelta(seconds=number), before={"name": "Cũ"}, after={"name": f"Mới {number}"},
        )  # fmt: skip
    assert lengthen() == 10
    return list(AuditEntry.objects.order_by("number"))


@pytest.fixture
def unguarded(chained: list[AuditEntry]) -> Callable[..., None]:
    """Changes rows as who owns the database can: without the triggers."""

    def tamper(sql: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE management_auditentry DISABLE TRIGGER audit_append_only")
            cursor.execute(sql, values)
            cursor.execute("ALTER TABLE management_auditentry ENABLE TRIGGER audit_append_only")

    return tamper


def faults() -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for fault in verify().faults:
        found.setdefault(fault.kind, []).append((fault.first, fault.last))
    return found


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE management_auditentry SET actor_name = 'x' WHERE number = 3",
        "UPDATE management_auditentry SET number = 99 WHERE number = 3",
        "UPDATE management_auditentry SET number = NULL, previous = NULL, digest = NULL WHERE number = 3",
        "UPDATE management_auditentry SET words = NULL",
        "DELETE FROM management_auditentry WHERE number = 3",
        "TRUNCATE management_auditentry",
    ],
)
def test_the_database_refuses_to_change_the_log(sql: str, chained: list[AuditEntry]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE management_auditentry ENABLE TRIGGER audit_no_truncate")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(sql)
        cursor.execute("ALTER TABLE management_auditentry DISABLE TRIGGER audit_no_truncate")
    assert AuditEntry.objects.count() == 10


def test_an_entry_not_yet_chained_cannot_be_changed_while_it_is(db: None) -> None:
    log_change(verb="added", kind="role", record_id=1, record_name="A", actor=SYSTEM, at=MONDAY_9AM)
    change = "UPDATE management_auditentry SET number = 1, reason = 'another'"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_chain_as_written_holds(chained: list[AuditEntry]) -> None:
    found = verify()
    assert (found.holds, found.number, found.rows, found.unchained) == (True, 10, 10, 0)
    assert [entry.number for entry in chained] == list(range(1, 11))
    assert [entry.previous for entry in chained[1:]] == [entry.digest for entry in chained[:-1]]
    assert lengthen() == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_name", "'x'"), ("at", "at + interval '1 microsecond'"), ("before", "'{}'"), ("address", "'10.0.0.1'"),
        ("reason", "' '"), ("record_name", "replace(record_name, chr(9), ' ')"), ("person_id", "id"),
        ("after", "'{\"name\": \"Mới 3 \"}'"),
    ],
)  # fmt: skip
def test_an_edited_entry_is_named(column: str, value: str, unguarded: Callable[..., None]) -> None:
    unguarded(f"UPDATE management_auditentry SET {column} = {value} WHERE number = 4")
    assert faults() == {"edited": [(4, 4)]}


def test_removed_entries_are_named(unguarded: Callable[..., None]) -> None:
    unguarded("DELETE FROM management_auditentry WHERE number IN (2, 3, 7)")
    assert faults() == {"missing": [(2, 3), (7, 7)]}


def test_a_swapped_order_is_named(unguarded: Callable[..., None]) -> None:
    swap = "UPDATE management_auditentry SET number = %s WHERE number = %s"
    for to, of in ((-1, 4), (4, 6), (6, -1)):
        unguarded(swap, to, of)
    found = {number for spans in faults().values() for first, last in spans for number in range(first, last + 1)}
    assert {4, 6} <= found <= {4, 5, 6, 7}


def test_an_entry_put_between_is_named(unguarded: Callable[..., None]) -> None:
    log_change(verb="added", kind="role", record_id=1, record_name="false", actor=SYSTEM, at=MONDAY_9AM)
    unguarded("UPDATE management_auditentry SET number = 11, previous = '', digest = '' WHERE number IS NULL")
    assert faults() == {"moved": [(11, 11)]}


def test_a_digest_that_somebody_emptied_is_named(unguarded: Callable[..., None]) -> None:
    unguarded("UPDATE management_auditentry SET digest = NULL, previous = NULL WHERE number = 5")
    assert faults() == {"moved": [(5, 6)]}


def test_a_cut_tail_is_found_by_the_head(unguarded: Callable[..., None]) -> None:
    unguarded("DELETE FROM management_auditentry WHERE number > 7")
    assert faults() == {"cut_off": [(8, 10)]}


def test_a_cut_tail_is_found_by_the_checkpoint_though_the_head_was_set_back(unguarded: Callable[..., None]) -> None:
    assert write_checkpoint(at=MONDAY_9AM) is not None
    unguarded("DELETE FROM management_auditentry WHERE number > 7")
    unguarded(
        "UPDATE management_audithead SET number = 7,"
        " digest = (SELECT digest FROM management_auditentry WHERE number = 7)"
    )
    assert faults() == {"cut_off": [(8, 10)]}
    for number in range(5):
        log_change(verb="added", kind="role", record_id=number, record_name="new", actor=SYSTEM, at=MONDAY_9AM)
    lengthen()
    assert faults() == {"replaced": [(10, 10)]}


def test_checkpoints_are_written_when_the_head_moved_and_count_only_when_signed(
    chained: list[AuditEntry], settings: LazySettings
) -> None:
    assert write_checkpoint(at=MONDAY_9AM) == head()
    assert write_checkpoint(at=MONDAY_9AM) is None
    path = Path(settings.AUDIT_CHECKPOINTS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert verify().checkpoints == 1
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"number": 12}) + "\nspoilt\n")
    assert faults() == {"forged_checkpoint": [(12, 12), (0, 0)]}


def test_a_new_key_seals_on_and_the_earlier_one_still_verifies(
    chained: list[AuditEntry], settings: LazySettings
) -> None:
    write_checkpoint(at=MONDAY_9AM)
    add_key()
    log_change(verb="added", kind="role", record_id=1, record_name="A", actor=SYSTEM, at=MONDAY_9AM)
    assert lengthen() == 1
    assert verify().holds
    Path(settings.AUDIT_KEY_FILE).write_text("00" * 32)
    assert not verify().holds


def test_a_check_is_kept_and_a_broken_chain_worries(unguarded: Callable[..., None]) -> None:
    assert check_chain(at=now()).holds
    assert not [worry for worry in health.worries() if "/audit/" in worry.href]
    unguarded("DELETE FROM management_auditentry WHERE number = 2")
    check_chain(at=now())
    check = AuditCheck.objects.latest("at")
    assert (check.fault_count, check.faults) == (1, [{"kind": "missing", "first": 2, "last": 2}])
    assert [worry.is_grave for worry in health.worries() if "/audit/" in worry.href] == [True]


def test_an_entry_says_from_where(db: None) -> None:
    here = origin.origin_of(address="10.1.2.3", browser="Mozilla/5.0 Firefox/140.0", session_key="secret")
    with origin.coming_from(lambda: here):
        log_access(
            topic="sign_in", verb="signed_in", subject_kind="person", subject_id="7", subject_name="An", actor=SYSTEM,
            at=MONDAY_9AM, facts={"how": "password"},
        )  # fmt: skip
    entry = AuditEntry.objects.get()
    assert (entry.address, entry.browser, len(entry.session)) == ("10.1.2.3", "Mozilla/5.0 Firefox/140.0", 12)
    assert "secret" not in str(entry.__dict__)
    assert origin.current() == origin.NOWHERE


def test_a_request_leaves_its_address(small: SmallProvince, client: Client) -> None:
    client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/manage/audit/export/csv/", headers={"user-agent": "Firefox/140"})
    entry = AuditEntry.objects.get(topic="export")
    assert (entry.address, entry.browser) == ("127.0.0.1", "Firefox/140")
    assert entry.session


def test_an_opened_identity_is_in_the_log(small: SmallProvince) -> None:
    filed = small.file()
    lead = small.actor("operating-lead")
    actions.open_identity(
        report_id=filed.id, reason_code="call", words="Cần gọi để hỏi đúng địa điểm", actor=lead, at=now()
    )
    (entry,) = AuditEntry.objects.filter(topic=AuditTopic.IDENTITY)
    assert (entry.record_name, entry.person_id) == (filed.code, lead.person_id)
    assert "Cần gọi" in entry.reason


def found(small: SmallProvince, **asked: Any) -> list[str]:
    page = audit_log(actor=small.actor("administrator"), asked=Asked(**asked))
    return [row.event.record_name for row in page.rows]


def test_the_log_is_searched_without_diacritics_and_filtered(small: SmallProvince) -> None:
    operator = small.actor("operator")
    here = origin.Origin(address="10.9.8.7")
    with origin.coming_from(lambda: here):
        log_change(verb="changed", kind="reason", record_id=5, record_name="Đèn đường hỏng", actor=operator,
                   at=MONDAY_9AM, reason="Theo đề nghị của tổ dân phố", before={"name": "x"},
                   after={"name": "Chiếu sáng"})  # fmt: skip
    log_export(what="person", rows=3, actor=operator, at=MONDAY_9AM, asked={"form": "csv", "q": ""})
    lamp = ["Đèn đường hỏng"]
    assert found(small, q="den duong") == found(small, q="đề nghị tổ") == found(small, q="chieu sang") == lamp
    assert found(small, q="den duong xanh") == []
    assert found(small, address="10.9.8.7") == found(small, address="10.9.") == lamp
    assert found(small, person=str(operator.person_id), topic="config") == lamp
    assert found(small, person="nguoi operator", topic="config") == lamp
    assert found(small, person="nobody at all") == []
    assert found(small, topic="export") == [""]
    assert found(small, organization=str(small.organizations["ioc"].id), kind="reason") == lamp
    assert found(small, since=MONDAY_9AM, until=MONDAY_9AM + timedelta(seconds=1), kind="reason") == lamp
    assert found(small, kind="reason", record="5") == lamp
    assert AuditEntry.objects.get(topic="export").after == {"rows": 3, "form": "csv"}


def test_a_page_of_the_log_costs_the_same_however_long_it_is(
    small: SmallProvince, django_assert_max_num_queries: Any
) -> None:
    reader = small.actor("administrator")
    audit_log(actor=reader, asked=Asked())
    with django_assert_max_num_queries(9):
        audit_log(actor=reader, asked=Asked(person="operator", organization="1", q="phuong"))


@pytest.fixture
def reader(small: SmallProvince, client: Client) -> Client:
    client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_log_leaves_as_a_file_and_that_is_logged(reader: Client, small: SmallProvince) -> None:
    answer = reader.get("/manage/audit/export/csv/?kind=area")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.count("Phường") >= 2
    (entry,) = AuditEntry.objects.filter(topic="export")
    assert (entry.record_kind, entry.after["kind"], entry.after["rows"]) == ("audit", "area", 4)
    excel = reader.get("/manage/audit/export/xlsx/")
    assert b"".join(excel.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    assert reader.get("/manage/audit/export/exe/").status_code == 404


def test_the_screens_show_the_chain(reader: Client, small: SmallProvince) -> None:
    check_chain(at=now())
    page = reader.get("/manage/audit/").content.decode()
    assert f"#{head().number}" in page
    assert reader.get("/manage/audit/chain/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE management_auditentry DISABLE TRIGGER audit_append_only")
        cursor.execute("DELETE FROM management_auditentry WHERE number = 5")
    check_chain(at=now())
    assert "#5" in reader.get("/manage/audit/chain/").content.decode()
    assert reader.post("/manage/audit/chain/check/", {"form_key": "k"}).status_code == 302
    assert reader.get("/manage/audit/?person=%00&after=x&organization=y&since=z&address=1.").status_code == 200
