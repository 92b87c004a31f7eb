"""Sending notices: e-mail, SMS by folder and by gateway, tries again, side by side."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.db import connection

from ioc.kernel.ids import new_id
from ioc.kernel.sealed_ways import OpenWay, require_sealed
from ioc.kernel.sealing import seal
from ioc.notices.actions import Message, deliver_due, tell_people
from ioc.notices.actions.delivering import MOST_ATTEMPTS
from ioc.notices.actions.telling import notices_to_address, tell
from ioc.notices.models import Notice
from ioc.notices.queries.outside import carriers
from tests.factories import MONDAY_9AM, SmallProvince

pytestmark = pytest.mark.django_db
AT = MONDAY_9AM


class Gateway(HTTPServer):
    """A real SMS gateway on this machine: takes JSON, answers with `status`, may be slow."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.received: list[dict[str, str]] = []
        self.gate = threading.Event()
        self.gate.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/send"


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.gate.wait(5)
        if self.server.status == 200:
            self.server.received.append(body)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    """The gateway, running, and named in the settings."""
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    settings.SMS_GATEWAY_URL = server.url
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _queue(*, email: str = "", phone: str = "0912345678") -> Notice:
    message = Message(event_id=new_id(), subject="Phản ánh BG-1", body="Đã nhận.", link="/citizen/r/abc/")
    (notice,) = notices_to_address(
        message, recipient="reporter:1", email_sealed=seal(email), phone_sealed=seal(phone), at=AT
    )
    tell([notice])
    return notice


def _now(notice: Notice) -> Notice:
    return Notice.objects.get(id=notice.id)


def test_email_where_there_is_one(settings):
    notice = _queue(email="dan@example.vn")
    assert deliver_due(at=AT) == 1
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["dan@example.vn"], "Phản ánh BG-1")
    assert sent.body == f"Đã nhận.\n\n{settings.ORIGIN}/citizen/r/abc/"
    assert (_now(notice).state, _now(notice).attempts) == ("sent", 1)
    assert deliver_due(at=AT) == 0, "what was sent is not sent again"


def test_sms_goes_to_the_outbox_folder_without_a_gateway(settings, tmp_path):
    settings.OUTBOX_ROOT = tmp_path
    notice = _queue()
    deliver_due(at=AT)
    text = (tmp_path / "sms" / f"{notice.id}.txt").read_text()
    assert text == f"0912345678\nĐã nhận. {settings.ORIGIN}/citizen/r/abc/\n"
    assert _now(notice).state == "sent"


def test_sms_goes_to_the_gateway_where_there_is_one(gateway, settings):
    notice = _queue()
    deliver_due(at=AT)
    assert gateway.received == [{"to": "0912345678", "text": f"Đã nhận. {settings.ORIGIN}/citizen/r/abc/"}]
    assert _now(notice).state == "sent"


def test_nobody_to_tell_is_nothing_to_send():
    message = Message(event_id=new_id(), subject="x", body="y")
    assert notices_to_address(message, recipient="reporter:1", email_sealed=b"", phone_sealed=b"", at=AT) == []


def test_the_address_is_sealed_in_the_table():
    notice = _queue(phone="0987654321")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(n)::text, address_sealed FROM notices_notice n WHERE id = %s", [notice.id])
        text, sealed = cursor.fetchone()
    assert "0987654321" not in text
    assert b"0987654321" not in bytes(sealed)


def test_a_failure_waits_twice_as_long_each_time_and_then_goes_out(gateway):
    notice, at = _queue(), AT
    gateway.status = 500
    for attempt in range(1, 4):
        assert deliver_due(at=at) == 1
        failed = _now(notice)
        assert (failed.state, failed.attempts) == ("queued", attempt)
        assert "500" in failed.error
        assert failed.next_try_at - at == timedelta(seconds=30) * 2 ** (attempt - 1)
        assert deliver_due(at=failed.next_try_at - timedelta(seconds=1)) == 0
        at = failed.next_try_at
    gateway.status = 200
    assert deliver_due(at=at) == 1
    assert (_now(notice).state, _now(notice).error, len(gateway.received)) == ("sent", "", 1)


def test_after_eight_attempts_it_is_marked_failed(gateway):
    notice, at = _queue(), AT
    gateway.status = 503
    for _ in range(MOST_ATTEMPTS):
        assert deliver_due(at=at) == 1
        at = _now(notice).next_try_at
    assert (_now(notice).state, _now(notice).attempts) == ("failed", 8)
    assert deliver_due(at=at + timedelta(days=30)) == 0


def test_a_gateway_that_is_not_there_is_a_failure_like_any_other(settings):
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:9/send"
    notice = _queue()
    assert deliver_due(at=AT) == 1
    assert (_now(notice).state, "ConnectError" in _now(notice).error) == ("queued", True)


def test_nothing_goes_to_a_gateway_elsewhere_without_encryption(settings):
    settings.SMS_GATEWAY_URL = "http://sms.example.invalid/send"
    notice = _queue()
    assert deliver_due(at=AT) == 1
    assert (_now(notice).state, "https is needed" in _now(notice).error) == ("queued", True)
    (gateway,) = (one for one in carriers() if "sms.example.invalid" in one.address)
    with pytest.raises(OpenWay):
        gateway.probe()
    require_sealed("https://sms.example.invalid/send")
    require_sealed("http://127.0.0.1:9/send")


@pytest.mark.parametrize("address", [b"not sealed by any key of ours", b"\x00\xff"])
def test_a_message_that_cannot_be_opened_holds_up_no_other(address):
    damaged = _queue(email="a@example.vn")
    Notice.objects.filter(id=damaged.id).update(address_sealed=address)
    _queue(email="b@example.vn")
    assert deliver_due(at=AT) == 2
    assert [sent.to for sent in mail.outbox] == [["b@example.vn"]]
    assert _now(damaged).error


def test_an_address_of_a_gateway_that_is_none_holds_up_no_email(settings):
    settings.SMS_GATEWAY_URL = "http://[nonsense"
    _queue()
    _queue(email="b@example.vn")
    deliver_due(at=AT)
    assert len(mail.outbox) == 1


def test_at_most_so_many_in_one_go():
    for _ in range(3):
        _queue(email="a@example.vn")
    assert deliver_due(at=AT, most=2) == 2
    assert len(mail.outbox) == 2


def test_staff_get_it_once_in_the_inbox_and_once_by_email(small: SmallProvince):
    person = small.people["officer"]
    person.email = "officer@example.vn"
    message = Message(event_id=new_id(), subject="x", body="y", link="/officer/1/")
    for _ in range(3):
        tell_people(message, people=[person, person], at=AT)
    rows = Notice.objects.filter(event_id=message.event_id).values_list("channel", "state").order_by("channel")
    assert list(rows) == [("email", "queued"), ("inbox", "sent")]


def test_one_notice_for_an_event_and_a_recipient():
    message = Message(event_id=new_id(), subject="x", body="y")
    for _ in range(3):
        tell(notices_to_address(message, recipient="r", email_sealed=b"", phone_sealed=seal("0912345678"), at=AT))
    assert Notice.objects.filter(event_id=message.event_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_take_different_notices(gateway):
    for number in range(6):
        _queue(phone=f"091234567{number}")
    gateway.gate.clear()

    def work() -> None:
        try:
            deliver_due(at=AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    gateway.gate.set()
    for thread in threads:
        thread.join(20)
    assert sorted(one["to"] for one in gateway.received) == [f"091234567{number}" for number in range(6)]
    assert set(Notice.objects.values_list("state", "attempts")) == {("sent", 1)}
