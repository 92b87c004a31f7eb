"""A new person with the first position and the way in: an invitation, or a password that is told in person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.management.actions.invitations import send_invitations
from ioc.management.actions.records import save_record
from ioc.management.actions.scope import require_manager
from ioc.management.models import Person
from ioc.management.rules.passwords import GIVEN_FOR
from ioc.management.rules.people_cells import login_base, login_for

_PLACE = ("organization", "role", "title", "valid_from", "valid_to")


def add_person(*, fields: Mapping[str, Any], actor: Actor, at: datetime) -> Person:
    """Add somebody: the person's `fields`, those of the position when an `organization` is named, and a `password`.

    Without a password an invitation goes out; with one the person chooses another at the first sign-in. Without a
    `username` one is made from the e-mail or the name.

    Raises:
        Forbidden: the actor may not manage people, or not there; see `scope`.
        Invalid: a value is not acceptable; says which.
        NeedsSecondPerson: the role opens what is sealed.
    """
    require_manager(actor, "person")
    own = {name: value for name, value in fields.items() if name not in {*_PLACE, "password"}}
    with transaction.atomic():
        own["username"] = own.get("username") or _free_login(str(own["full_name"]), str(own.get("email", "")))
        if fields.get("password"):
            own["password"] = fields["password"]
        person: Person = save_record(kind="person", fields=own, actor=actor, at=at)
        if person.has_usable_password():
            person.given_password_until = at + GIVEN_FOR
            person.save(update_fields=["given_password_until"])
        if fields.get("organization"):
            place = {name: fields.get(name) or "" for name in _PLACE}
            place |= {"valid_from": fields.get("valid_from") or local_date(at), "valid_to": fields.get("valid_to")}
            save_record(kind="position", fields={"person": person, **place}, actor=actor, at=at)
        if not person.has_usable_password():
            send_invitations([person], actor=actor, at=at)
    return person


def _free_login(full_name: str, email: str) -> str:
    base = login_base(full_name, email)
    taken = Person.objects.filter(username__istartswith=base).values_list("username", flat=True)
    return login_for(full_name, email, {login.lower() for login in taken})
