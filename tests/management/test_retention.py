"""Rules of how long data is kept: tried out first, carried out a batch at a time, and only what is due."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client

from ioc.kernel import personal_data
from ioc.kernel.clock import now
from ioc.kernel.errors import Forbidden
from ioc.management.actions.retention import carry_out_rules, try_out
from ioc.management.models import AuditEntry, RetentionRun
from ioc.onscene import actions
from ioc.onscene.models import Report, Reporter
from tests.factories import MONDAY_9AM, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db

LATER = MONDAY_9AM + timedelta(days=800)


@pytest.fixture
def ended(small: SmallProvince) -> list[Report]:
    """Three reports: two ended long ago, one ended lately; and one that is open."""
    made = []
    for days in (0, 1, 700):
        at = MONDAY_9AM + timedelta(days=days)
        filed = small.file(phone=f"09123456{days:02d}"[:10].ljust(10, "0"))
        actions.refuse(report_id=filed.id, reason_code="not-clear", words="Chưa rõ", actor=small.actor("operator"),
                       at=MONDAY_9AM)  # fmt: skip
        Report.objects.filter(id=filed.id).update(closed_at=at)
        made.append(Report.objects.get(id=filed.id))
    small.file(phone="0999999999")
    return made


def rule(kind: str, *, is_on: bool, days: int = 730) -> None:
    save("retention_rule", kind=kind, days=days, is_on=is_on, legal_basis="Luật 91/2025/QH15", valid_from=SINCE)


def test_a_trial_counts_and_changes_nothing(small: SmallProvince, ended: list[Report]) -> None:
    rule("report.identity", is_on=False)
    (found,) = try_out(actor=small.actor("administrator"), at=LATER)
    assert (found.due, found.done) == (2, None)
    assert not Reporter.objects.filter(wiped_at__isnull=False).exists()
    with pytest.raises(Forbidden):
        try_out(actor=small.actor("operator"), at=LATER)


def test_only_what_is_due_goes_and_the_log_says_so(small: SmallProvince, ended: list[Report]) -> None:
    rule("report.identity", is_on=True)
    (swept,) = carry_out_rules(at=LATER)
    assert (swept.due, swept.done) == (2, 2)
    assert set(Reporter.objects.filter(wiped_at__isnull=False).values_list("report_id", flat=True)) == {
        ended[0].id,
        ended[1].id,
    }
    assert RetentionRun.objects.get().count == 2
    assert AuditEntry.objects.get(verb="retention_carried_out").after["rows"] == 2
    (again,) = carry_out_rules(at=LATER)
    assert again.done == 0


def test_a_rule_that_is_off_does_nothing(small: SmallProvince, ended: list[Report]) -> None:
    rule("report.identity", is_on=False)
    (swept,) = carry_out_rules(at=LATER)
    assert swept.done is None
    assert not Reporter.objects.filter(wiped_at__isnull=False).exists()


@pytest.mark.parametrize("kind", ["report.identity", "report.files", "notice.address"])
def test_every_kind_ends_with_nothing_due(small: SmallProvince, ended: list[Report], kind: str) -> None:
    known = personal_data.retained()[kind]
    while known.carry_out(LATER, at=LATER, most=1):
        pass
    assert known.due(LATER) == 0


def test_the_screens_show_the_rules_and_the_trial(small: SmallProvince, ended: list[Report], client: Client) -> None:
    client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    rule("report.identity", is_on=True)
    assert client.get("/manage/retention/").status_code == 200
    assert client.get("/manage/retention/trial/").status_code == 200
    assert client.get("/manage/retention/add/").status_code == 200
    for slug in ("processing", "consents", "data-terms"):
        assert client.get(f"/manage/{slug}/").status_code == 200, slug
        assert client.get(f"/manage/{slug}/add/").status_code == 200, slug


def test_facts_of_a_trial_are_plain(small: SmallProvince) -> None:
    rule("report.files", is_on=False)
    found = try_out(actor=small.actor("administrator"), at=now())
    assert json.dumps([{"kind": one.rule.kind, "due": one.due} for one in found])


class Stopped:
    """A kind of data whose second batch is never done."""

    label = since = deed = "x"
    batches = 0

    def due(self, before: datetime) -> int:
        return 3

    def carry_out(self, before: datetime, *, at: datetime, most: int) -> int:
        self.batches += 1
        if self.batches > 1:
            raise KeyboardInterrupt
        return 2


def test_what_went_before_it_was_stopped_is_in_the_log(small: SmallProvince, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal_data, "_retained", {"report.identity": Stopped()})
    rule("report.identity", is_on=True)
    with pytest.raises(KeyboardInterrupt):
        carry_out_rules(at=LATER)
    assert RetentionRun.objects.get().count == 2
    assert AuditEntry.objects.get(verb="retention_carried_out").after["rows"] == 2
