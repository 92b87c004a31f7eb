"""Every address and API operation with every role: who gets in, who does not, and none that nobody thought of."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from ioc.kernel import health
from ioc.onscene import actions
from ioc.onscene.models import Report
from tests.factories import MONDAY_9AM, SmallProvince

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "operator", "operating-lead", "officer", "officer-east", "head", "leader", "administrator",
         "agency-administrator")  # fmt: skip
EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"anonymous"}
TEAM = frozenset({"operator", "operating-lead"})
SEALS = frozenset({"operating-lead"})
AGENCIES = frozenset({"officer", "officer-east", "head"})
WEST = frozenset({"officer", "head"})
HEADS = frozenset({"head"})
LEADERS = frozenset({"leader", "operating-lead"})
MANAGERS = frozenset({"administrator"})
OF_PEOPLE = MANAGERS | {"agency-administrator"}
OF_THE_MATTER = TEAM | WEST

ALLOWED: dict[str, frozenset[str]] = {
    "": EVERYBODY,
    "healthz": EVERYBODY,
    "i18n/setlang/": EVERYBODY,
    "start/": EVERYBODY,
    "reports/": EVERYBODY,
    "reports/map/": EVERYBODY,
    "reports/feed.rss": EVERYBODY,
    "reports/<str:code>/": EVERYBODY,
    "files/<uuid:attachment_id>/<slug:variant>/": frozenset(),
    "thumbs/<uuid:report_id>/": frozenset(),
    "api/openapi.json": EVERYBODY,
    "api/docs": EVERYBODY,
    "api/": EVERYBODY,
    "api/reports": EVERYBODY,
    "api/reports/media": EVERYBODY,
    "api/reports/<code>": EVERYBODY,
    "api/reports/map/points": EVERYBODY,
    "api/reports/map/areas": EVERYBODY,
    "citizen/": EVERYBODY,
    "citizen/report/": EVERYBODY,
    "citizen/report/questions/": EVERYBODY,
    "citizen/report/nearby/": EVERYBODY,
    "citizen/report/communes/": EVERYBODY,
    "citizen/report/files/<str:handle>/": EVERYBODY,
    "citizen/follow/": EVERYBODY,
    "citizen/guidance/<slug:kind>/": EVERYBODY,
    "citizen/r/<str:token>/": EVERYBODY,
    "citizen/r/<str:token>/code.svg": EVERYBODY,
    "citizen/r/<str:token>/thumb/": frozenset(),
    "citizen/r/<str:token>/answer/": EVERYBODY,
    "citizen/r/<str:token>/rate/": EVERYBODY,
    "citizen/r/<str:token>/keep/": EVERYBODY,
    "citizen/r/<str:token>/data/": EVERYBODY,
    "citizen/data/<str:token>/": EVERYBODY,
    "citizen/data/<str:token>/confirm/": EVERYBODY,
    "citizen/data/<str:token>/copy/<slug:form>/": EVERYBODY,
    "citizen/r/<str:token>/files/<uuid:attachment_id>/<slug:variant>/": frozenset(),
    "notices/": SIGNED_IN,
    "notices/read/": SIGNED_IN,
    "notices/bell/": SIGNED_IN,
    "lead/": LEADERS,
    "lead/values.json": LEADERS,
    "lead/reports/": LEADERS,
    "manage/audit/": MANAGERS,
    "manage/audit/chain/": MANAGERS,
    "manage/audit/chain/check/": MANAGERS,
    "manage/audit/export/<slug:form>/": MANAGERS,
    "manage/data-requests/": MANAGERS,
    "manage/data-requests/add/": MANAGERS,
    "manage/retention/": MANAGERS,
    "manage/retention/trial/": MANAGERS,
}
for name in ("", "queue/", "filters/", "new/", "new/questions/", "agencies/", "reason/"):
    ALLOWED[f"desk/{name}"] = TEAM
for name in (
    "", "preview/", "receive/", "dispatch/", "ask/", "refuse/", "join/", "correct/", "guide/", "publish/", "send-back/",
    "extension/grant/", "extension/deny/",
):  # fmt: skip
    ALLOWED[f"desk/<uuid:report_id>/{name}"] = TEAM
ALLOWED["desk/<uuid:report_id>/identity/"] = SEALS
ALLOWED["officer/"] = AGENCIES
for name in ("", "place.json", "accept/", "return/", "ask/", "extend/", "progress/", "outcome/"):
    ALLOWED[f"officer/<uuid:report_id>/{name}"] = WEST
for name in ("approve/", "send-back/"):
    ALLOWED[f"officer/<uuid:report_id>/{name}"] = HEADS
for name in (
    "", "province/", "people/", "people/add/", "people/<uuid:person_id>/", "people/<uuid:person_id>/password/",
    "people/<uuid:person_id>/suspend/", "people/<uuid:person_id>/readmit/", "people/<uuid:person_id>/second-factor/",
    "people/<uuid:person_id>/second-factor/reset/", "calendar/", "programs/",
    "programs/<int:token_id>/revoke/", "<slug:slug>/<str:record_id>/restore/",
    "<slug:slug>/<str:record_id>/versions/", "<slug:slug>/export.<str:form>", "calendar/proposal/", "deadlines/matrix/",
    "routing/try/", "routing/matrix/", "answers/preview/", "categories/<int:category_id>/move/",
    "agencies/tree/", "agencies/changes/", "agencies/changes/<int:change_id>/",
    "agencies/changes/<int:change_id>/withdraw/", "agencies/<int:organization_id>/",
    "agencies/<int:organization_id>/change/<slug:kind>/", "health/", "<slug:slug>/", "<slug:slug>/add/",
    "<slug:slug>/<str:record_id>/", "<slug:slug>/<str:record_id>/edit/", "<slug:slug>/<str:record_id>/remove/",
):  # fmt: skip
    ALLOWED[f"manage/{name}"] = MANAGERS
for name in (
    "rollout/", "rollout/day/", "rollout/open/", "rollout/open/now/", "rollout/undo/<uuid:batch>/", "adoption/",
    "adoption/export.<str:form>",
):  # fmt: skip
    ALLOWED[f"manage/{name}"] = MANAGERS
for name in (
    "", "save/", "copy/", "template/", "template/use/", "duty/<int:duty_id>/absent/", "duty/<int:duty_id>/present/",
):  # fmt: skip
    ALLOWED[f"manage/roster/{name}"] = MANAGERS | SEALS
for name in ("duty/", "hand-over/", "hand-over/<int:note_id>/read/"):
    ALLOWED[f"desk/{name}"] = TEAM
for name in ("", "verify/", "accept/", "refuse/", "carry-out/", "copy/<slug:form>/"):
    ALLOWED[f"manage/data-requests/<int:request_id>/{name}"] = MANAGERS
ALLOWED["manage/data-requests/<int:request_id>/files/<str:key>/<slug:variant>/"] = frozenset()
for name in (
    "", "discovery.<str:form>", "services.<str:form>", "services/<str:code>.<str:form>", "requests.<str:form>",
    "requests/<str:request_id>.<str:form>", "tokens/<str:token>.<str:form>",
):  # fmt: skip
    ALLOWED[f"open311/v2/{name}"] = EVERYBODY

for name in (
    "", "<int:area_id>/", "outlines.json", "change/", "change/now/", "change/<int:event_id>/undo/", "boundaries/",
    "boundaries/<int:import_id>/",
    "boundaries/<int:import_id>/outlines.json", "boundaries/<int:import_id>/apply/",
    "boundaries/<int:import_id>/restore/", "boundaries/<int:import_id>/discard/", "responsibility/",
    "responsibility/assign/",
):  # fmt: skip
    ALLOWED[f"manage/areas/{name}"] = MANAGERS
for name in ("", "file/", "file/take/", "file/template/"):
    ALLOWED[f"manage/population/{name}"] = MANAGERS

ALLOWED |= {
    "readyz": EVERYBODY,
    "metrics": frozenset(),
    "regulations/": EVERYBODY,
    "regulations/<int:regulation_id>/": frozenset(),
    "regulations/<int:regulation_id>/<int:version_id>/read/": frozenset(),
    "regulations/documents/<int:version_id>/": frozenset(),
    "guidance/": EVERYBODY,
    "guidance/<int:guide_id>/": frozenset(),
    "reading/": SIGNED_IN,
    "reading/<int:guide_id>/": frozenset(),
}
for name in ("", "publish/", "discard/", "end/", "remind/"):
    ALLOWED[f"manage/regulations/<int:regulation_id>/{name}"] = MANAGERS
for name in ("", "add/", "<int:guide_id>/", "<int:guide_id>/edit/", "<int:guide_id>/tell/", "<int:guide_id>/remove/"):
    ALLOWED[f"manage/guidance/{name}"] = MANAGERS
for name in ("", "now/"):
    ALLOWED[f"manage/backups/{name}"] = MANAGERS

for name in (
    "", "people/", "people/add/", "people/staffing/", "people/import/", "people/import/template.xlsx",
    "people/import/<uuid:import_id>/", "people/import/<uuid:import_id>/take/",
    "people/import/<uuid:import_id>/wrong.xlsx",
):  # fmt: skip
    ALLOWED[f"manage/{name}"] = OF_PEOPLE
for name in ("suspend/", "link/"):
    ALLOWED[f"manage/people/<uuid:person_id>/{name}"] = OF_PEOPLE  # told that the form is incomplete, whoever it is
for name in (
    "", "password/", "readmit/", "second-factor/", "second-factor/reset/", "hand-over/", "sessions/end/",
    "invite/", "invite/withdraw/", "leave/", "leave/<int:leave_id>/end/",
    "positions/<int:position_id>/end/",
):  # fmt: skip
    ALLOWED[f"manage/people/<uuid:person_id>/{name}"] = MANAGERS  # this person is not of the delegate's agency
for name in (
    "roles/add/", "roles/<int:role_id>/", "roles/<int:role_id>/retire/", "roles/<int:role_id>/restore/", "pending/",
    "pending/<uuid:change_id>/", "pending/<uuid:change_id>/confirm/", "pending/<uuid:change_id>/refuse/",
    "pending/<uuid:change_id>/withdraw/",
):  # fmt: skip
    ALLOWED[f"manage/{name}"] = MANAGERS
ALLOWED["manage/why/"] = OF_PEOPLE
for name in (
    "", "sessions/", "providers/add/", "providers/<int:provider_id>/", "providers/<int:provider_id>/test/",
    "providers/<int:provider_id>/remove/",
):  # fmt: skip
    ALLOWED[f"manage/sign-in/{name}"] = MANAGERS

ACCOUNT = "accounts/"
"""Sign-in pages belong to allauth: they must answer everybody without failing; what they do is tested with them."""


def routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


def test_every_address_is_listed() -> None:
    found = {route for route in routes() if not route.startswith(ACCOUNT)}
    assert found == set(ALLOWED), f"not listed: {found - set(ALLOWED)}; gone: {set(ALLOWED) - found}"


@pytest.fixture
def matter(small: SmallProvince) -> Report:
    health.beat("worker")
    filed = small.file()
    at = MONDAY_9AM + timedelta(minutes=5)
    actions.dispatch(report_id=filed.id, lead_id=small.organizations["west"].id, actor=small.actor("operator"), at=at)
    return Report.objects.get(id=filed.id)


def address(route: str, small: SmallProvince, report: Report) -> str:
    values = {
        "<uuid:report_id>": str(report.id), "<str:token>": report.token, "<str:code>": report.code,
        "<code>": report.code, "<uuid:attachment_id>": str(report.id), "<slug:variant>": "view",
        "<int:role_id>": "1", "<uuid:change_id>": str(report.id), "<str:handle>": "none",
        "<slug:kind>": "denunciation", "<int:token_id>": "1", "<int:provider_id>": "1", "<int:category_id>": "1",
        "<int:request_id>": "1", "<slug:form>": "csv", "<slug:slug>": "agencies",
        "<int:area_id>": str(small.areas["07210"].id), "<int:import_id>": "1",
        "<int:regulation_id>": "1", "<int:version_id>": "1", "<int:guide_id>": "1",
        "<int:organization_id>": str(small.organizations["west"].id), "<int:change_id>": "1",
        "<uuid:person_id>": str(small.people["leader"].id), "<str:form>": "json", "<str:request_id>": report.code,
        "<uuid:import_id>": str(report.id), "<int:position_id>": "0", "<int:leave_id>": "0",
        "<uuid:batch>": str(report.id), "<int:duty_id>": "1", "<int:note_id>": "1",
        "<str:record_id>": str(small.organizations["west"].id),
    }  # fmt: skip
    for mark, value in values.items():
        route = route.replace(mark, value)
    return f"/{route}"


def let_in(client: Client, path: str) -> bool:
    response = client.get(path)
    if response.status_code == 405:
        response = client.post(path)
    assert response.status_code < 500, (path, response.status_code)
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
    return not to_sign_in and response.status_code not in {401, 403}


def hidden(client: Client, path: str) -> bool:
    """Whether the address says "not found" to this client."""
    response = client.get(path)
    return (client.post(path) if response.status_code == 405 else response).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_into_its_own_addresses_only(role: str, small: SmallProvince, matter: Report) -> None:
    client = Client()
    if role != "anonymous":
        client.force_login(small.people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    wrong = []
    for route, allowed in ALLOWED.items():
        path = address(route, small, matter)
        inside = let_in(client, path)
        if role in allowed and not inside:
            wrong.append(f"{path} should let {role} in")
        if role not in allowed and inside and not hidden(client, path):
            wrong.append(f"{path} lets {role} in")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("route", sorted(route for route in routes() if route.startswith(ACCOUNT) and "^" not in route))
def test_sign_in_pages_never_fail(route: str, client: Client, small: SmallProvince) -> None:
    assert client.get(f"/{route}").status_code < 500
    client.force_login(small.people["operator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/{route}").status_code < 500
