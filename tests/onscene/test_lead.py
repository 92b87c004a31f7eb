"""The leaders' page: each figure is what its definition says, and the list behind it holds exactly that many."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ioc.kernel import rights
from ioc.kernel.clock import now
from ioc.onscene import actions
from ioc.onscene.models import Deadline, Report
from ioc.onscene.queries import leading
from ioc.onscene.queries.leading import FigureCode, Narrowing, PeriodCode
from tests.factories import SINCE, save

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OUTCOME = "Đã thu gom hết rác trước số nhà 12 và rửa đường lúc 10 giờ sáng."


def filed(small, *, days, **fields):
    """A report of so many days ago; of a category that needs no photo."""
    return small.file(at=now() - days * DAY, **({"category": "officials"} | fields))


def dispatched(small, *, days, lead="west", **fields):
    one = filed(small, days=days, **fields)
    actions.dispatch(
        report_id=one.id, lead_id=small.organizations[lead].id, actor=small.actor("operator"), at=now() - days * DAY
    )
    return one


def handled(small, *, days, took=timedelta(hours=4), **fields):
    """Dispatched so many days ago and approved by the head `took` later."""
    one, start = dispatched(small, days=days, **fields), now() - days * DAY
    officer, head = small.actor("officer"), small.actor("head")
    actions.accept(report_id=one.id, actor=officer, at=start)
    actions.submit_outcome(report_id=one.id, text=OUTCOME, actor=officer, at=start)
    actions.approve_outcome(report_id=one.id, actor=head, at=start + took)
    return one


def published(small, *, days, **fields):
    one = handled(small, days=days, **fields)
    actions.publish(report_id=one.id, text="Đã dọn sạch.", actor=small.actor("operator"), at=now() - (days - 1) * DAY)
    return one


def overview(small, *, login="leader", code=PeriodCode.DAYS30, area=""):
    return leading.overview(actor=small.actor(login), code=code, area=area, at=now())


def behind(small, figure, *, login="leader", code=PeriodCode.DAYS30, area="", number=1, **only):
    return leading.list_behind(
        actor=small.actor(login), figure=figure, code=code, area=area, only=Narrowing(**only), at=now(), number=number
    )[2]


def test_joined_reports_count_once(small):
    first, second = filed(small, days=3), filed(small, days=2)
    actions.join(report_id=second.id, other_id=first.id, actor=small.actor("operator"), at=now())
    assert overview(small).figures.received.now == 1
    assert behind(small, FigureCode.RECEIVED).total == 1


def test_received_is_compared_with_the_period_before_and_a_year_ago(small):
    for days in (1, 2, 40, 366):
        filed(small, days=days)
    received = overview(small).figures.received
    assert (received.now, received.before, received.year_ago) == (2, 1, 1)
    assert received.on_before == 1.0


def test_in_time_counts_what_fell_due_and_says_late_for_what_is_not_done(small):
    handled(small, days=10)
    handled(small, days=11, took=9 * DAY)
    dispatched(small, days=12)
    found = overview(small)
    assert found.figures.due == 3
    assert found.figures.on_time.now == pytest.approx(1 / 3)
    assert behind(small, FigureCode.IN_TIME).total == 1
    assert behind(small, FigureCode.LATE).total == 2
    assert behind(small, FigureCode.DUE).total == 3


def test_what_is_refused_or_waits_for_the_reporter_is_not_judged(small):
    refused = filed(small, days=12)
    actions.refuse(report_id=refused.id, reason_code="not-clear", actor=small.actor("operator"), at=now() - 11 * DAY)
    waiting = dispatched(small, days=12)
    actions.accept(report_id=waiting.id, actor=small.actor("officer"), at=now() - 12 * DAY)
    actions.ask_reporter(
        report_id=waiting.id, question="Ở số nhà nào?", actor=small.actor("officer"), at=now() - 12 * DAY
    )
    found = overview(small)
    assert found.figures.due == 0
    assert found.figures.on_time.now is None
    assert found.backlog.overdue == 0
    assert found.backlog.open == 1


def test_a_deadline_that_has_not_come_is_not_counted(small):
    handled(small, days=0)
    assert Deadline.objects.get(step="handle").due_at > now()
    assert overview(small).figures.due == 0


def test_overdue_is_by_agency_with_the_longest(small):
    for days, lead in ((12, "west"), (20, "west"), (12, "east")):
        dispatched(small, days=days, lead=lead)
    filed(small, days=5)
    backlog = overview(small).backlog
    assert [(one.agency, one.count) for one in backlog.by_agency] == [
        ("UBND phường Ngô Quyền", 2), ("UBND phường Trần Phú", 1), ("", 1),
    ]  # fmt: skip
    assert backlog.overdue == backlog.open == 4
    assert backlog.by_agency[0].oldest > 10 * DAY
    west = small.organizations["west"].id
    assert behind(small, FigureCode.OVERDUE).total == 4
    assert behind(small, FigureCode.OVERDUE, agency_id=west).total == 2
    assert behind(small, FigureCode.OVERDUE, agency_id=0).total == 1


def test_the_middle_time_to_handle(small):
    for hours in (2, 4, 30):
        handled(small, days=10, took=timedelta(hours=hours))
    assert overview(small).figures.hours.now == pytest.approx(4, abs=0.01)
    assert behind(small, FigureCode.HANDLED).total == 3


def test_ratings_and_their_list(small):
    for number, value in enumerate(("satisfied", "satisfied", "acceptable", "not_satisfied")):
        one = published(small, days=8 + number)
        actions.rate(token=one.token, value=value, at=now() - DAY)
    found = overview(small).figures
    assert found.rated == 4
    assert found.content.now == pytest.approx(0.75)
    assert found.ratings == {"satisfied": 2, "acceptable": 1, "not_satisfied": 1}
    assert behind(small, FigureCode.RATED, rating="satisfied").total == 2
    assert found.done.now == behind(small, FigureCode.DONE).total == 3, "the one that was opened again is not done"


def test_an_area_narrows_everything_and_shows_the_province_beside(small):
    dispatched(small, days=12)
    dispatched(small, days=12, longitude=106.25, lead="east")
    found = overview(small, area="07213")
    assert found.figures.received.now == 1
    assert found.everywhere.received.now == 2
    assert [row.area.code for row in found.communes] == ["07213"]
    assert behind(small, FigureCode.RECEIVED, area="07213").total == 1
    assert overview(small, area="213").figures.received.now == 2


def test_communes_are_worst_first_and_those_with_nothing_due_last(small):
    dispatched(small, days=12)
    rows = overview(small).communes
    assert [(row.area.code, row.on_time, row.overdue) for row in rows] == [("07210", 0.0, 1), ("07213", None, 0)]
    shares = leading.commune_shares(actor=small.actor("leader"), code=PeriodCode.DAYS30, at=now())
    assert shares == {"07210": 0.0, "07213": None}


def test_hot_spots_need_five_of_a_kind_in_a_commune(small):
    for days in range(1, 6):
        filed(small, days=days)
    for days in range(1, 5):
        filed(small, days=days, category="waste")
    (spot,) = overview(small).hot_spots
    assert (spot.area.code, spot.category.code, spot.count) == ("07210", "officials", 5)
    assert behind(small, FigureCode.SPOT, area="07210", category="officials").total == 5


def test_categories_with_the_period_before(small):
    for days in (1, 2, 40):
        filed(small, days=days)
    (row,) = overview(small).categories
    assert (row.category.code, row.now, row.before, row.change) == ("officials", 2, 1, 1)
    assert behind(small, FigureCode.RECEIVED, category="environment").total == 0


def test_weekly_lines_end_with_this_week(small):
    filed(small, days=0)
    filed(small, days=14)
    weekly = overview(small).weekly
    assert len(weekly.received) == 12
    assert weekly.received[-1] == weekly.received[-3] == 1


def test_a_leader_of_a_part_sees_that_part_only(client, small):
    role = small.people["leader"].positions.get().role
    save("position", person=small.people["officer-east"], role=role, organization=small.organizations["east"],
         valid_from=SINCE)  # fmt: skip
    filed(small, days=1)
    filed(small, days=1, longitude=106.25)
    assert overview(small, login="officer-east").figures.received.now == 1
    client.force_login(small.people["officer-east"])
    assert client.get("/lead/?area=07210").status_code == 404
    assert client.get("/lead/reports/?figure=received&area=07210").status_code == 404
    assert client.get("/lead/values.json?area=07210").status_code == 404
    assert client.get("/lead/?area=07213").status_code == 200


@pytest.mark.parametrize("login", ["operator", "officer", "administrator"])
def test_others_are_not_let_in(client, small, login):
    client.force_login(small.people[login])
    for address in ("/lead/", "/lead/values.json", "/lead/reports/?figure=received"):
        assert client.get(address).status_code == 403, address


def test_the_pages_are_shown_empty_and_full(client, small):
    client.force_login(small.people["leader"])
    addresses = ["/lead/", "/lead/?period=year&area=213", "/lead/?period=nonsense", "/lead/values.json"]
    addresses += [f"/lead/reports/?figure={one}" for one in FigureCode]
    addresses += ["/lead/reports/?figure=overdue&agency=0", "/lead/reports/?figure=rated&rating=satisfied&page=x"]
    for full in (False, True):
        if full:
            published(small, days=9)
            dispatched(small, days=12)
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 200, address
            assert " style=" not in response.content.decode()
    assert client.get("/lead/reports/?figure=nonsense").status_code == 404


def test_matters_kept_from_view_show_no_title(client, small):
    one = filed(small, days=1, text="Ông Nguyễn Văn Kín nhận hối lộ ở chợ")
    Report.objects.filter(id=one.id).update(kind="denunciation")
    client.force_login(small.people["leader"])
    body = client.get("/lead/reports/?figure=received").content.decode()
    assert one.code in body
    assert "Văn Kín" not in body


def test_statements_are_fixed(small):
    actor = small.actor("leader")

    def cost(area=""):
        leading.overview(actor=actor, code=PeriodCode.YEAR, area=area, at=now())
        with CaptureQueriesContext(connection) as queries:
            leading.overview(actor=actor, code=PeriodCode.YEAR, area=area, at=now())
        return sum("kernel_referenceversion" not in one["sql"] for one in queries)

    published(small, days=9)
    few, few_area = cost(), cost("213")
    for number in range(12):
        published(small, days=9 + number)
        dispatched(small, days=12)
    assert (cost(), cost("213")) == (few, few_area)
    assert few <= 16


def test_the_list_pages_and_costs_two_statements(small):
    for _ in range(51):
        filed(small, days=1)
    assert behind(small, FigureCode.RECEIVED).has_next
    page = behind(small, FigureCode.RECEIVED, number=2)
    assert (len(page.rows), page.total, page.has_next) == (1, 51, False)
    actor = small.actor("leader")
    with CaptureQueriesContext(connection) as queries:
        leading.list_behind(actor=actor, figure=FigureCode.RECEIVED, code=PeriodCode.DAYS30, area="",
                            only=Narrowing(), at=now(), number=1)  # fmt: skip
    assert sum("kernel_referenceversion" not in one["sql"] for one in queries) == 2


def test_the_right_is_needed_in_the_query_too(small):
    with pytest.raises(Exception, match=r".") as error:
        overview(small, login="officer")
    assert error.value.code == "forbidden"
    assert rights.LEAD == "onscene.lead"
