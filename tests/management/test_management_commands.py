"""The commands that read the management system, and the few that act, from the terminal."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from importlib import import_module
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from click.testing import CliRunner, Result
from django.test import Client
from django.utils import translation

from ioc.conf.cli import main
from ioc.conf.cli.calendar import YEARS
from ioc.conf.cli.routing import KINDS, URGENCIES
from ioc.conf.cli.words import LANGUAGE
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date, now
from ioc.management.actions import data_requests, guidance, regulations
from ioc.management.models import AuditEntry, CalendarDay, Duty, IdentityProvider, KindCode, RoutingRule, Urgency
from ioc.management.queries import holidays, loading
from ioc.notices.models import Notice
from tests.factories import MONDAY_9AM, SINCE, SmallProvince, save
from tests.management.test_sign_in import enter

pytestmark = pytest.mark.django_db
NUMBER = "12/2023/QĐ-UBND"


@pytest.fixture(autouse=True)
def _connected(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("calendar", "data_requests", "duty", "guidance", "regulations", "routing", "sign_in"):
        monkeypatch.setattr(import_module(f"ioc.conf.cli.{name}"), "connect", lambda: None)
    with translation.override(LANGUAGE):
        yield


def ioc(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def facts(*words: str) -> Any:
    told = ioc(*words, "--json")
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def test_what_may_be_given_is_what_the_product_knows() -> None:
    assert (set(KINDS), set(URGENCIES)) == (set(KindCode.values), set(Urgency.values))
    assert (YEARS.min, YEARS.max) == (holidays.FIRST_YEAR, holidays.LAST_YEAR)


def test_who_is_on_duty_now_and_at_another_time(small: SmallProvince) -> None:
    assert "No team has shifts." in ioc("duty").output
    shift = save("shift", organization=small.organizations["ioc"], name="Ngày", weekdays=list(range(7)),
                 starts=time(6), ends=time(18), needed=1, position=1, valid_from=SINCE)  # fmt: skip
    Duty.objects.create(shift=shift, day=date(2026, 3, 2), person=small.people["operator"])
    loading.drop()
    (team,) = facts("duty", "--on", "2026-03-02T09:00")["teams"]
    assert [(one["name"], one["shift"]) for one in team["on_duty"]] == [("Người operator", "Ngày")]
    assert "Người operator: Ngày, until 18:00 02/03/2026" in ioc("duty", "--on", "2026-03-02 17:59").output
    assert "!! Nobody is on duty" in ioc("duty", "--on", "2026-03-02 18:00").output
    assert "next: Người operator, Ngày, from 06:00" in ioc("duty", "--on", "2026-03-02 05:00").output


def _regulation() -> None:
    row = save("regulation", code=NUMBER, title="Quy chế vận hành")
    fields = regulations.DraftFields(text="Điều 1. Phạm vi", valid_from=local_date(now()))
    regulations.write_draft(regulation_id=row.pk, fields=fields, actor=SYSTEM, at=now())
    regulations.publish(regulation_id=row.pk, actor=SYSTEM, at=now())


def test_regulations_are_listed_and_those_reminded_who_have_not_read(small: SmallProvince) -> None:
    assert "There is none." in ioc("regulations", "list").output
    _regulation()
    assert [(one["number"], one["version"]) for one in facts("regulations", "list")] == [(NUMBER, 1)]
    assert "must be read" in ioc("regulations", "list").output
    missing = facts("regulations", "unread", NUMBER)["missing"]
    assert missing == len(small.people)
    assert "Người officer" in ioc("regulations", "unread", NUMBER).output
    told = Notice.objects.count()
    asked = ("regulations", "remind", NUMBER, "--reason", "Hỏi lại")
    assert facts(*asked, "--dry-run") == {"number": NUMBER, "people": missing, "dry_run": True}
    assert Notice.objects.count() == told
    assert f"Reminded {missing} people." in ioc(*asked).output
    assert Notice.objects.count() > told
    entry = AuditEntry.objects.get(verb="reminded")
    assert (entry.reason, entry.actor_kind) == ("Hỏi lại", "system")
    assert ioc(*asked).exit_code == 1  # twelve hours
    assert ioc("regulations", "unread", "không-có").exit_code == 1


def test_guidance_is_listed(small: SmallProvince) -> None:
    assert "There is none." in ioc("guidance", "list").output
    fields = guidance.GuideFields(
        kind="guide", readers="citizens", title="Cúp nước", title_en="", body="x", body_en="", is_pinned=False,
        valid_from=SINCE, valid_to=None,
    )  # fmt: skip
    guide = guidance.save_guide(fields=fields, actor=SYSTEM, at=now())
    guidance.count_reading(guide_id=guide.pk, area_id=None, day=local_date(now()))
    assert [(one["title"], one["read"]) for one in facts("guidance", "list")] == [("Cúp nước", 1)]
    assert "read: 1" in ioc("guidance", "list").output


def test_a_case_is_tried(small: SmallProvince) -> None:
    case = ("routing", "try", "--category", "waste", "--area", "07210")
    found = facts(*case, "--at", "2026-11-23T09:00", "--urgency", "urgent")
    assert (found["lead"]["code"], found["cooperating"][0]["code"]) == ("west", "waste-company")
    assert [row["verdict"] for row in found["rows"]] == ["wins"]
    assert [step["limit"] for step in found["steps"]] == [8, 4]
    shown = ioc(*case).output
    assert "It goes to UBND phường Ngô Quyền." in shown
    assert "decides" in shown
    assert not ioc("routing", "try", "--category", "nope", "--area", "07210").stdout
    assert ioc("routing", "try", "--category", "waste", "--area", "nope").exit_code == 1
    RoutingRule.objects.all().delete()
    loading.drop()
    gap = ioc(*case)
    assert (gap.exit_code, "!! No row says who gets it." in gap.output) == (1, True)


def test_a_year_of_holidays_is_proposed_and_taken(small: SmallProvince) -> None:
    assert [one["day"] for one in facts("calendar", "list", "2027")] == ["2027-09-02"]
    proposed = facts("calendar", "propose", "2027")
    fresh = [one for one in proposed["days"] if not one["known"]]
    assert (proposed["taken"], len(proposed["days"]) > len(fresh) > 5) == (0, True)
    assert ioc("calendar", "propose", "2027", "--apply").exit_code == 2  # why?
    assert CalendarDay.objects.filter(day__year=2027).count() == 1
    taken = facts("calendar", "propose", "2027", "--apply", "--reason", "Năm mới", "--legal-basis", "TB 1")
    assert taken["taken"] == len(fresh) == CalendarDay.objects.filter(legal_basis="TB 1").count()
    assert AuditEntry.objects.filter(record_kind="calendar_day", reason="Năm mới").count() == len(fresh)
    assert "(in the calendar)" in ioc("calendar", "propose", "2027", "--apply", "--reason", "x").output
    assert "public holiday" in ioc("calendar", "list", "2027").output
    assert ioc("calendar", "list", "123").exit_code == 2


def test_open_data_requests_are_listed_and_nobody_is_named(small: SmallProvince) -> None:
    assert "No open requests" in ioc("data-requests", "list").output
    asking = data_requests.Asking(kind="erase", phone="0912345678", words="Tôi là Nguyễn Văn An")
    made = data_requests.enter_request(asking=asking, verified_how="", actor=SYSTEM, at=MONDAY_9AM)
    (row,) = facts("data-requests", "list")
    assert (row["code"], row["state"], row["is_certain_who"]) == (made.code, "received", False)
    assert datetime.fromisoformat(row["due_at"]).astimezone(UTC) == made.answer_by
    shown = ioc("data-requests", "list").output + json.dumps(row)
    assert made.code in shown
    assert not any(secret in shown for secret in ("0912345678", "912", "Văn An"))


def test_providers_are_listed_and_asked(small: SmallProvince) -> None:
    assert "There is none." in ioc("sign-in", "providers").output
    IdentityProvider.objects.create(
        code="vneid", name="VNeID", issuer="http://127.0.0.1:9/o", client_id="a", is_on=True
    )
    assert [(one["code"], one["is_on"]) for one in facts("sign-in", "providers")] == [("vneid", True)]
    asked = ioc("sign-in", "check", "vneid")
    assert (asked.exit_code, "!! http://127.0.0.1:9/o" in asked.output) == (1, True)
    assert json.loads(ioc("sign-in", "check", "vneid", "--json").stdout)["works"] is False
    assert ioc("sign-in", "check", "nope").exit_code == 1


def test_sessions_are_shown_and_ended(small: SmallProvince, client: Client) -> None:
    assert "Signed in nowhere." in ioc("sign-in", "sessions", "operator").output
    enter(client, "operator")
    assert len(facts("sign-in", "sessions", "operator")) == 1
    assert "last used" in ioc("sign-in", "sessions", "operator").output
    asked = ("sign-in", "end-sessions", "operator")
    assert ioc(*asked).exit_code == 2  # why?
    assert facts(*asked, "--reason", "x", "--dry-run")["sessions"] == 1
    assert UserSession.objects.exists()
    assert "ended: 1" in ioc(*asked, "--reason", "Máy bị mất").output
    assert not UserSession.objects.exists()
    assert client.get("/desk/").status_code == 302
    entry = AuditEntry.objects.get(verb="sessions_ended")
    assert (entry.reason, entry.actor_kind) == ("Máy bị mất", "system")
    assert ioc("sign-in", "sessions", "nobody-here").exit_code == 1
