"""Measuring pages inside the server's own process; prints one line of JSON."""

import json
import statistics
import time
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from ioc.kernel.clock import local_date, now  # noqa: E402
from ioc.management.models import Organization, Person  # noqa: E402
from ioc.management.queries import loading, people  # noqa: E402
from ioc.onscene import actions  # noqa: E402
from ioc.onscene.models import Report  # noqa: E402

TIMES = 60
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGES = {
    "/desk/": "operator",
    "/desk/?tab=agencies": "operator",
    "/officer/": "officer",
    "/lead/": "leader",
    "/reports/": "",
    "/reports/feed.rss": "",
    "/api/reports": "",
    "/open311/v2/requests.json": "",
    "/manage/agencies/": "administrator",
}


def main() -> None:
    """Measure with few rows, then with 1,000 and 100,000 reports."""
    _seed()
    clients = {login: _client(login) for login in {*PAGES.values()}}
    few = {path: _statements(clients[login], path) for path, login in PAGES.items()}
    queue: dict[str, Any] = {}
    for size in (1_000, 100_000):
        _grow(size)
        queue[str(size)] = _queue(clients["operator"])
    many = {path: _statements(clients[login], path) for path, login in PAGES.items()}
    print(json.dumps({"queue": queue, "statements": {path: (few[path], many[path]) for path in PAGES}}))


def _client(login: str) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    if login:
        client.force_login(Person.objects.get(username=login), backend=BACKEND)
    return client


def _seed() -> None:
    """Forty reports, most of them published, the others spread over the way."""
    operator, officer, head = (
        people.actor_for(Person.objects.get(username=login).id, day=local_date(now()))
        for login in ("operator", "officer", "head")
    )
    west = Organization.objects.get(code="west").id
    for number in range(40):
        at = now() - timedelta(days=10, hours=number)
        filing = actions.Filing(
            text=f"Rác tồn đọng ở ngõ {number}, chảy nước ra đường học sinh đi", category="waste", area_code="07210",
            phone=f"0912{number:06d}", urgency="urgent" if number % 9 == 0 else "normal",
        )  # fmt: skip
        filed = actions.file_report(filing=filing, at=at)
        if number % 10 < 2:
            continue
        actions.dispatch(report_id=filed.id, lead_id=west, actor=operator, at=at + timedelta(hours=1))
        if number % 10 < 3:
            continue
        actions.accept(report_id=filed.id, actor=officer, at=at + timedelta(hours=2))
        if number % 10 < 4:
            continue
        _finish(filed, operator, officer, head, at)


def _finish(filed: actions.Filed, operator: Any, officer: Any, head: Any, at: Any) -> None:
    Report.objects.filter(id=filed.id).update(category=_category("officials"))
    actions.submit_outcome(
        report_id=filed.id, text="Đã dọn sạch và rắc vôi khử mùi lúc 9 giờ.", actor=officer, at=at + timedelta(hours=5)
    )
    actions.approve_outcome(report_id=filed.id, actor=head, at=at + timedelta(hours=6))
    Report.objects.filter(id=filed.id).update(category=_category("waste"))
    actions.publish(report_id=filed.id, text="Đã dọn sạch.", actor=operator, at=at + timedelta(hours=7))


def _category(code: str) -> int:
    return loading.current().category(code).id


def _grow(size: int) -> None:
    """Copy the seeded reports until there are `size`, in the same mix, over the last year."""
    fresh = {
        "id": "gen_random_uuid()", "code": f"'C{size}-' || n || '-' || right(r.code, 5)",
        "token": f"'{size}-' || n || '-' || r.token",
        "filed_at": "r.filed_at - n * interval '5 minutes'", "changed_at": "r.changed_at - n * interval '5 minutes'",
        "published_at": "r.published_at - n * interval '5 minutes'", "due_at": "r.due_at - n * interval '1 minute'",
    }  # fmt: skip
    columns = [field.column for field in Report._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(fresh.get(column, f'r."{column}"') for column in columns)
    have = Report.objects.count()
    copies = (size - have) // 40 + 1
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO onscene_report ({names}) SELECT {values} FROM onscene_report r"
            f" CROSS JOIN generate_series(1, {copies}) n WHERE r.code NOT LIKE 'C%' LIMIT {size - have}"
        )
        cursor.execute("VACUUM ANALYZE onscene_report")


def _statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return len([query for query in captured.captured_queries if "referenceversion" not in query["sql"]])


def _queue(client: Client) -> dict[str, float]:
    """Median seconds of the page, and of its statements alone on the same connection."""
    for _ in range(8):
        client.get("/desk/")
    page = statistics.median(_time(lambda: client.get("/desk/")) for _ in range(TIMES))
    recorded: list[tuple[str, Any]] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        recorded.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        client.get("/desk/")
    return {"page": page, "sql": statistics.median(_time(lambda: _run(recorded)) for _ in range(TIMES))}


def _run(recorded: list[tuple[str, Any]]) -> None:
    with connection.cursor() as cursor:
        for sql, params in recorded:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()


def _time(do: Any) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
