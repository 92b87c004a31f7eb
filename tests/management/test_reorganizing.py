"""Agencies renamed, merged, split and closed: what they hold goes along, planned or at once, and nothing is lost."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Forbidden, Invalid
from ioc.kernel.models import valid_on
from ioc.management.actions.carrying_out import hand_over_stragglers
from ioc.management.actions.handing_over import TwoReaches
from ioc.management.actions.records import save_record
from ioc.management.actions.reorganizing import AlreadyPlanned, carry_out_due, plan_change, withdraw_change
from ioc.management.models import (
    AuditEntry,
    Organization,
    OrganizationChange,
    OrganizationPast,
    Position,
    Role,
    RoutingRule,
)
from ioc.management.queries import loading, organizations
from ioc.management.queries.reorganizing import preview
from ioc.management.queries.versions import versions_of
from ioc.management.rules.reorganizing import (
    CLOSE,
    MERGE,
    RENAME,
    SPLIT,
    NewOrganization,
    Part,
    Plan,
    StillOpen,
    TooLate,
)
from ioc.notices.models import Notice
from ioc.onscene import actions
from ioc.onscene.models import Assignment, Deadline, Extension, Outcome, Report
from ioc.onscene.queries import agency
from tests.factories import SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db

BASIS = "QĐ 12/QĐ-UBND"
HELD = ("sent", "accepted", "done")


def ids(small: SmallProvince, *codes: str) -> tuple[int, ...]:
    return tuple(small.organizations[code].id for code in codes)


def part(small: SmallProvince, code: str) -> Part:
    return Part(organization_id=small.organizations[code].id)


def do(
    small: SmallProvince, plan: Plan, *, day: date | None = None, login: str = "administrator"
) -> OrganizationChange:
    at = now()
    return plan_change(
        plan=plan, day=day or local_date(at), legal_basis=BASIS, actor=small.actor(login), at=at, reason="sắp xếp"
    )


def merge(small: SmallProvince, *sources: str, into: str, day: date | None = None) -> OrganizationChange:
    return do(small, Plan(kind=MERGE, sources=ids(small, *sources), parts=(part(small, into),)), day=day)


def sent(small: SmallProvince, lead: str = "west", *cooperating: str, key: str = "", **fields) -> Report:
    filed = small.file(at=now() - timedelta(hours=2), key=key, **fields)
    actions.dispatch(
        report_id=filed.id, lead_id=small.organizations[lead].id, cooperating_ids=ids(small, *cooperating),
        actor=small.actor("operator"), at=now() - timedelta(hours=1),
    )  # fmt: skip
    return Report.objects.get(id=filed.id)


def held_at(small: SmallProvince, code: str) -> set[str]:
    """The logins of who has a position there today."""
    rows = Position.objects.filter(valid_on(local_date(now())), organization=small.organizations[code])
    return set(rows.values_list("person__username", flat=True))


def leads(report: Report) -> list[int]:
    held = Assignment.objects.filter(report=report, role="lead", state__in=HELD)
    return list(held.values_list("organization_id", flat=True))


def test_renaming_keeps_the_row_and_the_name_of_each_day(small):
    west = small.organizations["west"]
    plan = Plan(kind=RENAME, sources=(west.id,), name="UBND phường Tân Ngô", short_name="Tân Ngô")
    change = do(small, plan)
    row = Organization.objects.get(pk=west.pk)
    assert (row.name, change.state) == ("UBND phường Tân Ngô", "done")
    today = local_date(now())
    for day, name in ((today, row.name), (today - timedelta(days=1), west.name), (SINCE, west.name)):
        found = organizations.tree(day=day, actor=SYSTEM, words=name)
        assert found.found == 1, (day, name)
    do(small, Plan(kind=RENAME, sources=(west.id,), name="Tên thứ ba", short_name="Ba"))
    assert OrganizationPast.objects.filter(organization=west).count() == 1  # the second name held for no day
    entry = AuditEntry.objects.filter(verb="renamed", record_id=str(west.pk)).order_by("id").first()
    assert entry.before["name"] == west.name
    assert BASIS in entry.reason


def test_merging_hands_over_matters_people_routing_and_what_is_below(small):
    team = save("organization", code="team", name="Tổ rác", short_name="Tổ rác", kind="center", valid_from=SINCE,
                parent=small.organizations["west"])  # fmt: skip
    lead, beside = sent(small, "west", "waste-company", key="a"), sent(small, "east", "west", key="b")
    actions.accept(report_id=lead.id, actor=small.actor("officer"), at=now())
    actions.ask_extension(report_id=lead.id, amount=1, reason="mưa", actor=small.actor("officer"), at=now())
    due = Deadline.objects.get(report=lead, step="handle").due_at
    own = save("routing_rule", lead=small.organizations["west"], area=small.areas["07210"], valid_from=SINCE,
               cooperating=[small.organizations["east"]])  # fmt: skip
    staff = held_at(small, "west")
    seen = preview(plan=Plan(kind=MERGE, sources=ids(small, "west"), parts=(part(small, "east"),)),
                   day=local_date(now()), actor=SYSTEM)  # fmt: skip
    assert [sort.count for sort in seen.sorts] == [2, len(staff), 1, 1, 0, 0, 0]
    change = merge(small, "west", into="east")
    assert change.moved == {"positions": len(staff), "routing": 1, "work": 2, "agencies": 1, "shifts": 0,
                            "fields": 0, "codes": 0}  # fmt: skip
    east, today = small.organizations["east"].id, local_date(now())
    assert leads(lead) == [east]
    assert leads(beside) == [east]
    # In the other matter the east led already: its cooperation with itself ends.
    assert not Assignment.objects.filter(report=beside, role="cooperating", state__in=HELD).exists()
    assert Report.objects.get(id=lead.id).lead_id == east
    assert Deadline.objects.get(report=lead, step="handle", met_at=None, dropped_at=None).due_at == due
    assert Extension.objects.get(report=lead).organization_id == east
    event = lead.events.order_by("-at", "-id").first()
    assert (event.verb, event.after["other"], event.reason) == ("handed_over", "UBND phường Ngô Quyền", BASIS)
    assert event.actor_name == "Người administrator"
    assert held_at(small, "east") == staff | {"officer-east"} >= {"officer", "head", "officer-east"}
    assert not held_at(small, "west")
    rule = RoutingRule.objects.get(valid_on(today), area=small.areas["07210"])
    assert (rule.lead_id, list(rule.cooperating.all()), rule.valid_from) == (east, [], today)
    assert RoutingRule.objects.get(pk=own.pk).valid_to == today
    assert Organization.objects.get(pk=team.pk).parent_id == east
    assert Organization.objects.get(code="west").valid_to == today
    loading.drop()
    assert small.organizations["west"].id not in loading.current().agencies
    notice = Notice.objects.filter(recipient=str(small.people["officer"].id), channel="inbox").latest("created_at")
    assert "2 việc" in notice.body or "2 open matters" in notice.body


def test_the_matter_is_on_the_successors_list_and_can_be_finished_there(small):
    report = sent(small)
    actions.accept(report_id=report.id, actor=small.actor("officer"), at=now())
    merge(small, "west", into="east")
    officer = small.actor("officer-east")
    assert [job.card.code for job in agency.inbox(actor=officer, at=now()).page.jobs] == [report.code]
    actions.record_progress(report_id=report.id, text="Đang dọn", actor=officer, at=now())


def test_an_approved_outcome_goes_along_and_can_be_published_or_sent_back(small):
    report = sent(small)
    head, at = small.actor("head"), now()
    actions.accept(report_id=report.id, actor=head, at=at)
    report_category = Report.objects.get(id=report.id).category
    type(report_category).objects.filter(pk=report_category.pk).update(needs_evidence=False)
    loading.drop()
    actions.submit_outcome(report_id=report.id, text="Đã thu gom hết rác trên đường", actor=head, at=at)
    actions.approve_outcome(report_id=report.id, actor=head, at=at)
    merge(small, "west", into="east")
    assert Outcome.objects.get(report=report).organization_id == small.organizations["east"].id
    back = actions.send_back_to_agency(report_id=report.id, reason="thiếu ảnh", actor=small.actor("operator"), at=now())
    assert (back.state, back.lead_id) == ("handling", small.organizations["east"].id)


def test_two_become_a_new_one(small):
    new = NewOrganization(code="joint", name="UBND phường Mới", short_name="Mới", kind="commune",
                          parent_id=small.organizations["province"].id, area_id=small.areas["07210"].id)  # fmt: skip
    report, staff = sent(small, "west", "east"), held_at(small, "west") | held_at(small, "east")
    change = do(small, Plan(kind=MERGE, sources=ids(small, "west", "east"), parts=(Part(new=new),)))
    made = Organization.objects.get(code="joint")
    assert made.path == f"/{small.organizations['province'].id}/{made.id}/"
    assert leads(report) == [made.id]
    assert Assignment.objects.filter(report=report, organization=made, state__in=("sent", "accepted")).count() == 1
    assert {party.organization_id for party in change.parties.filter(role="after")} == {made.id}
    assert change.moved["positions"] == len(staff)


def test_splitting_sends_each_thing_where_it_was_told(small):
    own = small.organizations["west"]
    officer, head = (Position.objects.get(person=small.people[login]) for login in ("officer", "head"))
    category = sent(small, key="a").category_id
    other = sent(small, key="b", category="officials")
    rule = save("routing_rule", lead=own, area=small.areas["07210"], valid_from=SINCE)
    plan = Plan(kind=SPLIT, sources=(own.id,), parts=(part(small, "east"), part(small, "waste-company")),
                positions={head.id: 1}, routing={rule.id: 1}, work={f"onscene.matters/{category}": 1})  # fmt: skip
    do(small, plan)
    today, company, east = local_date(now()), small.organizations["waste-company"].id, small.organizations["east"].id
    where = dict(Position.objects.filter(valid_on(today)).values_list("person__username", "organization_id"))
    assert (where["head"], where["officer"]) == (company, east)
    assert RoutingRule.objects.get(valid_on(today), area=small.areas["07210"]).lead_id == company
    assert leads(other) == [east]
    assert set(Report.objects.filter(category_id=category).values_list("lead_id", flat=True)) == {company}
    assert officer.id != head.id


def test_an_agency_that_goes_on_keeps_what_was_not_sent_away(small):
    report = sent(small)
    head = Position.objects.get(person=small.people["head"])
    plan = Plan(kind=SPLIT, sources=ids(small, "west"), parts=(part(small, "waste-company"),), sources_end=False,
                positions={head.id: 0})  # fmt: skip
    do(small, plan)
    assert Organization.objects.get(code="west").valid_to is None
    assert leads(report) == list(ids(small, "west"))
    assert Position.objects.get(valid_on(local_date(now())), person=small.people["head"]).organization.code != "west"


def test_closing_asks_for_a_successor_while_something_is_open(small):
    with pytest.raises(StillOpen):
        do(small, Plan(kind=CLOSE, sources=ids(small, "west")))
    empty = save("organization", code="empty", name="Rỗng", short_name="Rỗng", kind="department", valid_from=SINCE)
    change = do(small, Plan(kind=CLOSE, sources=(empty.id,)))
    assert change.state == "done"
    assert Organization.objects.get(pk=empty.pk).valid_to == local_date(now())


def test_a_planned_change_waits_is_carried_out_once_and_not_before_its_day(small):
    report, day = sent(small), local_date(now()) + timedelta(days=3)
    change = merge(small, "west", into="east", day=day)
    assert (change.state, leads(report)) == ("planned", list(ids(small, "west")))
    assert carry_out_due(at=now()) == 0
    at = datetime.combine(day, datetime.min.time(), tzinfo=now().astimezone().tzinfo) + timedelta(minutes=1)
    assert [carry_out_due(at=at), carry_out_due(at=at)] == [1, 0]
    change.refresh_from_db()
    assert (change.state, change.ended_by_name) == ("done", "Người administrator")
    assert leads(report) == list(ids(small, "east"))
    assert Position.objects.get(person=small.people["head"], valid_to=None).valid_from == day
    with pytest.raises(TooLate):
        withdraw_change(change_id=change.pk, actor=small.actor("administrator"), at=now())


def test_a_withdrawn_change_does_nothing(small):
    day = local_date(now()) + timedelta(days=3)
    change = merge(small, "west", into="east", day=day)
    with pytest.raises(AlreadyPlanned):
        merge(small, "west", into="waste-company")
    with pytest.raises(AlreadyPlanned):
        merge(small, "east", into="waste-company")
    withdraw_change(change_id=change.pk, actor=small.actor("administrator"), at=now(), reason="hoãn")
    assert carry_out_due(at=now() + timedelta(days=5)) == 0
    assert Organization.objects.get(code="west").valid_to is None
    assert AuditEntry.objects.filter(verb="withdrawn", record_kind="organization_change").exists()


def test_what_keeps_a_due_change_from_being_done_is_told_and_tried_again(small):
    day = local_date(now()) + timedelta(days=1)
    change = merge(small, "west", into="east", day=day)
    Organization.objects.filter(code="east").update(valid_to=day)
    assert carry_out_due(at=now() + timedelta(days=2)) == 0
    change.refresh_from_db()
    assert change.state == "planned"
    assert change.failure
    assert organizations.failing() == 1
    assert organizations.change_worries()[0].is_grave
    Organization.objects.filter(code="east").update(valid_to=None)
    assert carry_out_due(at=now() + timedelta(days=2)) == 1


def test_what_nobody_expected_is_noted_on_its_change_and_holds_up_no_other(small, caplog):
    tomorrow = local_date(now()) + timedelta(days=1)
    broken = merge(small, "west", into="east", day=tomorrow)
    name = {"name": "Công ty khác", "short_name": "Khác"}
    sound = do(small, Plan(kind=RENAME, sources=ids(small, "waste-company"), **name), day=tomorrow)
    OrganizationChange.objects.filter(pk=broken.pk).update(plan={"kind": "merge"})
    assert carry_out_due(at=now() + timedelta(days=2)) == 1
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == ("planned", "done")
    assert "KeyError" in broken.failure
    assert any(record.exc_info for record in caplog.records)


def test_the_versions_of_a_routing_row_tell_that_it_was_handed_over(small):
    row = save("routing_rule", lead=small.organizations["west"], area=small.areas["07213"], valid_from=SINCE)
    merge(small, "west", into="east")
    anew = RoutingRule.objects.get(area=small.areas["07213"], valid_to=None)
    actor = small.actor("administrator")
    before = versions_of(kind="routing_rule", record_id=row.pk, actor=actor)
    after = versions_of(kind="routing_rule", record_id=anew.pk, actor=actor)
    assert [one.verb for one in before] == ["added", "handed_over"]
    assert before[1].values["valid_to"] == local_date(now()).isoformat()
    assert [(one.verb, one.values["lead_id"]) for one in after] == [("handed_over", small.organizations["east"].pk)]
    assert BASIS in after[0].reason


def test_work_that_came_in_the_moment_of_the_end_is_handed_on(small):
    merge(small, "west", into="east")
    report = small.file(at=now() - timedelta(hours=1))
    Organization.objects.filter(code="west").update(valid_to=None)
    loading.drop()
    actions.dispatch(
        report_id=report.id, lead_id=small.organizations["west"].id, actor=small.actor("operator"), at=now()
    )
    Organization.objects.filter(code="west").update(valid_to=local_date(now()))
    assert [hand_over_stragglers(at=now()), hand_over_stragglers(at=now())] == [1, 0]
    assert leads(Report.objects.get(id=report.id)) == list(ids(small, "east"))


def test_an_end_typed_into_the_form_is_not_taken_while_work_is_open(small):
    west = small.organizations["west"]
    report = sent(small)
    values = {"kind": "organization", "record_id": west.pk, "actor": SYSTEM, "at": now()}
    with pytest.raises(Invalid) as told:
        save_record(fields={"valid_to": local_date(now())}, **values)
    assert "valid_to" in told.value.fields
    save_record(fields={"phone": "0204"}, **values)
    actions.return_to_team(report_id=report.id, reason_code="not-ours", actor=small.actor("officer"), at=now())
    save_record(fields={"valid_to": local_date(now())}, **values)


def test_only_who_manages_the_agencies_may(small):
    plan = Plan(kind=MERGE, sources=ids(small, "west"), parts=(part(small, "east"),))
    for login in ("operator", "head", "leader"):
        with pytest.raises(Forbidden):
            do(small, plan, login=login)
    role = Role.objects.get(code="administrator")
    save("position", person=small.people["leader"], organization=small.organizations["west"], role=role,
         valid_from=SINCE)  # fmt: skip
    with pytest.raises(Forbidden):  # manages the west, not the east
        do(small, plan, login="leader")
    do(small, Plan(kind=RENAME, sources=ids(small, "west"), name="Mới", short_name="Mới"), login="leader")


def test_a_reason_is_needed_and_nothing_is_half_done(small):
    before = OrganizationChange.objects.count()
    with pytest.raises(Invalid):
        plan_change(plan=Plan(kind=MERGE, sources=ids(small, "west"), parts=(part(small, "east"),)),
                    day=local_date(now()), actor=SYSTEM, at=now())  # fmt: skip
    new = NewOrganization(code="east", name="x", short_name="x", kind="commune")
    with pytest.raises(Invalid):
        do(small, Plan(kind=MERGE, sources=ids(small, "west", "waste-company"), parts=(Part(new=new),)))
    assert OrganizationChange.objects.count() == before
    assert Organization.objects.get(code="west").valid_to is None


def test_the_preview_costs_the_same_whatever_is_held(small, django_assert_max_num_queries):
    plan = Plan(kind=MERGE, sources=ids(small, "west"), parts=(part(small, "east"),))
    loading.current()
    for number in range(3):
        sent(small, key=str(number))
    with django_assert_max_num_queries(16):
        preview(plan=plan, day=local_date(now()), actor=SYSTEM)


MOVES = st.lists(
    st.tuples(st.sampled_from(["west", "east", "waste-company"]), st.sampled_from(["west", "east", "waste-company"])),
    min_size=1, max_size=4,
)  # fmt: skip
MATTERS = st.lists(
    st.permutations(["west", "east", "waste-company"]).flatmap(
        lambda row: st.integers(1, 3).map(lambda count: row[:count])
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(matters=MATTERS, moves=MOVES, number=st.integers(0, 10**9))
def test_however_agencies_merge_each_open_matter_has_exactly_one_lead_that_stands(small, matters, moves, number):
    for code in ("west", "east", "waste-company"):
        Organization.objects.filter(pk=small.organizations[code].pk).update(valid_to=None)
    loading.drop()
    reports = [
        sent(small, lead, *beside, key=f"{number}-{place}", text=f"Rác ở ngõ {place} chưa dọn, bốc mùi cả tuần")
        for place, (lead, *beside) in enumerate(matters)
    ]
    before = len({report.id for report in reports})
    for source, target in moves:
        standing = set(Organization.objects.filter(valid_to=None).values_list("code", flat=True))
        if source != target and {source, target} <= standing:
            merge(small, source, into=target)
    standing = set(Organization.objects.filter(valid_to=None).values_list("id", flat=True))
    for report in {report.id: report for report in reports}.values():
        assert len(leads(report)) == 1
        assert set(leads(report)) <= standing
        assert Report.objects.get(id=report.id).lead_id == leads(report)[0]
        open_now = Assignment.objects.filter(report=report, state__in=("sent", "accepted"))
        assert set(open_now.values_list("organization_id", flat=True)) <= standing
    assert len({report.id for report in reports}) == before


def test_a_role_held_twice_with_different_reach_is_told_and_nothing_is_done(small):
    officer, role = small.people["officer"], Role.objects.get(code="officer")
    Position.objects.filter(person=officer).delete()
    for code, area in (("west", "07210"), ("east", "07213")):
        save("position", person=officer, organization=small.organizations[code], role=role, valid_from=SINCE,
             area=small.areas[area])  # fmt: skip
    new = NewOrganization(code="joint", name="Mới", short_name="Mới", kind="commune")
    with pytest.raises(TwoReaches) as told:
        do(small, Plan(kind=MERGE, sources=ids(small, "west", "east"), parts=(Part(new=new),)))
    assert officer.full_name in str(told.value.message)
    assert not Organization.objects.filter(code="joint").exists()


def test_fields_of_work_name_the_successor(small):
    west, east = small.organizations["west"], small.organizations["east"]
    field = save("field_of_work", code="roads", name="Giao thông", name_en="Roads", valid_from=SINCE,
                 organizations=[west])  # fmt: skip
    plan = Plan(kind=MERGE, sources=ids(small, "west"), parts=(part(small, "east"),))
    shown = preview(plan=plan, day=local_date(now()), actor=small.actor("administrator"))
    assert "Giao thông" in [row.what for sort in shown.sorts for row in sort.rows]
    merge(small, "west", into="east")
    assert list(field.organizations.all()) == [east]


def test_a_new_agency_does_not_come_under_one_that_has_ended_meanwhile(small):
    above = save("organization", code="above", name="Sở Cũ", short_name="Sở Cũ", kind="department", valid_from=SINCE)
    new = NewOrganization(code="one", name="Một", short_name="Một", kind="center", parent_id=above.pk)
    day = local_date(now()) + timedelta(days=3)
    planned = do(small, Plan(kind=MERGE, sources=ids(small, "west", "east"), parts=(Part(new=new),)), day=day)
    save_record(kind="organization", record_id=above.pk, fields={"valid_to": local_date(now())},
                actor=small.actor("administrator"), at=now())  # fmt: skip
    assert carry_out_due(at=now() + timedelta(days=3)) == 0
    planned.refresh_from_db()
    assert "Sở Cũ" in planned.failure
    assert not Organization.objects.filter(code="one").exists()
