"""Changes of units: four eyes where what is sealed would open further, who keeps open matters, and taking back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from ioc.kernel import rights
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Conflict, Forbidden, Invalid
from ioc.management.actions.area_changes import change_areas
from ioc.management.actions.area_consents import change_areas_or_ask
from ioc.management.actions.area_undoing import BuiltUpon, undo_areas
from ioc.management.actions.gaining import NeedsSecondPerson
from ioc.management.actions.records import delete_record, save_record
from ioc.management.actions.second_person import confirm_change, refuse_change
from ioc.management.models import (
    Area,
    AreaEvent,
    AreaLineage,
    Category,
    PendingChange,
    Person,
    Position,
    Role,
    RoutingRule,
)
from ioc.management.queries import loading, people
from ioc.management.queries.area_changes import AreaChange, plan_change
from ioc.management.queries.sealed_reach import reach_now
from ioc.management.rules.area_changes import After
from ioc.onscene.models import Report
from ioc.onscene.queries.desk.visible import visible_to
from tests.factories import PASSWORD, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db
MERGED = (After("07220", "Phường Bắc Giang", "Bắc Giang"),)
PARTS = (
    After("07211", "Phường Tây", "Tây", latitude=21.3, longitude=106.12, is_main=True),
    After("07212", "Phường Giữa", "Giữa", latitude=21.3, longitude=106.18),
)


@pytest.fixture
def two(small: SmallProvince) -> SmallProvince:
    """A second administrator of the whole province."""
    person = save("person", username="second", full_name="Người thứ hai", password=PASSWORD)
    save("position", person=person, role=Role.objects.get(code="administrator"),
         organization=small.organizations["ioc"], valid_from=SINCE)  # fmt: skip
    small.people["second"] = person
    return small


def opener(small: SmallProvince, area: Area, name: str = "Người mở") -> Person:
    """Somebody who opens sealed identities within `area`."""
    person: Person = save("person", username=f"opener-{area.code}", full_name=name)
    save("position", person=person, role=Role.objects.get(code="operating-lead"), area=area, valid_from=SINCE,
         organization=small.organizations["ioc"])  # fmt: skip
    return person


def change(kind: str, before: list[Area], after: tuple[After, ...], day: date | None = None, **more: Any) -> AreaChange:
    ids = tuple(row.pk for row in before)
    return AreaChange(kind, ids, after, day or local_date(now()), "Nghị quyết 99/NQ-UBTVQH15", **more)


def opens(person: Person, path: str) -> bool:
    actor = people.actor_for(person.pk, day=local_date(now()))
    return actor.reaches_place(rights.OPEN_IDENTITY, area_path=path, category_path="/")


# What is sealed


def test_a_merger_that_opens_more_waits_for_a_second_administrator(two):
    west, east = two.areas["07210"], two.areas["07213"]
    person = opener(two, west)
    merged, administrator = change("merged", [west, east], MERGED), two.actor("administrator")
    (gain,) = plan_change(merged, actor=administrator).gains
    assert (gain.holder.person, gain.units) == ("Người mở", (east.name,))
    with pytest.raises(NeedsSecondPerson):
        change_areas(change=merged, actor=administrator, at=now())
    waiting = change_areas_or_ask(change=merged, actor=administrator, at=now())
    assert isinstance(waiting, PendingChange)
    assert (waiting.rights, waiting.record_name) == (
        [rights.OPEN_IDENTITY], f"{west.name}, {east.name} → Phường Bắc Giang",
    )  # fmt: skip
    assert not Area.objects.filter(code="07220").exists()
    with pytest.raises(Conflict):
        change_areas_or_ask(change=merged, actor=two.actor("second"), at=now())
    with pytest.raises(Forbidden):
        confirm_change(change_id=waiting.id, actor=administrator, at=now())
    assert not opens(person, east.path)
    confirm_change(change_id=waiting.id, actor=two.actor("second"), at=now())
    assert Area.objects.get(code="07220").predecessors.count() == 2
    loading.drop()
    assert opens(person, east.path)


def test_a_refused_merger_changes_nothing(two):
    west, east = two.areas["07210"], two.areas["07213"]
    opener(two, west)
    asked = change_areas_or_ask(
        change=change("merged", [west, east], MERGED), actor=two.actor("administrator"), at=now()
    )
    refuse_change(change_id=asked.id, reason="chưa cần", actor=two.actor("second"), at=now())
    assert not AreaEvent.objects.exists()


def test_a_move_under_a_unit_whose_people_open_what_is_sealed_waits(two):
    west = two.areas["07210"]
    other = save("area", code="214", level="district", name="Huyện Khác", short_name="Khác",
                 parent=two.areas["24"], valid_from=SINCE)  # fmt: skip
    opener(two, other)
    moved = change("moved", [west], (After(west.code, west.name, west.short_name, other.pk),))
    assert isinstance(change_areas_or_ask(change=moved, actor=two.actor("administrator"), at=now()), PendingChange)


@pytest.mark.parametrize("kind", ["renamed", "split", "merged-uncarried", "nobody", "above"])
def test_what_opens_nothing_more_is_done_at_once(two, kind):
    west, east = two.areas["07210"], two.areas["07213"]
    if kind != "nobody":
        opener(two, two.areas["213"] if kind == "above" else west)
    asked = {
        "renamed": change("renamed", [west], (After("07210", "Phường Mới", "Mới"),)),
        "split": change("split", [west], PARTS),
        "merged-uncarried": change("merged", [west, east], MERGED, carry=False),
    }.get(kind, change("merged", [west, east], MERGED))
    before = reach_now().by
    made = change_areas_or_ask(change=asked, actor=two.actor("administrator"), at=now())
    assert not isinstance(made, PendingChange)
    old = {west.pk, east.pk}
    for found in reach_now().by.values():
        assert {one for one in found if one in old} <= set().union(*before.values())


def test_no_tie_or_correction_by_hand_goes_round_it(two):
    west, east, actor = two.areas["07210"], two.areas["07213"], two.actor("administrator")
    opener(two, west)
    fields = {"before": east, "after": west, "kind": "merged", "at": local_date(now())}
    save_record(kind="area", record_id=east.pk, fields={"valid_to": local_date(now())}, actor=actor, at=now())
    with pytest.raises(Invalid, match="Người mở"):
        save_record(kind="area_lineage", fields=fields, actor=actor, at=now())
    with pytest.raises(Invalid, match="Người mở"):
        save_record(kind="area", record_id=east.pk, fields={"parent": west}, actor=actor, at=now())
    other = save("area", code="07299", level="commune", name="Xã Khác", short_name="Khác", parent=two.areas["213"],
                 valid_from=SINCE)  # fmt: skip
    for after in (west, other):
        save("area_lineage", before=east, after=after, kind="split", at=local_date(now()))
    with pytest.raises(Invalid, match="Người mở"):  # what was half of it would be all of it
        delete_record(kind="area_lineage", record_id=AreaLineage.objects.get(after=other).pk, actor=actor, at=now())


# Open matters of a unit that was split


def test_matters_of_a_unit_that_was_split_stay_with_the_people_of_each_part(small):
    west, at = small.areas["07210"], now()
    report = Report.objects.get(id=small.file(at=at - timedelta(hours=2)).id)
    parts = change_areas(change=change("split", [west], PARTS), actor=SYSTEM, at=at)
    loading.drop()
    holders = {}
    for area in (*parts, small.areas["07213"]):
        person = save("person", username=f"ward-{area.code}", full_name=area.code)
        save("position", person=person, role=Role.objects.get(code="operating-lead"), area=area, valid_from=SINCE,
             organization=small.organizations["west"])  # fmt: skip
        holders[area.code] = people.actor_for(person.pk, day=local_date(at))
    seen = {code: visible_to(actor).filter(pk=report.pk).exists() for code, actor in holders.items()}
    assert seen == {"07211": True, "07212": True, "07213": False}
    told = people.people_with(rights.TRIAGE, organization_id=small.organizations["west"].pk, day=local_date(at),
                              area_path=west.path)  # fmt: skip
    assert {one.full_name for one in told} >= {"07211", "07212"}
    assert "07213" not in {one.full_name for one in told}
    place = {"area_path": west.path, "category_path": "/"}
    assert not any(actor.reaches_place(rights.OPEN_IDENTITY, **place) for actor in holders.values())


# Taking back


def state() -> dict[str, list[Any]]:
    tables: tuple[Any, ...] = (Area, AreaLineage, Position, RoutingRule)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in tables}


@pytest.mark.parametrize("kind", ["merged", "split", "renamed", "moved", "district"])
def test_each_kind_is_undone_to_the_last_row(small, kind):
    west, east = small.areas["07210"], small.areas["07213"]
    save("routing_rule", category=Category.objects.get(code="waste"), area=west, valid_from=SINCE,
         lead=small.organizations["waste-company"], cooperating=[small.organizations["west"]])  # fmt: skip
    opener(small, west)
    other = save("area", code="214", level="district", name="Huyện Khác", short_name="Khác",
                 parent=small.areas["24"], valid_from=SINCE)  # fmt: skip
    asked = {
        "merged": change("merged", [west, east], MERGED),
        "split": change("split", [west], PARTS),
        "renamed": change("renamed", [west], (After("07210", "Phường Mới", "Mới"),)),
        "moved": change("moved", [west], (After(west.code, west.name, west.short_name, other.pk),)),
        "district": change("renamed", [small.areas["213"]], (After("213", "Thành phố Mới", "Mới"),)),
    }[kind]
    before = state()
    change_areas(change=asked, actor=SYSTEM, at=now())
    assert state() != before
    undo_areas(event_id=AreaEvent.objects.get().pk, actor=small.actor("administrator"), at=now())
    assert state() == before
    small.organizations["west"].refresh_from_db()
    assert small.organizations["west"].area == west
    with pytest.raises(BuiltUpon):
        undo_areas(event_id=AreaEvent.objects.get().pk, actor=SYSTEM, at=now())


@pytest.mark.parametrize("built", ["report", "later", "changed", "position"])
def test_what_was_built_upon_stays_and_says_why(small, built):
    west, at = small.areas["07210"], now()
    renamed = change("renamed", [west], (After("07210", "Phường Mới", "Mới"),), day=local_date(at) - timedelta(days=3))
    (made,) = change_areas(change=renamed, actor=SYSTEM, at=at)
    loading.drop()
    if built == "report":
        small.file(at=at)
    elif built == "later":
        change_areas(change=change("split", [made], PARTS), actor=SYSTEM, at=at)
    elif built == "changed":
        save_record(kind="area", record_id=made.pk, fields={"name": "Phường Khác"}, actor=SYSTEM, at=at)
    else:
        opener(small, made)
    before = state()
    with pytest.raises(BuiltUpon) as refused:
        undo_areas(event_id=AreaEvent.objects.order_by("id")[0].pk, actor=SYSTEM, at=at)
    assert str(refused.value.message) != str(BuiltUpon.message)
    assert state() == before


def test_undoing_is_an_administrators_and_opens_nothing_further(two):
    west, city = two.areas["07210"], two.areas["213"]
    other = save("area", code="214", level="district", name="Huyện Khác", short_name="Khác",
                 parent=two.areas["24"], valid_from=SINCE)  # fmt: skip
    moved = change("moved", [west], (After(west.code, west.name, west.short_name, other.pk),))
    change_areas(change=moved, actor=SYSTEM, at=now())
    opener(two, city)
    event = AreaEvent.objects.get()
    with pytest.raises(Forbidden):
        undo_areas(event_id=event.pk, actor=two.actor("operator"), at=now())
    with pytest.raises(Invalid, match="Người mở"):
        undo_areas(event_id=event.pk, actor=two.actor("administrator"), at=now())


# Screens


def test_a_change_is_made_and_undone_on_the_screen(client: Client, two: SmallProvince):
    client.force_login(two.people["administrator"])
    west = two.areas["07210"]
    fields = {"kind": "renamed", "level": "commune", "units": west.pk, "day": f"{local_date(now()):%Y-%m-%d}",
              "legal_basis": "NQ 1", "name_0": "Phường Mới", "code_0": "07210", "form_key": "k1"}  # fmt: skip
    answer = client.post("/manage/areas/change/now/", fields)
    assert answer.status_code == 302
    event = AreaEvent.objects.get()
    assert f"/manage/areas/change/{event.pk}/undo/" in client.get("/manage/areas/change/").content.decode()
    assert client.post(f"/manage/areas/change/{event.pk}/undo/", {"form_key": "k2"}).status_code == 302
    assert Area.objects.get(code="07210").valid_to is None
    opener(two, west)
    merged = fields | {"kind": "merged", "units": [west.pk, two.areas["07213"].pk], "name_0": "Phường Bắc Giang",
                       "code_0": "07220", "carry": "on", "form_key": "k3"}  # fmt: skip
    shown = client.get("/manage/areas/change/", merged).content.decode()
    assert "Người mở" in shown
    answer = client.post("/manage/areas/change/now/", merged)
    waiting = PendingChange.objects.get()
    assert answer["Location"].endswith(f"/manage/pending/{waiting.id}/")
    client.force_login(two.people["second"])
    page = client.get(f"/manage/pending/{waiting.id}/").content.decode()
    assert "Người mở" in page
    assert "Phường Bắc Giang" in page
    assert client.post(f"/manage/pending/{waiting.id}/confirm/", {"form_key": "k4"}).status_code == 302
    assert Area.objects.filter(code="07220").exists()
