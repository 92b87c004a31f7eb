"""Telling somebody outside something that is not about a report, and forgetting addresses that have served."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ioc.kernel.personal_data import Text
from ioc.kernel.sealing import seal
from ioc.notices.actions.telling import Message, notices_to_address, tell
from ioc.notices.models import Notice, NoticeState


def tell_outside(
    *,
    event_id: UUID,
    recipient: str,
    phone_sealed: bytes,
    email_sealed: bytes,
    subject: str,
    body: str,
    at: datetime,
    link: str = "",
    secret: str = "",
) -> None:
    """Queue a message to a sealed contact; `secret` ends the link and is forgotten once it was sent."""
    message = Message(event_id=event_id, subject=subject, body=body, link=link)
    notices = notices_to_address(
        message, recipient=recipient, email_sealed=email_sealed, phone_sealed=phone_sealed, at=at
    )
    for notice in notices:
        notice.secret_sealed = seal(secret)
    tell(notices)


def forget_addresses(*, recipients: Collection[str]) -> int:
    """Wipe the address, the words and the secret of every notice to `recipients`; how many.

    Words quote the matter's title and answers, which may say who somebody is.
    """
    rows = Notice.objects.filter(recipient__in=recipients)
    return rows.update(address_sealed=b"", secret_sealed=b"", subject="", body="", link="", state=NoticeState.SENT)


class SentAddresses:
    """Addresses of messages to people outside that were sent: a kind of data that a rule of retention may name."""

    label: Text = _("Addresses of messages that were sent")
    since: Text = _("the message was sent")
    deed: Text = _("the address and the words are wiped")

    def due(self, before: datetime) -> int:
        """How many messages sent before `before` still hold an address."""
        return self._rows(before).count()

    def carry_out(self, before: datetime, *, at: datetime, most: int) -> int:
        """Wipe at most `most` of them."""
        chosen = list(self._rows(before).order_by("created_at").values_list("id", flat=True)[:most])
        return Notice.objects.filter(id__in=chosen).update(address_sealed=b"", subject="", body="", link="")

    def _rows(self, before: datetime) -> QuerySet[Notice]:
        return Notice.objects.filter(person=None, sent_at__lt=before).exclude(address_sealed=b"")
