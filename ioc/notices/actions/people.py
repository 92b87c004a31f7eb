"""What the management room has people told: invitations, and that somebody is a deputy now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ioc.kernel.ids import new_id
from ioc.kernel.sealing import seal
from ioc.management.actions.invitations import Letter
from ioc.notices.actions.telling import Message, notice_of, tell, tell_people
from ioc.notices.models import Notice, NoticeChannel


def send_letters(*, letters: Sequence[Letter], at: datetime) -> None:
    """Queue each invitation: by e-mail where the person has one, else by SMS."""
    tell([_notice(letter, at) for letter in letters])


def _notice(letter: Letter, at: datetime) -> Notice:
    message = Message(letter.event_id, letter.subject, letter.body, letter.address)
    channel = NoticeChannel.EMAIL if letter.person.email else NoticeChannel.SMS
    notice = notice_of(message, recipient=str(letter.person.pk), channel=channel, at=at)
    notice.person, notice.secret_sealed = letter.person, seal(letter.secret)
    if channel == NoticeChannel.SMS:
        notice.address_sealed = seal(letter.person.phone)
    return notice


def tell_deputy(*, leave: Any, at: datetime) -> None:
    """Tell a deputy whom they stand in for, and when."""
    with translation.override(leave.deputy.language):
        words = {
            "name": leave.person.full_name,
            "from": f"{leave.valid_from:%d/%m/%Y}",
            "to": f"{leave.valid_to - timedelta(days=1):%d/%m/%Y}",
        }
        message = Message(
            event_id=new_id(),
            subject=_("You stand in for %(name)s") % words,
            body=_("%(name)s is away from %(from)s to %(to)s. In these days you act with their rights too.") % words,
            link="/accounts/me/",
        )
    tell_people(message, people=[leave.deputy], at=at)
