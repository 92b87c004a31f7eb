"""Measuring permission checks inside the server's own process; prints one line of JSON."""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from ioc.kernel import reference  # noqa: E402
from ioc.kernel.clock import local_date, now  # noqa: E402
from ioc.kernel.rights import HANDLE, TRIAGE  # noqa: E402
from ioc.management.models import Area, Organization, Person  # noqa: E402
from ioc.management.queries import loading, people  # noqa: E402
from ioc.onscene.queries import reach  # noqa: E402
from tests.factories import SINCE  # noqa: E402

TIMES = 400
PAGE_TIMES = 40
SIZES = (100, 10_000)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def main() -> None:
    """Grow both trees to each size and measure."""
    print(json.dumps({str(size): _measured(size) for size in SIZES}))


def _measured(size: int) -> dict[str, Any]:
    _grow(size)
    check, client = _check(), _client("officer")
    check()
    with CaptureQueriesContext(connection) as caught:
        check()
    statements = len(caught)
    client.get("/officer/")
    return {
        "ms": _milliseconds(check, TIMES),
        "statements": statements,
        "page": _milliseconds(lambda: client.get("/officer/"), PAGE_TIMES),
    }


def _check() -> Callable[[], None]:
    """Who acts, whether a matter at the desk and one of the agency is theirs, and what their lists are narrowed to."""
    person = Person.objects.get(username="officer").id
    west = Organization.objects.select_related("area").get(code="west")
    category = loading.current().category("waste")
    place = {"area_path": west.area.path if west.area else "", "category_path": category.path}
    day = local_date(now())

    def check() -> None:
        actor = people.actor_for(person, day=day)
        assert not actor.reaches_place(TRIAGE, **place)
        assert actor.reaches_job(HANDLE, organization_path=west.path, **place)
        assert not reach.places(actor, TRIAGE)
        assert reach.jobs(actor, HANDLE)

    return check


def _milliseconds(call: Callable[[], object], times: int) -> float:
    """The middle one of `times` calls. The reference data's version is looked at once a second: as in a request."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


def _client(login: str) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Person.objects.get(username=login), backend=BACKEND)
    return client


def _grow(size: int) -> None:
    """Fill both trees up to `size`, three levels deep."""
    top_area, top = Area.objects.get(code="24"), Organization.objects.get(code="province")
    for model, above, fields in (
        (Area, top_area, {"level": "commune", "short_name": "x"}),
        (Organization, top, {"kind": "enterprise", "short_name": "x"}),
    ):
        missing = size - model.objects.count()
        made = model.objects.bulk_create(
            [
                model(code=f"b{len(str(size))}-{n}", name=f"Số {n}", parent=above, valid_from=SINCE, **fields)
                for n in range(missing)
            ],
            batch_size=2000,
        )
        for row in made:
            row.path = f"{above.path}{row.pk}/"
        model.objects.bulk_update(made, ["path"], batch_size=2000)
    reference.bump()
    loading.drop()
