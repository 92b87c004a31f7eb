"""Sending what is queued, a few notices a transaction.

A crash between a gateway's answer and our commit can send those few twice; none is ever lost.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from ioc.kernel.clock import now
from ioc.kernel.sealed_ways import require_sealed
from ioc.kernel.sealing import unseal
from ioc.notices.models import Notice, NoticeChannel, NoticeState

MOST_ATTEMPTS: Final = 8
BATCH: Final = 20
_FIRST_WAIT: Final = timedelta(seconds=30)
_GATEWAY_TIMEOUT: Final = 10.0


def deliver_due(*, at: datetime, most: int = 500) -> int:
    """Send queued notices whose time has come, at most `most`; how many were tried.

    Workers side by side take different rows. A failure waits twice as long each time; after `MOST_ATTEMPTS` the
    notice is marked failed and shown in the system's health.
    """
    tried = 0
    while tried < most:
        done = _deliver_batch(at, most=min(BATCH, most - tried))
        if not done:
            break
        tried += done
    return tried


def _deliver_batch(at: datetime, *, most: int) -> int:
    with transaction.atomic():
        notices = list(
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("person")
            .filter(state=NoticeState.QUEUED, next_try_at__lte=at)
            .order_by("next_try_at")[:most]
        )
        for notice in notices:
            _try(notice, at)
        Notice.objects.bulk_update(notices, ["attempts", "state", "sent_at", "error", "next_try_at", "secret_sealed"])
    return len(notices)


def _try(notice: Notice, at: datetime) -> None:
    notice.attempts += 1
    try:
        _send(notice)
    except Exception as error:
        # Whatever is wrong with one message (a key that was lost, a damaged address) must not hold up the others.
        _note_failure(notice, error, at)
    else:
        notice.state, notice.sent_at, notice.error = NoticeState.SENT, now(), ""
        notice.secret_sealed = b""


def _note_failure(notice: Notice, error: Exception, at: datetime) -> None:
    notice.error = f"{type(error).__name__}: {error}"[:300]
    notice.next_try_at = at + _FIRST_WAIT * 2 ** (notice.attempts - 1)
    if notice.attempts >= MOST_ATTEMPTS:
        notice.state, notice.secret_sealed = NoticeState.FAILED, b""


def _send(notice: Notice) -> None:
    if notice.channel == NoticeChannel.EMAIL:
        address = notice.person.email if notice.person else unseal(notice.address_sealed)
        link = f"\n\n{_address(notice)}" if notice.link else ""
        send_mail(notice.subject, notice.body + link, None, [address])
    elif notice.channel == NoticeChannel.SMS:
        _send_sms(to=unseal(notice.address_sealed), notice=notice)


def _address(notice: Notice) -> str:
    """Where to read on; a secret at its end is known only while it is being sent."""
    secret = unseal(notice.secret_sealed)
    return f"{settings.ORIGIN}{notice.link}{secret}{'/' if secret else ''}"


def _send_sms(*, to: str, notice: Notice) -> None:
    text = f"{notice.body} {_address(notice)}".strip()
    if settings.SMS_GATEWAY_URL:
        require_sealed(settings.SMS_GATEWAY_URL)
        answer = httpx.post(settings.SMS_GATEWAY_URL, json={"to": to, "text": text}, timeout=_GATEWAY_TIMEOUT)
        answer.raise_for_status()
        return
    folder = Path(settings.OUTBOX_ROOT) / "sms"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / f"{notice.id}.txt").write_text(f"{to}\n{text}\n")
