"""What the person outside is told of each step of a request about the own data."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from django.utils import translation
from django.utils.translation import gettext as _

from ioc.kernel import events
from ioc.kernel.clock import local_date
from ioc.management.models import DataRequest

TOLD: Final = "data_request.told"
"""Event: tell somebody outside. `recipient`, `phone_sealed`, `email_sealed`, `subject`, `body`, `link`, `secret`,
`event_id`, `at`."""


def tell_person(request: DataRequest, words: Callable[[DataRequest], str], at: datetime, *, secret: str = "") -> None:
    """Send the person the step's words; the first ones carry the link, and are the only ones that can."""
    with translation.override(request.language):
        events.publish(
            TOLD,
            event_id=uuid5(NAMESPACE_URL, f"data-request/{request.pk}/{request.state}/{at.isoformat()}"),
            recipient=f"data-request:{request.pk}",
            phone_sealed=bytes(request.phone_sealed),
            email_sealed=bytes(request.email_sealed),
            subject=_("Request %(code)s about your data") % {"code": request.code},
            body=words(request),
            link="/citizen/data/" if secret else "",
            secret=secret,
            at=at,
        )


def asked_words(request: DataRequest) -> str:
    """We have it; please confirm."""
    facts = {"code": request.code, "day": f"{local_date(request.answer_by):%d/%m/%Y}"}
    return (
        _(
            "We received request %(code)s about your data. Open the link to confirm that it was you; it also shows how"
            " far we are. You get an answer by %(day)s. If it was not you, do nothing."
        )
        % facts
    )


def accepted_words(request: DataRequest) -> str:
    """We will, and by when."""
    facts = {"code": request.code, "day": f"{local_date(request.carry_out_by):%d/%m/%Y}", "answer": request.answer}
    return (_("We will do what you asked in request %(code)s by %(day)s. %(answer)s") % facts).strip()


def refused_words(request: DataRequest) -> str:
    """We cannot, by which provision, and why."""
    facts = {"code": request.code, "basis": request.refusal_basis, "answer": request.answer}
    return _("We cannot do what you asked in request %(code)s (%(basis)s): %(answer)s") % facts


def done_words(request: DataRequest) -> str:
    """It is done."""
    return _("What you asked in request %(code)s is done. The link that you got first shows it.") % {
        "code": request.code
    }
