"""What a report must say to be taken in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_lazy as _

from ioc.kernel.contacts import EMAIL, PHONE, bare_phone, contact_key
from ioc.kernel.errors import DomainError, Invalid, Text
from ioc.kernel.limits import HOUR, MINUTE, Limit
from ioc.kernel.text import clean

SHORTEST_TEXT: Final = 10
LONGEST_TEXT: Final = 4000
LONGEST_NAME: Final = 100
LONGEST_PLACE: Final = 300
MOST_FILES: Final = 10

BY_ADDRESS: Final = Limit("file-address", 60, 10 * MINUTE)
"""Generous: a whole commune may share one address behind a carrier's translation."""
BY_CONTACT: Final = Limit("file-contact", 10, HOUR)


class GuidedElsewhere(DomainError):
    """The law gives this kind its own way, which a report cannot replace; `message` says which."""

    code = "guided-elsewhere"
    status = 422


class NotOpen(Invalid):
    """The system is not open at the place yet; `message` says from when, `remedy` what can be done meanwhile."""

    code = "not-open"


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the reporter. `phone` holds digits (and a leading +) only."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def key(self) -> str:
        """The same for the same person, for limits and for finding earlier reports."""
        return contact_key(phone=self.phone, email=self.email)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the category, as far as the check needs it."""

    code: str
    label: str
    required: bool
    keys: frozenset[str] = field(default_factory=frozenset)
    asked_after: str = ""
    asked_if: str = ""

    def is_asked(self, answers: Mapping[str, object]) -> bool:
        """Whether it is asked of who gave `answers` to the questions before it."""
        given = answers.get(self.asked_after)
        return not self.asked_after or self.asked_if in (given if isinstance(given, list) else [given])


def asked_only(answers: Mapping[str, object], questions: Sequence[Asked]) -> dict[str, object]:
    """`answers` without those to questions of the category that were not asked of this reporter."""
    kept = dict(answers)
    for question in questions:
        if not question.is_asked(kept):
            kept.pop(question.code, None)
    return kept


def clean_contact(*, name: str, phone: str, email: str) -> Contact:
    """A contact with the phone's punctuation taken out."""
    return Contact(
        name=" ".join(clean(name).split())[:LONGEST_NAME],
        phone=bare_phone(clean(phone)),
        email=clean(email),
    )


def check_filing(
    *,
    text: str,
    place_text: str,
    contact: Contact,
    needs_contact: bool,
    files: int,
    answers: Mapping[str, object],
    questions: Sequence[Asked],
) -> None:
    """Pass in silence when the report can be taken in.

    Raises:
        Invalid: says for each field what is wrong and how to mend it.
    """
    wrong: dict[str, Text] = {}
    _check_text(text, place_text, wrong)
    _check_contact(contact, needs_contact=needs_contact, wrong=wrong)
    if files > MOST_FILES:
        wrong["files"] = _("At most %(most)s files; please leave some out.") % {"most": MOST_FILES}
    _check_answers(answers, questions, wrong)
    if wrong:
        raise Invalid(fields=wrong)


def _check_text(text: str, place_text: str, wrong: dict[str, Text]) -> None:
    length = len(text.strip())
    if length < SHORTEST_TEXT:
        wrong["text"] = _("Please say in a sentence what is wrong (at least %(least)s letters).") % {
            "least": SHORTEST_TEXT
        }
    if length > LONGEST_TEXT:
        wrong["text"] = _("Please keep it under %(most)s letters.") % {"most": LONGEST_TEXT}
    if len(place_text) > LONGEST_PLACE:
        wrong["place_text"] = _("Please describe the place in fewer words.")


def _check_contact(contact: Contact, *, needs_contact: bool, wrong: dict[str, Text]) -> None:
    if contact.phone and not PHONE.match(contact.phone):
        wrong["phone"] = _("This does not look like a phone number. Example: 0912 345 678.")
    if contact.email and not EMAIL.match(contact.email):
        wrong["email"] = _("This does not look like an e-mail address. Example: lan@example.vn.")
    if needs_contact and not contact.phone and not contact.email:
        wrong["phone"] = _("We need a phone number or an e-mail address to tell you the result.")


def _check_answers(answers: Mapping[str, object], questions: Sequence[Asked], wrong: dict[str, Text]) -> None:
    # A question that hangs on one which was itself not asked is not asked either, whatever a stale answer says.
    kept = asked_only(answers, questions)
    for question in questions:
        given = kept.get(question.code)
        if not question.is_asked(kept):
            continue
        if not given:
            if question.required:
                wrong[f"answer_{question.code}"] = _("Please answer: %(question)s") % {"question": question.label}
            continue
        chosen = given if isinstance(given, list) else [given]
        if question.keys and not question.keys.issuperset(str(key) for key in chosen):
            wrong[f"answer_{question.code}"] = _("Please choose one of the answers offered.")
