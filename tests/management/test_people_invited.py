"""Invited, and in: the link, the first password, what becomes of old links, and who may send them."""

import contextlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ioc.kernel.clock import now
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.management.actions import invitations
from ioc.management.actions.access import reset_password, suspend_person
from ioc.management.actions.people_adding import add_person
from ioc.management.actions.people_import import take_rows
from ioc.management.actions.records import save_record
from ioc.management.models import AuditEntry, Invitation, InvitationState, Person, Role
from ioc.notices.actions import deliver_due
from ioc.notices.models import Notice
from tests.factories import PASSWORD, SmallProvince

pytestmark = pytest.mark.django_db
WAY_IN = re.compile(r"http://127\.0\.0\.1:8000(/accounts/join/([\w-]+)/)")


def added(small: SmallProvince, login: str = "administrator", **fields: object) -> Person:
    given = {
        "full_name": "Trần Thị Hà", "email": "ha@phuong.vn", "organization": small.organizations["west"],
        "role": Role.objects.get(code="officer"),
    }  # fmt: skip
    return add_person(fields=given | fields, actor=small.actor(login), at=now())


def link() -> str:
    """The address in the letter that goes out last."""
    deliver_due(at=now() + timedelta(seconds=1))
    found = WAY_IN.search(str(mail.outbox[-1].body))
    assert found
    return found.group(1)


def test_from_the_letter_to_work(small: SmallProvince) -> None:
    person = added(small)
    assert person.username == "ha"
    assert not person.has_usable_password()
    address = link()
    client = Client()
    page = client.get(address).content.decode()
    assert "Trần Thị Hà" in page
    assert "UBND phường Ngô Quyền" in page
    assert client.post(address, {"password": "short", "again": "short"}).status_code == 422
    assert client.post(address, {"password": PASSWORD, "again": "another"}).status_code == 422
    answer = client.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/officer/").status_code == 200
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert person.last_login is not None
    assert AuditEntry.objects.filter(verb="invitation_accepted", record_id=str(person.pk), person_id=person.pk).exists()
    again = Client().get(address)
    assert again.status_code == 410
    assert Client().post(address, {"password": "mot-mat-khau-khac-2027", "again": "x"}).status_code == 410


def test_a_role_that_asks_for_it_leads_on_to_the_second_factor(small: SmallProvince) -> None:
    Role.objects.filter(code="officer").update(requires_second_factor=True)
    added(small)
    client = Client()
    client.post(link(), {"password": PASSWORD, "again": PASSWORD})
    answer = client.get("/officer/")
    assert answer.status_code == 302
    assert "/accounts/" in answer["Location"]
    assert client.get(answer["Location"], follow=True).status_code == 200


def test_the_secret_is_kept_nowhere_in_the_clear(small: SmallProvince) -> None:
    added(small)
    notice = Notice.objects.get(link="/accounts/join/")
    assert notice.secret_sealed
    secret = WAY_IN.search(f"http://127.0.0.1:8000{link()}")
    assert secret
    notice.refresh_from_db()
    assert not notice.secret_sealed
    row = Invitation.objects.get()
    assert secret.group(2) not in f"{notice.link} {notice.body} {bytes(row.digest).hex()}"


def test_sent_again_the_earlier_link_is_worthless(small: SmallProvince) -> None:
    person = added(small)
    first = link()
    invitations.invite(person_id=person.pk, actor=small.actor("administrator"), at=now())
    second = link()
    assert first != second
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert Invitation.objects.get().times_sent == 2


def test_withdrawn_expired_and_suspended(small: SmallProvince) -> None:
    person, admin = added(small), small.actor("administrator")
    address = link()
    row = Invitation.objects.get()
    assert row.state(now()) is InvitationState.WAITING
    assert row.state(now() + invitations.VALID_FOR) is InvitationState.EXPIRED
    token = address.rstrip("/").rsplit("/", 1)[1]
    late = now() + invitations.VALID_FOR
    with pytest.raises(invitations.InvitationOver):
        invitations.accept_invitation(token=token, password=PASSWORD, at=late)
    suspend_person(person_id=person.pk, actor=admin, at=now(), reason="x")
    assert Client().get(address).status_code == 410
    Person.objects.filter(pk=person.pk).update(is_active=True)
    invitations.revoke_invitation(person_id=person.pk, actor=admin, at=now())
    assert Client().get(address).status_code == 410
    assert Client().get("/accounts/join/never-was/").status_code == 404
    with pytest.raises(NotFound):
        invitations.accept_invitation(token="never-was", password=PASSWORD, at=now())


