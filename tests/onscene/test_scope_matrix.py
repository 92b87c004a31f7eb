"""Persons with a narrower scope × every address and action that names one report: not theirs, not seen, not done."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from ioc.kernel import health, rights
from ioc.management.models import Category, Role
from ioc.management.queries.people import people_with
from ioc.onscene import actions
from ioc.onscene.models import Report
from tests.factories import MONDAY_9AM, PASSWORD, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TEAM = [rights.TRIAGE, rights.PUBLISH, rights.OPEN_IDENTITY, rights.LEAD]
AGENCY = [rights.HANDLE, rights.APPROVE]
SCOPES: dict[str, tuple[list[str], str, dict[str, str]]] = {
    "team, other area": (TEAM, "ioc", {"area": "07213"}),
    "team, other category": (TEAM, "ioc", {"category": "officials"}),
    "team, other area and category": (TEAM, "east", {"category": "officials"}),
    "agency, other agency": (AGENCY, "east", {}),
    "agency, agency below nobody": (AGENCY, "waste-company", {}),
    "agency, other area": (AGENCY, "west", {"area": "07213"}),
    "agency, other category": (AGENCY, "west", {"category": "officials"}),
}
INSIDE: dict[str, tuple[list[str], str, dict[str, str]]] = {
    "team, the area and the category above": (TEAM, "ioc", {"area": "07210", "category": "environment"}),
    "agency, the area and the category": (AGENCY, "west", {"area": "07210", "category": "waste"}),
    "agency, from above": (AGENCY, "province", {}),
}


def addresses(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """The staff's addresses that name one report."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        elif isinstance(pattern, URLPattern) and route.startswith(("desk/", "officer/")) and "report_id" in route:
            yield route


@pytest.fixture
def matter(small: SmallProvince) -> Report:
    health.beat("worker")
    filed = small.file()
    actions.dispatch(
        report_id=filed.id, lead_id=small.organizations["west"].id, actor=small.actor("operator"),
        at=MONDAY_9AM + timedelta(minutes=5),
    )  # fmt: skip
    return Report.objects.get(id=filed.id)


def appointed(small: SmallProvince, held: list[str], at: str, where: dict[str, str]) -> Client:
    """Somebody with these rights at the agency, in the area and the category named."""
    role = save("role", code="scoped", name="x", name_en="x", rights=held)
    person = save("person", username="scoped", full_name="Người có phạm vi", password=PASSWORD)
    categories = [Category.objects.get(code=where["category"])] if "category" in where else []
    save("position", person=person, role=role, organization=small.organizations[at], valid_from=SINCE,
         area=small.areas.get(where.get("area", "")), categories=categories)  # fmt: skip
    small.people["scoped"] = person
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def status(client: Client, route: str, report: Report, other: str) -> int:
    """The answer to a page, or to a form filled in as far as it is looked at before the rights are."""
    path = "/" + route.replace("<uuid:report_id>", str(report.id))
    answer = client.get(path)
    sent = {"lead": report.lead_id, "other": other}
    return (client.post(path, sent) if answer.status_code == 405 else answer).status_code


@pytest.mark.parametrize("scope", SCOPES)
def test_a_report_outside_is_not_there(small: SmallProvince, matter: Report, scope: str) -> None:
    held, at, where = SCOPES[scope]
    client = appointed(small, held, at, where)
    other = str(small.file().id)
    before = Report.objects.values().get(id=matter.id)
    answers = {route: status(client, route, matter, other) for route in addresses()}
    assert not {route: code for route, code in answers.items() if code not in {403, 404}}
    assert Report.objects.values().get(id=matter.id) == before


@pytest.mark.parametrize("scope", SCOPES)
def test_nor_in_the_lists(small: SmallProvince, matter: Report, scope: str) -> None:
    held, at, where = SCOPES[scope]
    client = appointed(small, held, at, where)
    pages = ["/desk/?tab=all", f"/desk/?tab=all&words={matter.code}", "/lead/reports/?figure=received", "/officer/",
             f"/officer/?words={matter.code}"]  # fmt: skip
    shown = [page for page in pages if str(matter.id) in client.get(page, follow=True).content.decode()]
    assert not shown


@pytest.mark.parametrize("scope", INSIDE)
def test_a_report_inside_is(small: SmallProvince, matter: Report, scope: str) -> None:
    held, at, where = INSIDE[scope]
    client = appointed(small, held, at, where)
    mine = "desk/" if held is TEAM else "officer/"
    assert client.get(f"/{mine}{matter.id}/").status_code == 200
    assert str(matter.id) in client.get(f"/{mine}?tab={'all' if held is TEAM else ''}").content.decode()


def test_rights_change_with_the_next_request(small: SmallProvince, matter: Report) -> None:
    client = appointed(small, AGENCY, "west", {})
    assert client.get(f"/officer/{matter.id}/").status_code == 200
    held = small.people["scoped"].positions.get()
    held.categories.set([Category.objects.get(code="officials")])
    assert client.get(f"/officer/{matter.id}/").status_code == 404
    held.categories.clear()
    assert client.get(f"/officer/{matter.id}/").status_code == 200
    Role.objects.filter(code="scoped").update(rights=[rights.LEAD])
    assert client.get(f"/officer/{matter.id}/").status_code == 403
    held.delete()
    assert client.get(f"/officer/{matter.id}/").status_code == 403


def test_notices_go_to_those_whose_scope_holds_the_report(small: SmallProvince, matter: Report) -> None:
    appointed(small, AGENCY, "west", {"category": "officials"})
    asked = {"organization_id": small.organizations["west"].id, "day": MONDAY_9AM.date()}
    path = matter.category.path
    told = people_with(rights.HANDLE, area_path=matter.area_path, category_path=path, **asked)
    assert {one.username for one in told} == {"officer", "head"}
    assert "scoped" in {one.username for one in people_with(rights.HANDLE, **asked)}
