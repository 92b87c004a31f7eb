"""What staff are told to read: regulations and guidance."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from ioc.kernel.ids import new_id
from ioc.notices.actions.telling import Message, tell_people


def tell_of_regulation(*, people: Sequence[Any], regulation: Any, version: Any, at: datetime) -> None:
    """Tell people that a version of a regulation is theirs to read."""
    link = f"/regulations/{regulation.pk}/"

    def words(event_id: UUID) -> Message:
        facts = {"code": regulation.code, "title": regulation.title, "day": f"{version.valid_from:%d/%m/%Y}"}
        subject = _("Please read: %(code)s") % facts
        body = _("%(title)s, in force from %(day)s. Please read it and say that you did.") % facts
        return Message(event_id=event_id, subject=subject, body=body, link=link)

    _tell_in_their_languages(people, words, at)


def tell_of_guide(*, people: Sequence[Any], guide: Any, at: datetime) -> None:
    """Tell people of a text for them."""

    def words(event_id: UUID) -> Message:
        title = guide.title_en if guide.title_en and translation.get_language() == "en" else guide.title
        body = _("There is a new text for you to read.")
        return Message(event_id=event_id, subject=title, body=body, link=f"/reading/{guide.pk}/")

    _tell_in_their_languages(people, words, at)


def _tell_in_their_languages(people: Sequence[Any], words: Callable[[UUID], Message], at: datetime) -> None:
    event_id, by_language = new_id(), defaultdict[str, list[Any]](list)
    for person in people:
        by_language[person.language].append(person)
    for language, readers in by_language.items():
        with translation.override(language):
            message = words(event_id)
        tell_people(message, people=readers, at=at)
