"""Building the demonstration province: everything in one transaction, so that it is there whole or not at all."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from ioc.demo.catalogue import add_catalogue
from ioc.demo.driving import Driver
from ioc.demo.illustrating import Album
from ioc.demo.people import come_and_go
from ioc.demo.population import count_people
from ioc.demo.privacy import protect_data
from ioc.demo.reading import write_texts
from ioc.demo.reorganized import reorganize
from ioc.demo.rollout import roll_out
from ioc.demo.setup import Province, set_up
from ioc.demo.shifts import plan_shifts
from ioc.kernel.actors import SYSTEM
from ioc.kernel.errors import Conflict
from ioc.kernel.together import know_sizes
from ioc.management.actions.access import set_up_totp
from ioc.management.queries import loading

Say = Callable[..., Any]
"""Hears a sentence (an English msgid) and its facts."""

ROLES: Final = (
    ("operator", "truc1", "/desk/", "Clear the queue: open the first report, see the suggested agency, dispatch it"),
    (
        "operating team lead",
        "truongca",
        "/desk/",
        "Publish an approved outcome, or open a sealed identity with a reason",
    ),
    (
        "agency officer",
        "canbo.ngoquyen",
        "/officer/",
        "Accept what was sent to Ngo Quyen ward and report an outcome with a photo",
    ),
    ("agency head", "lanhdao.ngoquyen", "/officer/", "Approve the outcome that an officer submitted"),
    ("company officer", "canbo.moitruong", "/officer/", "See the rubbish hot spots that come back to the company"),
    ("company head", "lanhdao.moitruong", "/officer/", "Approve the company's outcomes"),
    ("leader", "lanhdao", "/lead/", "See what is overdue, and whose"),
    ("administrator", "quantri", "/manage/", "Look at the routing table and the deadlines with their legal basis"),
    ("agency administrator", "quantri.ngoquyen", "/manage/people/", "Invite a colleague, or enter somebody's leave"),
    ("auditor", "kiemtra", "/manage/", "Read who changed what"),
)
"""Role, login, where to go first and what to try there."""


class RealProvince(Conflict):
    """The installation holds a real province: the demonstration is never mixed with it."""

    code = "real-province"
    message = _("This installation holds a real province; the demonstration was not built.")
    remedy = _("Use another data folder.")


def build(now: datetime, *, say: Say = lambda _sentence, **_facts: None) -> dict[str, Any]:
    """Make the demonstration province as of `now`, with sixty days of reports behind it.

    Gives `{"roles": [{role, login, password, address, try, totp_secret}]}`; empty where it is there already.

    Raises:
        RealProvince: the installation holds a province that is not the demonstration.
    """
    province = loading.current().province
    if province is not None:
        if not province.is_demonstration:
            raise RealProvince
        return {}
    passwords = {login: _password() for _role, login, _address, _first in ROLES}
    with transaction.atomic():
        made = set_up(at=now, passwords=passwords)
        add_catalogue(made)
        roll_out(made)
        plan_shifts(made)
        come_and_go(made, at=now)
        protect_data(made)
        count_people(made)
        write_texts(made)
        counts = {"areas": len(made.areas), "agencies": len(made.organizations), "people": len(made.people)}
        say(gettext_noop("  %(areas)s areas, %(agencies)s agencies, %(people)s people"), **counts)
        know_sizes()
        count = Driver(made, Album(at=now), now=now).run()
        say(gettext_noop("  %(count)s reports"), count=count)
        reorganize(made)
        return {"roles": [_facts(made, row) for row in ROLES]}


def _facts(made: Province, row: tuple[str, str, str, str]) -> dict[str, str]:
    role, login, address, first = row
    secret = set_up_totp(person_id=made.people[login].id, actor=SYSTEM, at=made.at)
    password = made.passwords[login]
    return {
        "role": role, "login": login, "password": password, "totp_secret": secret, "address": address, "try": first,
    }  # fmt: skip


def _password() -> str:
    """Sixteen letters and digits in groups that are easy to type."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _letter in range(4)) for _group in range(4))
