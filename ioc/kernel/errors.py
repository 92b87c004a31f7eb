"""What can go wrong in the province's terms: a stable code, a message for people and a way to mend it.

Every room raises these; pages and the API turn them into answers once (`kernel.middleware`, `kernel.problems`).
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class DomainError(Exception):
    """An answer of "no" that the person can understand and act on."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    message: Text = _("This could not be done.")
    remedy: Text = ""

    def __init__(
        self,
        message: Text = "",
        *,
        remedy: Text = "",
        fields: Mapping[str, Text] | None = None,
        **facts: Any,
    ) -> None:
        self.message = message or self.message
        self.remedy = remedy or self.remedy
        self.fields = dict(fields or {})
        self.facts = facts
        super().__init__(str(self.message))


class Invalid(DomainError):
    """What was sent cannot be taken; `fields` names each field and what is wrong with it."""

    code = "invalid"
    status = 422
    message = _("Some of what you entered needs another look.")


class Forbidden(DomainError):
    """The actor lacks the right, or the matter lies outside the actor's scope."""

    code = "forbidden"
    status = 403
    message = _("You do not have the right to do this.")
    remedy = _("Ask your administrator if you think you should.")


class NotFound(DomainError):
    """There is no such thing, or it may not be known that there is."""

    code = "not-found"
    status = 404
    message = _("We could not find that.")
    remedy = _("Check the address or the code.")


class Conflict(DomainError):
    """The matter has moved on since the person looked."""

    code = "conflict"
    status = 409
    message = _("Someone has changed this in the meantime.")
    remedy = _("Look at the current state and try again.")


class TooMany(DomainError):
    """A limit on how often was reached; `retry_after` (seconds) says when it opens again."""

    code = "too-many"
    status = 429
    message = _("Too many in a short time.")

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after
        minutes = max(1, round(retry_after / 60))
        super().__init__(remedy=_("Try again in about %(minutes)s minutes.") % {"minutes": minutes})
