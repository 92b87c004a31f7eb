"""Measuring the list of people inside the server's own process; prints one line of JSON."""

import json
import time
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from ioc.kernel.clock import local_date, now  # noqa: E402
from ioc.management.models import Person  # noqa: E402
from ioc.management.queries import people, screens  # noqa: E402

TIMES = 40
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Each finds as many rows for a page among 1,000 people as among 100,000: what is compared is finding them.
PAGES = {
    "first page": "",
    "sorted by login": "?sort=username",
    "two words found": "?q=tran huu",
    "a rare word found": "?q=nguoi00077",
    "a short word found": "?q=hu",
}
_GROW = """
    INSERT INTO management_person (id, password, is_superuser, username, first_name, last_name, email, is_staff,
        is_active, date_joined, full_name, phone, language, employee_code)
    SELECT gen_random_uuid(), '!', false, 'nguoi' || lpad(n::text, 6, '0'), '', '', 'nguoi' || n || '@example.vn',
        false, true, now(),
        (ARRAY['Nguyễn', 'Trần', 'Lê', 'Phạm'])[1 + mod(n, 4)] || ' '
        || (ARRAY['Thị', 'Văn', 'Hữu', 'Ngọc'])[1 + mod(n / 4, 4)] || ' '
        || (ARRAY['Hồng', 'Ánh', 'Dũng', 'Hà', 'Ơn', 'Tú', 'Vân'])[1 + mod(n / 16, 7)] || ' ' || n,
        '09' || lpad(n::text, 8, '0'), 'vi', ''
    FROM generate_series(%s::int, %s::int) n
"""


def main() -> None:
    """Measure with 1,000 and with 100,000 people."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Person.objects.get(username="administrator"), backend=BACKEND)
    found: dict[str, Any] = {}
    for size in (1_000, 100_000):
        _grow(size)
        far = _far()
        seconds = {name: _best(client, f"/manage/people/{query}") for name, query in PAGES.items()}
        seconds["a page far down"] = _best(client, f"/manage/people/?cursor={far}")
        found[str(size)] = {"seconds": seconds, "statements": _statements(client)}
    print(json.dumps(found))


def _grow(size: int) -> None:
    have = Person.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(_GROW, [have + 1, size])
        cursor.execute("VACUUM ANALYZE management_person")


def _far() -> str:
    """A cursor some pages down."""
    administrator = Person.objects.get(username="administrator")
    actor = people.actor_for(administrator.id, day=local_date(now()))
    cursor = ""
    for _ in range(15):
        page = screens.records(kind="person", filters={"cursor": cursor}, day=local_date(now()), actor=actor)
        cursor = page.older
    return cursor


def _best(client: Client, address: str) -> float:
    """The least disturbed of some times: what else the machine does only adds."""
    for _ in range(8):
        assert client.get(address).status_code == 200
    return min(_time(client, address) for _ in range(TIMES))


def _time(client: Client, address: str) -> float:
    began = time.perf_counter()
    client.get(address)
    return time.perf_counter() - began


def _statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get("/manage/people/")
    return len([query for query in captured.captured_queries if "referenceversion" not in query["sql"]])


if __name__ == "__main__":
    main()
