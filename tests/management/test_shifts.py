"""The operating team's roster, absences, hand-over, and who is told of new reports."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.management.actions.duty import hand_over, mark_absent, mark_present, read_note
from ioc.management.actions.rostering import copy_week, save_template, save_week, use_template
from ioc.management.models import AuditEntry, Duty, HandOver, Leave, Position, Role, Shift
from ioc.management.queries import loading
from ioc.management.queries.duty import team_now, teams_now
from ioc.management.queries.roster import cell_name, monday_of, roster
from ioc.notices.models import Notice
from ioc.onscene.actions.duty import tell_of_new_reports
from ioc.onscene.models import DutyWatch
from tests.factories import SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db

TODAY = local_date(now())
MONDAY = monday_of(TODAY)
WEEK = range(7)
AT_NINE = datetime.combine(TODAY, time(2), tzinfo=UTC)
"""09:00 in the province."""


@pytest.fixture
def team(small: SmallProvince) -> SmallProvince:
    """Day and night shifts at the centre; the lead plans them."""
    ioc = small.organizations["ioc"]
    small.day = save("shift", organization=ioc, name="Ngày", weekdays=list(WEEK), starts=time(6), ends=time(18),
                     needed=1, position=1, valid_from=SINCE)  # fmt: skip
    small.night = save("shift", organization=ioc, name="Đêm", weekdays=list(WEEK), starts=time(18), ends=time(6),
                       needed=1, position=2, valid_from=SINCE)  # fmt: skip
    return small


def down(team, login: str, shift: Shift, day=TODAY) -> Duty:
    """Put somebody down."""
    duty = Duty.objects.create(shift=shift, day=day, person=team.people[login])
    loading.drop()
    return duty


def lead(team):
    return team.actor("operating-lead")


def week_of(team, actor=None):
    return roster(team_id=team.organizations["ioc"].id, day=TODAY, actor=actor or lead(team))


def plan(team, cells, *, version=None, actor=None):
    found = week_of(team) if version is None else None
    return save_week(
        team_id=team.organizations["ioc"].id, day=TODAY, cells=cells, version=version or found.version,
        actor=actor or lead(team), at=now(),
    )  # fmt: skip


class TestPlanning:
    def test_a_week_is_written_and_read_back(self, team):
        operator = team.people["operator"].id
        cells = {(operator, MONDAY): [team.day.id], (operator, MONDAY + timedelta(days=1)): [team.night.id]}
        assert plan(team, cells) == 2
        found = week_of(team)
        line = next(line for line in found.lines if line.person_id == operator)
        assert [cell.value for cell in line.cells][:3] == [str(team.day.id), str(team.night.id), ""]
        assert line.count == 2
        assert found.missing == 12
        assert AuditEntry.objects.filter(record_kind="roster").count() == 1

    def test_what_is_taken_out_is_gone_and_the_rest_stays(self, team):
        operator, other = team.people["operator"].id, team.people["operating-lead"].id
        plan(team, {(operator, MONDAY): [team.day.id], (other, MONDAY): [team.night.id]})
        plan(team, {(operator, MONDAY): []})
        assert [(one.person_id, one.shift_id) for one in Duty.objects.all()] == [(other, team.night.id)]

    def test_two_plans_at_once_do_not_overwrite_each_other(self, team):
        operator = team.people["operator"].id
        version = week_of(team).version
        plan(team, {(operator, MONDAY): [team.day.id]}, version=version)
        with pytest.raises(Conflict):
            plan(team, {(operator, MONDAY): [team.night.id]}, version=version)

    def test_people_and_shifts_of_others_are_refused(self, team):
        officer = team.people["officer"].id
        with pytest.raises(Invalid):
            plan(team, {(officer, MONDAY): [team.day.id]})
        with pytest.raises(Invalid):
            plan(team, {(team.people["operator"].id, MONDAY): [9999]})
        with pytest.raises(Invalid):
            plan(team, {(team.people["operator"].id, MONDAY - timedelta(days=1)): [team.day.id]})

    def test_who_starts_or_leaves_within_the_week_is_offered_on_those_days_only(self, team):
        operator, starter = team.people["operator"], team.people["officer"]
        wednesday = MONDAY + timedelta(days=2)
        Position.objects.filter(person=operator).update(valid_to=wednesday)
        save("position", person=starter, role=Role.objects.get(code="operator"), valid_from=wednesday,
             organization=team.organizations["ioc"])  # fmt: skip
        lines = {line.person_id: line for line in week_of(team).lines}
        offered = {one: [bool(cell.options) for cell in lines[one].cells] for one in (operator.id, starter.id)}
        assert offered == {operator.id: [True] * 2 + [False] * 5, starter.id: [False] * 2 + [True] * 5}
        tuesday = wednesday - timedelta(days=1)
        assert plan(team, {(operator.id, tuesday): [team.day.id], (starter.id, wednesday): [team.day.id]}) == 2
        for person, day in ((operator, wednesday), (starter, tuesday)):
            with pytest.raises(Invalid, match=person.full_name):
                plan(team, {(person.id, day): [team.night.id]})

    def test_what_is_down_after_the_last_day_can_only_be_taken_out(self, team):
        operator = team.people["operator"]
        down(team, "operator", team.day, MONDAY + timedelta(days=3))
        Position.objects.filter(person=operator).update(valid_to=MONDAY)
        cell = (operator.id, MONDAY + timedelta(days=3))
        assert plan(team, {cell: [team.day.id]}) == 0
        with pytest.raises(Invalid):
            plan(team, {cell: [team.night.id]})
        assert plan(team, {cell: []}) == 1

    def test_a_shift_that_has_ended_is_not_planned(self, team):
        wednesday = MONDAY + timedelta(days=2)
        Shift.objects.filter(id=team.night.id).update(valid_to=wednesday)
        operator = team.people["operator"].id
        with pytest.raises(Invalid, match="Đêm"):
            plan(team, {(operator, wednesday): [team.night.id]})
        assert plan(team, {(operator, MONDAY): [team.night.id]}) == 1

    def test_last_week_is_copied_for_who_starts_within_the_week(self, team):
        starter, wednesday = team.people["officer"], MONDAY + timedelta(days=2)
        save("position", person=starter, role=Role.objects.get(code="operator"), valid_from=wednesday,
             organization=team.organizations["ioc"])  # fmt: skip
        for weekday in (1, 2):
            Duty.objects.create(shift=team.day, day=MONDAY - timedelta(days=7 - weekday), person=starter)
        copy_week(team_id=team.organizations["ioc"].id, day=TODAY, actor=lead(team), at=now())
        assert [one.day for one in Duty.objects.filter(day__gte=MONDAY)] == [wednesday]

    def test_only_who_leads_the_team_plans(self, team):
        with pytest.raises(Forbidden):
            week_of(team, team.actor("operator"))
        version = week_of(team).version
        with pytest.raises(Forbidden):
            plan(team, {}, version=version, actor=team.actor("officer"))
        with pytest.raises(NotFound):
            roster(team_id=0, day=TODAY, actor=SYSTEM)

    def test_clashes_are_told_and_do_not_stop_the_plan(self, team):
        operator = team.people["operator"]
        Leave.objects.create(
            person=operator,
            deputy=team.people["operating-lead"],
            valid_from=MONDAY,
            valid_to=MONDAY + timedelta(days=1),
        )
        other = save("shift", organization=team.organizations["ioc"], name="Trưa", weekdays=list(WEEK),
                     starts=time(10), ends=time(14), valid_from=SINCE)  # fmt: skip
        tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
        cells = {
            (operator.id, MONDAY): [team.day.id, other.id],
            (operator.id, tuesday): [team.night.id],
            (operator.id, wednesday): [other.id],
        }
        plan(team, cells)
        found = week_of(team)
        assert len(found.clashes) == 4  # on leave in both shifts, two at once, four hours of rest
        cell = next(line for line in found.lines if line.person_id == operator.id).cells[0]
        assert cell.is_away
        assert "+" in cell.value

    def test_holidays_are_marked(self, team):
        save("calendar_day", day=MONDAY, kind="holiday", name="Ngày lễ thử")
        assert week_of(team).days[0].holiday == "Ngày lễ thử"

    def test_last_week_is_copied_into_empty_days_only(self, team):
        operator, other = team.people["operator"], team.people["operating-lead"]
        before = MONDAY - timedelta(days=7)
        for person, shift in ((operator, team.day), (other, team.night)):
            Duty.objects.create(shift=shift, day=before, person=person)
        Duty.objects.create(shift=team.night, day=MONDAY, person=operator)
        facts = {"team_id": team.organizations["ioc"].id, "day": TODAY, "actor": lead(team), "at": now()}
        assert copy_week(**facts) == 1
        assert Duty.objects.get(day=MONDAY, person=operator).shift_id == team.night.id
        assert Duty.objects.get(day=MONDAY, person=other).shift_id == team.night.id
        assert copy_week(**facts) == 0

    def test_a_template_fills_a_week(self, team):
        facts = {"team_id": team.organizations["ioc"].id, "day": TODAY, "actor": lead(team), "at": now()}
        with pytest.raises(Invalid):
            save_template(name="Tuần thường", **facts)
        plan(team, {(team.people["operator"].id, MONDAY): [team.day.id]})
        with pytest.raises(Invalid):
            save_template(name=" ", **facts)
        kept = save_template(name="Tuần  thường", **facts)
        assert save_template(name="Tuần thường", **facts).name == kept.name
        later = TODAY + timedelta(days=7)
        template = week_of(team).templates[0]
        assert use_template(template_id=template.id, day=later, actor=lead(team), at=now()) == 1
        assert Duty.objects.filter(day=MONDAY + timedelta(days=7)).count() == 1
        with pytest.raises(NotFound):
            use_template(template_id=0, day=later, actor=lead(team), at=now())

    def test_statements_do_not_grow_with_people(self, team, django_assert_max_num_queries):
        for day in WEEK:
            Duty.objects.create(shift=team.day, day=MONDAY + timedelta(days=day), person=team.people["operator"])
            Duty.objects.create(
                shift=team.night, day=MONDAY + timedelta(days=day), person=team.people["operating-lead"]
            )
        actor = lead(team)
        with django_assert_max_num_queries(8):
            week_of(team, actor)


class TestOnDuty:
    def test_who_is_there_now_and_who_comes_next(self, team):
        down(team, "operator", team.day)
        down(team, "operating-lead", team.night)
        found = team_now(team.actor("operator"), at=AT_NINE)
        assert [one.name for one in found.people] == ["Người operator"]
        assert [one.name for one in found.coming] == ["Người operating-lead"]
        assert found.ends_at == datetime.combine(TODAY, time(11), tzinfo=UTC)

    def test_a_night_shift_lasts_into_the_morning(self, team):
        down(team, "operator", team.night, TODAY - timedelta(days=1))
        at_two = datetime.combine(TODAY - timedelta(days=1), time(19), tzinfo=UTC)
        assert team_now(team.actor("operator"), at=at_two).has(team.people["operator"].id)
        assert not team_now(team.actor("operator"), at=AT_NINE).people

    def test_no_statement_once_it_is_known(self, team, django_assert_num_queries):
        down(team, "operator", team.day)
        actor = team.actor("operator")
        team_now(actor, at=AT_NINE)
        with django_assert_num_queries(0):
            team_now(actor, at=AT_NINE)

    def test_others_have_no_team(self, team, small):
        assert team_now(team.actor("officer"), at=AT_NINE) is None
        Shift.objects.all().delete()
        loading.drop()
        assert team_now(team.actor("operator"), at=AT_NINE) is None

    def test_the_desk_and_the_leaders_see_it(self, client, team):
        today = local_date(now())
        always = save("shift", organization=team.organizations["ioc"], name="Cả ngày", weekdays=list(WEEK),
                      starts=time(0), ends=time(0), valid_from=SINCE)  # fmt: skip
        down(team, "operator", always, today)
        for login, page in (("operator", "/desk/"), ("operator", "/desk/duty/"), ("leader", "/lead/")):
            client.force_login(team.people[login])
            assert "Người operator" in client.get(page).content.decode(), page

    def test_the_queue_is_shared_among_those_on_duty(self, client, team):
        today = local_date(now())
        always = save("shift", organization=team.organizations["ioc"], name="Cả ngày", weekdays=list(WEEK),
                      starts=time(0), ends=time(0), valid_from=SINCE)  # fmt: skip
        team.file()
        client.force_login(team.people["operator"])
        down(team, "operator", always, today)
        assert set(client.get("/desk/").context["shares"].values()) == {""}
        down(team, "operating-lead", always, today)
        team.file(phone="0987654321")
        assert set(client.get("/desk/").context["shares"].values()) == {"operator", "operating-lead"}


class TestAbsence:
    def test_somebody_is_called_in_and_told(self, team):
        duty = down(team, "operator", team.day)
        replacement = mark_absent(
            duty_id=duty.id, reason="Ốm", replacement_id=team.people["operating-lead"].id, actor=lead(team), at=now()
        )
        assert replacement.replaces_id == duty.id
        assert [one.name for one in team_now(team.actor("operator"), at=AT_NINE).people] == ["Người operating-lead"]
        assert Notice.objects.filter(person=team.people["operating-lead"], channel="inbox").count() == 1
        assert [one.verb for one in AuditEntry.objects.filter(record_kind="duty").order_by("at", "id")] == [
            "absent",
            "called_in",
        ]

    def test_the_one_who_comes_may_be_found_later_but_only_one(self, team):
        duty = down(team, "operator", team.day)
        assert mark_absent(duty_id=duty.id, reason="Ốm", actor=lead(team), at=now()) is None
        other = team.people["operating-lead"].id
        assert mark_absent(duty_id=duty.id, reason="", replacement_id=other, actor=lead(team), at=now())
        with pytest.raises(Conflict):
            mark_absent(duty_id=duty.id, reason="", replacement_id=other, actor=lead(team), at=now())

    def test_who_has_left_by_then_is_not_called_in(self, team):
        day = TODAY + timedelta(days=3)
        duty = down(team, "operator", team.day, day)
        other = team.people["operating-lead"]
        actor = lead(team)
        Position.objects.filter(person=other).update(valid_to=day)
        with pytest.raises(Invalid):
            mark_absent(duty_id=duty.id, reason="Ốm", replacement_id=other.id, actor=actor, at=now())

    def test_taken_back_the_replacement_goes(self, team):
        duty = down(team, "operator", team.day)
        mark_absent(
            duty_id=duty.id, reason="Ốm", replacement_id=team.people["operating-lead"].id, actor=lead(team), at=now()
        )
        mark_present(duty_id=duty.id, actor=lead(team), at=now())
        assert [one.name for one in team_now(team.actor("operator"), at=AT_NINE).people] == ["Người operator"]
        assert Duty.objects.count() == 1

    def test_a_reason_and_somebody_of_the_team(self, team):
        duty = down(team, "operator", team.day)
        with pytest.raises(Invalid):
            mark_absent(duty_id=duty.id, reason=" ", actor=lead(team), at=now())
        for login in ("officer", "operator"):
            with pytest.raises(Invalid):
                mark_absent(
                    duty_id=duty.id, reason="Ốm", replacement_id=team.people[login].id, actor=lead(team), at=now()
                )
        with pytest.raises(Forbidden):
            mark_absent(duty_id=duty.id, reason="Ốm", actor=team.actor("operator"), at=now())
        with pytest.raises(NotFound):
            mark_absent(duty_id=0, reason="Ốm", actor=lead(team), at=now())


class TestHandOver:
    def test_a_note_stays_until_the_next_shift_has_read_it(self, team):
        writer, reader = team.actor("operator"), lead(team)
        note = hand_over(text="Đã gọi Điện lực lúc 13:40, chờ trả lời.", actor=writer, at=now())
        assert [one.id for one in team_now(reader, at=now()).notes] == [note.id]
        with pytest.raises(Forbidden):
            read_note(note_id=note.id, actor=writer, at=now())
        read_note(note_id=note.id, actor=reader, at=now())
        read_note(note_id=note.id, actor=reader, at=now())
        assert not team_now(reader, at=now()).notes
        assert HandOver.objects.get().read_by_id == reader.person_id

    def test_who_may_not(self, team):
        with pytest.raises(Forbidden):
            hand_over(text="x", actor=team.actor("officer"), at=now())
        with pytest.raises(Invalid):
            hand_over(text=" \x00", actor=team.actor("operator"), at=now())
        with pytest.raises(NotFound):
            read_note(note_id=0, actor=team.actor("operator"), at=now())

    def test_without_shifts_there_is_nobody_to_hand_over_to(self, small):
        with pytest.raises(Invalid):
            hand_over(text="Chào", actor=small.actor("operator"), at=now())

    def test_on_the_desk(self, client, team):
        client.force_login(team.people["operator"])
        client.post(reverse("desk-hand-over"), {"text": "Chờ Điện lực", "form_key": "a"})
        client.post(reverse("desk-hand-over"), {"text": "Chờ Điện lực", "form_key": "a"})
        note = HandOver.objects.get()
        assert "Chờ Điện lực" in client.get("/desk/").content.decode()
        client.force_login(team.people["operating-lead"])
        client.post(reverse("desk-note-read", args=[note.id]), {"form_key": "b"})
        assert "Chờ Điện lực" not in client.get("/desk/").content.decode()

    def test_the_strip_on_the_desk_knows_what_another_process_wrote_a_moment_ago(self, client, team):
        client.force_login(team.people["operating-lead"])
        assert "Chờ Điện lực" not in client.get("/desk/duty/").content.decode()
        HandOver.objects.create(
            organization_id=team.organizations["ioc"].id,
            text="Chờ Điện lực",
            written_by=team.people["operator"],
            written_at=now(),
        )
        with connection.cursor() as cursor:  # as another process would: this one's memory is told nothing
            cursor.execute("UPDATE kernel_referenceversion SET value = value + 1")
        assert "Chờ Điện lực" in client.get("/desk/duty/").content.decode()


class TestTelling:
    @pytest.fixture
    def began(self, team):
        tell_of_new_reports(at=AT_NINE - timedelta(minutes=5))
        return team

    def told(self):
        return {(notice.person.username, notice.subject) for notice in Notice.objects.filter(channel="inbox")}

    def test_those_on_duty_are_told_once(self, began):
        down(began, "operator", began.day)
        began.file(at=AT_NINE - timedelta(minutes=2))
        began.file(at=AT_NINE - timedelta(minutes=1), phone="0987654321")
        assert tell_of_new_reports(at=AT_NINE) == 2
        assert {login for login, _subject in self.told()} == {"operator"}
        assert tell_of_new_reports(at=AT_NINE + timedelta(minutes=5)) == 0
        assert len(self.told()) == 1

    def test_with_nobody_on_duty_the_lead_is_told(self, began):
        began.file(at=AT_NINE - timedelta(minutes=2))
        tell_of_new_reports(at=AT_NINE)
        assert {login for login, _subject in self.told()} == {"operating-lead"}

    def test_what_came_before_telling_began_is_not_told(self, team):
        team.file(at=AT_NINE - timedelta(minutes=2))
        assert tell_of_new_reports(at=AT_NINE) == 0
        assert DutyWatch.objects.get().told_until == AT_NINE

    def test_without_shifts_nobody_is_told(self, small):
        tell_of_new_reports(at=AT_NINE - timedelta(minutes=5))
        small.file(at=AT_NINE - timedelta(minutes=2))
        assert tell_of_new_reports(at=AT_NINE) == 0
        assert not teams_now(at=AT_NINE)


class TestPages:
    @pytest.fixture
    def planner(self, client, team):
        client.force_login(team.people["operating-lead"])
        return client

    def test_without_shifts_it_says_what_to_do(self, client, small):
        client.force_login(small.people["administrator"])
        assert client.get(reverse("manage_roster")).status_code == 200

    def test_the_grid_is_saved(self, planner, team):
        page = planner.get(reverse("manage_roster"))
        found = page.context["found"]
        operator = team.people["operator"].id
        given = {"team": found.team.id, "week": f"{MONDAY}", "version": found.version}
        given[cell_name(operator, MONDAY)] = str(team.day.id)
        planner.post(reverse("manage_roster_save"), given)
        assert Duty.objects.get().day == MONDAY
        given[cell_name(operator, MONDAY)] = "x"
        planner.post(reverse("manage_roster_save"), given)
        assert Duty.objects.count() == 1

    def test_copy_template_and_absence(self, planner, team):
        Duty.objects.create(shift=team.day, day=MONDAY - timedelta(days=7), person=team.people["operator"])
        given = {"team": team.organizations["ioc"].id, "week": f"{TODAY}"}
        planner.post(reverse("manage_roster_copy"), given)
        assert Duty.objects.filter(day=MONDAY).count() == 1
        planner.post(reverse("manage_roster_template"), given | {"name": "Thường"})
        template = week_of(team).templates[0]
        planner.post(reverse("manage_roster_use"), given | {"template": template.id})
        duty = down(team, "operator", team.day, TODAY) if TODAY != MONDAY else Duty.objects.get(day=MONDAY)
        planner.post(reverse("manage_duty_absent", args=[duty.id]), given | {"reason": "Ốm"})
        duty.refresh_from_db()
        assert duty.absent_at
        assert planner.get(reverse("manage_roster")).status_code == 200
        planner.post(reverse("manage_duty_present", args=[duty.id]), given)
        duty.refresh_from_db()
        assert duty.absent_at is None

    def test_spoilt_addresses(self, planner, team):
        assert planner.get(reverse("manage_roster"), {"week": "x", "team": "x"}).status_code == 200
        answer = planner.post(reverse("manage_roster_copy"), {"team": "x", "week": "x"})
        assert answer.status_code == 404


def test_who_was_called_in_instead_of_one_called_in_is_no_longer_down_either(team):
    first = down(team, "operator", team.day)
    second = mark_absent(
        duty_id=first.id, reason="Ốm", actor=lead(team), at=now(), replacement_id=team.people["operating-lead"].id
    )
    Duty.objects.create(shift=team.day, day=TODAY, person=team.people["leader"], replaces=second)
    mark_present(duty_id=first.id, actor=lead(team), at=now())
    assert list(Duty.objects.values_list("id", flat=True)) == [first.id]
