"""The rules for passwords where a person chooses one; Django calls them for every form and action.

The rules themselves are in `rules/passwords.py`; here is what they are asked about: who the person is, where the
person works, and whether the password will stand alone.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ioc.kernel.breached import is_breached
from ioc.kernel.clock import local_date, now
from ioc.management.models import Person, Position
from ioc.management.queries import loading, people
from ioc.management.rules import passwords as rules


class Guidelines:
    """Long enough, not leaked, not what everybody here would try first."""

    def validate(self, password: str, user: Any = None) -> None:
        """Pass in silence when the password will do.

        Raises:
            ValidationError: it will not; says all that is wrong with it.
        """
        person = user if isinstance(user, Person) else None
        if wrong := list(_wrong(rules.normalized(password), person)):
            raise ValidationError(wrong)

    def get_help_text(self) -> str:
        """What a password needs, in one sentence."""
        return _(
            "At least %(alone)s characters, or %(least)s beside a second factor. A sentence that only you know is easy"
            " to keep in mind and hard to guess."
        ) % {"alone": rules.LEAST_ALONE, "least": rules.LEAST_WITH_SECOND_FACTOR}


def _wrong(password: str, person: Person | None) -> Iterator[ValidationError]:
    least, length = least_for(person), rules.length_of(password)
    if length < least:
        yield _error(_("Too short: %(length)s characters, at least %(least)s are needed."), length=length, least=least)
    if length > rules.MOST:
        yield _error(_("Too long: at most %(most)s characters."), most=rules.MOST)
    elif person is not None and person.given_password_until is not None and person.check_password(password):
        yield _error(_("This is the password that you were given. Choose one that only you know."))
    elif is_breached(password):
        yield _error(_("This password is in a list of leaked passwords. Whoever tries to break in tries those first."))
    elif rules.is_guessable(password, words=context_of(person)):
        yield _error(_("Easy to guess: nearly nothing but common words, names and numbers. Add words of your own."))


def _error(text: str, **facts: object) -> ValidationError:
    return ValidationError(text % facts if facts else text, code="password")


def least_for(person: Person | None) -> int:
    """How many characters the person's password needs: fewer when a second factor is asked for besides."""
    second = person is not None and not person._state.adding and _has_second(person.id)
    return rules.least_length(has_second_factor=second)


def _has_second(person_id: UUID) -> bool:
    return people.has_second_factor(person_id) or people.needs_second_factor(person_id, day=local_date(now()))


def context_of(person: Person | None) -> list[str]:
    """Words that whoever guesses this person's password would try: names of person, agencies and province."""
    province = loading.current().province
    words = [province.name, province.short_name, province.name_en, province.app_name] if province else []
    if person is None:
        return words
    words += [person.username, person.email.partition("@")[0], person.phone, person.employee_code, person.full_name]
    words += person.full_name.split()
    if not person._state.adding:
        held = Position.objects.filter(person=person)
        names = held.values_list(
            "organization__name", "organization__short_name", "organization__area__short_name", "area__short_name"
        )
        words += [name for row in names for name in row if name]
    return words
