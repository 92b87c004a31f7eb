"""Writing notices: rows in the caller's transaction, delivered soon after it commits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ioc.kernel.coalesce import coalescer
from ioc.kernel.live import announce
from ioc.management.models import Person
from ioc.notices.models import Notice, NoticeChannel, NoticeState

WAKE_WITHIN: Final = 0.5
"""Seconds in which the notices of a burst are delivered together."""


@dataclass(frozen=True, slots=True)
class Message:
    """What to say about an event, and where to read on (a path of ours)."""

    event_id: UUID
    subject: str
    body: str
    link: str = ""


def notices_to_address(
    message: Message, *, recipient: str, email_sealed: bytes, phone_sealed: bytes, at: datetime
) -> list[Notice]:
    """A notice to somebody outside, by e-mail where there is one, else by SMS; not yet written."""
    if not email_sealed and not phone_sealed:
        return []
    channel = NoticeChannel.EMAIL if email_sealed else NoticeChannel.SMS
    notice = notice_of(message, recipient=recipient, channel=channel, at=at)
    notice.address_sealed = email_sealed or phone_sealed
    return [notice]


def tell(notices: Sequence[Notice]) -> None:
    """Write notices, once each for event and recipient, and have them delivered soon."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    deliver_soon()


def tell_people(message: Message, *, people: Iterable[Person], at: datetime) -> None:
    """Put the message into each person's inbox, and send it by e-mail to those who have an address."""
    notices: list[Notice] = []
    for person in people:
        inbox = notice_of(message, recipient=str(person.id), channel=NoticeChannel.INBOX, at=at)
        inbox.person = person
        inbox.state, inbox.sent_at = NoticeState.SENT, at
        notices.append(inbox)
        if person.email:
            mail = notice_of(message, recipient=str(person.id), channel=NoticeChannel.EMAIL, at=at)
            mail.person = person
            notices.append(mail)
    tell(notices)
    announce(*{f"inbox.{notice.recipient}" for notice in notices})


def notice_of(message: Message, *, recipient: str, channel: str, at: datetime) -> Notice:
    """A notice of `message` by `channel`, to be sent at once; not yet written."""
    return Notice(
        event_id=message.event_id,
        recipient=recipient,
        channel=channel,
        subject=message.subject[:200],
        body=message.body,
        link=message.link,
        created_at=at,
        next_try_at=at,
    )


def deliver_soon() -> None:
    """Have what is queued delivered once the present transaction has committed."""
    coalescer.after_commit("notices.deliver", _defer_delivery, within=WAKE_WITHIN)


def _defer_delivery() -> None:
    """Wake the worker; a job that already waits is enough for all that is queued by then."""
    try:
        app.configure_task("notices.deliver", queueing_lock="notices.deliver").defer()
    except AlreadyEnqueued:
        return