def test_by_sms_where_there_is_no_e_mail(small: SmallProvince, settings, tmp_path) -> None:
    settings.OUTBOX_ROOT = tmp_path
    added(small, email="", phone="0912345678")
    deliver_due(at=now() + timedelta(seconds=1))
    (sent,) = (tmp_path / "sms").iterdir()
    assert sent.read_text().startswith("0912345678\n")
    assert WAY_IN.search(sent.read_text())


def test_nobody_is_invited_who_cannot_be(small: SmallProvince) -> None:
    admin = small.actor("administrator")
    with pytest.raises(Conflict):
        invitations.invite(person_id=small.people["officer"].pk, actor=admin, at=now())
    person = added(small, password=PASSWORD, email="")
    assert not Invitation.objects.exists()
    person.set_unusable_password()
    person.save()
    with pytest.raises(Invalid):
        invitations.invite(person_id=person.pk, actor=admin, at=now())
    with pytest.raises(NotFound):
        invitations.invite(person_id=Invitation().pk, actor=admin, at=now())
    for login in ("officer", "operator", "leader"):
        with pytest.raises(Forbidden):
            invitations.invite(person_id=person.pk, actor=small.actor(login), at=now())


def test_the_form_and_the_page(client: Client, small: SmallProvince) -> None:
    client.force_login(small.people["administrator"])
    role = Role.objects.get(code="officer")
    sent = {
        "full_name": "Trần Thị Hà", "language": "vi", "email": "ha@phuong.vn", "phone": "",
        "organization": small.organizations["west"].pk, "role": role.pk, "form_key": "once",
    }  # fmt: skip
    assert "role" in client.post("/manage/people/add/", sent | {"role": ""}).context["form"].errors
    assert "email" in client.post("/manage/people/add/", sent | {"email": ""}).context["form"].errors
    answers = [client.post("/manage/people/add/", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    person = Person.objects.get(email="ha@phuong.vn")
    address = f"/manage/people/{person.pk}/"
    assert answers[0]["Location"] == address
    page = client.get(address)
    assert page.context["found"].invitation_state is InvitationState.WAITING
    client.post(f"{address}invite/", {"form_key": "a"})
    assert Invitation.objects.get().times_sent == 2
    client.post(f"{address}invite/withdraw/", {"form_key": "b"})
    assert client.get(address).context["found"].invitation_state is InvitationState.REVOKED
    assert client.get("/manage/people/?q=tran thi ha").status_code == 200


def test_a_password_given_another_way_ends_the_link(small: SmallProvince) -> None:
    person = added(small)
    address = link()
    reset_password(person_id=person.pk, password=PASSWORD, actor=small.actor("administrator"), at=now())
    other = "mot-mat-khau-cua-nguoi-la-2027"
    assert Client().get(address).status_code == 410
    assert Client().post(address, {"password": other, "again": other}).status_code == 410
    with pytest.raises(invitations.InvitationOver):
        invitations.accept_invitation(token=address.split("/")[-2], password=other, at=now())
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize("how", ["form", "file"])
def test_a_link_that_went_to_the_wrong_address_is_worthless_once_that_is_mended(small: SmallProvince, how: str) -> None:
    person = added(small, email="nham@noi-khac.vn")
    address = link()
    by: dict[str, Any] = {"actor": small.actor("administrator"), "at": now()}
    if how == "form":
        save_record(kind="person", record_id=person.pk, fields={"phone": "0912000111"}, **by)
        assert Client().get(address).status_code == 200  # it went by e-mail: the phone is no matter
        save_record(kind="person", record_id=person.pk, fields={"email": "ha@phuong.vn"}, **by)
    else:
        row = {"full_name": "Trần Thị Hà", "login": person.username, "email": "ha@phuong.vn", "organization": "west",
               "role": "officer"}  # fmt: skip
        assert take_rows(rows=[(2, row)], send_out=False, **by).changed == 1
    assert Client().get(address).status_code == 410
    invitations.invite(person_id=person.pk, **by)
    assert Client().get(link()).status_code == 200


def test_accepting_and_sending_again_take_hold_in_one_order(small: SmallProvince) -> None:
    """The person first, then the invitation: at the same moment one waits for the other, and neither for ever."""
    person = added(small)
    token = link().split("/")[-2]
    held = []
    for deed in (
        lambda: invitations.invite(person_id=person.pk, actor=small.actor("administrator"), at=now()),
        lambda: invitations.accept_invitation(token=token, password=PASSWORD, at=now()),
    ):
        with CaptureQueriesContext(connection) as queries, contextlib.suppress(NotFound), transaction.atomic():
            deed()
            transaction.set_rollback(True)
        locks = [one["sql"] for one in queries if "FOR UPDATE" in one["sql"]]
        held.append([sql.partition('FROM "')[2].partition('"')[0] for sql in locks])
    assert held == [["management_person", "management_invitation"]] * 2
