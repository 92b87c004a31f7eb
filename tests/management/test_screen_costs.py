"""The administration's screens cost the same number of statements however much there is."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ioc.management.models import Person, Reason, Role
from tests.factories import SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, small: SmallProvince) -> Client:
    client.force_login(small.people["administrator"])
    return client


def _statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_health_page_counts_the_queue_once(admin: Client) -> None:
    with CaptureQueriesContext(connection) as found:
        assert admin.get("/manage/health/").status_code == 200
    assert len([one for one in found if "procrastinate_jobs" in one["sql"]]) == 1


@pytest.mark.parametrize(
    "address", ["areas/", "agencies/", "people/", "positions/", "routing/", "deadlines/", "reasons/", "audit/", ""]
)
def test_pages_cost_the_same_however_much_there_is(admin, small, address):
    before = _statements(admin, f"/manage/{address}")
    role = Role.objects.get(code="officer")
    for number in range(12):
        area = save(
            "area",
            code=f"1{number:04}",
            level="commune",
            name=f"Xã {number}",
            short_name=f"{number}",
            parent=small.areas["213"],
            valid_from=SINCE,
        )
        agency = save(
            "organization",
            code=f"xa-{number}",
            name=f"UBND xã {number}",
            short_name=f"{number}",
            kind="commune",
            area=area,
            valid_from=SINCE,
        )
        person = Person.objects.create(username=f"p{number}", full_name=f"P {number}")
        save("position", person=person, role=role, organization=agency, valid_from=SINCE)
        save(
            "routing_rule", area=area, lead=agency, cooperating=[small.organizations["waste-company"]], valid_from=SINCE
        )
        save("reason", code=f"r{number}", purpose="refuse", name="x", name_en="x", valid_from=SINCE)
        save("deadline_rule", step="accept", unit="working_days", limit=number + 1, legal_basis="x", valid_from=SINCE)
    assert Reason.objects.count() > 12
    assert _statements(admin, f"/manage/{address}") <= before
