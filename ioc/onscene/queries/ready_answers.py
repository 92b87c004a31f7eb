"""Ready answers for whoever writes to the reporter of a matter, with what is known of it filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import override

from ioc.management.models.answers import AnswerPurpose
from ioc.management.queries import loading
from ioc.management.queries.answers import ReadyAnswer, answers_for, filled
from ioc.onscene.queries.cards import Card
from ioc.onscene.queries.wording import due_words

_LANGUAGES: Final = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Group:
    """The ready answers of a language, which is called by its own name."""

    name: str
    language: str
    answers: list[ReadyAnswer]


def ready_answers(card: Card, purpose: str, *, place: str = "") -> list[Group]:
    """The ready answers for `purpose` ("ask", "refuse", "progress", "outcome", "publish") in the matter of `card`."""
    names = {"vi": "Tiếng Việt", "en": "English"}
    facts = {language: _facts(card, place, language) for language in _LANGUAGES}
    found = [
        ready for answer in answers_for(purpose, category_path=card.category.path) for ready in filled(answer, facts)
    ]
    groups = [Group(names[one], one, [ready for ready in found if ready.language == one]) for one in _LANGUAGES]
    return [group for group in groups if group.answers]


def all_ready_answers(card: Card, *, place: str = "") -> Mapping[str, list[Group]]:
    """Purpose → its ready answers."""
    return {purpose: ready_answers(card, purpose, place=place) for purpose in AnswerPurpose.values}


def _facts(card: Card, place: str, language: str) -> Mapping[str, str]:
    """What the fields stand for, in one language; empty where it is not known yet."""
    province = loading.current().province
    with override(language):
        return {
            "code": card.code,
            "category": card.category.label,
            "agency": card.lead_name,
            "due": due_words(card.due_at.isoformat()) if card.due_at else "",
            "place": place or card.area_name,
            "centre": province.app_name if province else "",
            "hotline": province.hotline if province else "",
        }
