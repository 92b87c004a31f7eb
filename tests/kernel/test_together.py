"""Rows written in one statement are the rows that saving would write."""

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from ioc.kernel.ids import new_id
from ioc.kernel.together import insert_many, insert_together
from ioc.management.models import Person
from ioc.onscene.models import Report, ReportEvent
from tests.factories import MONDAY_9AM, SmallProvince

pytestmark = pytest.mark.django_db


def copy_of(report: Report, code: str) -> Report:
    copied = Report.objects.get(id=report.id)
    copied.id, copied.code, copied.token = new_id(), code, code
    copied.text = 'Chữ có dấu, "ngoặc", \\ gạch chéo\nvà xuống dòng 😀'
    return copied


def test_one_statement_writes_what_saving_writes(small: SmallProvince) -> None:
    report = Report.objects.get(id=small.file().id)
    together, saved = copy_of(report, "one"), copy_of(report, "two")
    insert_together(together)
    saved.save(force_insert=True)
    left, right = (model_to_dict(Report.objects.get(code=code)) for code in ("one", "two"))
    for values in (left, right):
        values.pop("code"), values.pop("token")
    assert left == right


def test_all_or_none(small: SmallProvince) -> None:
    report = Report.objects.get(id=small.file().id)
    event = ReportEvent(id=new_id(), report=report, at=MONDAY_9AM, verb="filed", actor_kind="public")
    clash = copy_of(report, "three")
    clash.code = report.code
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together(clash, event)
    assert not ReportEvent.objects.filter(id=event.id).exists()


def test_what_the_database_makes_itself_is_left_to_it(small: SmallProvince) -> None:
    made = Person(username="moi", full_name="Đặng Thị Mới", password="!")
    insert_many([made])
    assert "dang thi moi" in Person.objects.get(username="moi").words
