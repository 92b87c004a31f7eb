"""Ready answers for whoever writes to a reporter, kept in memory with the rest of the reference data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ioc.kernel.clock import local_date, now
from ioc.kernel.models import valid_on
from ioc.kernel.reference import Versioned
from ioc.management.models import AnswerTemplate
from ioc.management.rules.answers import fill


@dataclass(frozen=True, slots=True)
class AnswerRef:
    """A ready answer. `category_path` is empty where it is for all categories."""

    id: int
    purpose: str
    category_path: str
    name: str
    text: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ReadyAnswer:
    """A ready answer with its fields filled in, in one language."""

    name: str
    language: str
    text: str


def answers_for(purpose: str, *, category_path: str) -> list[AnswerRef]:
    """The ready answers for a purpose in a category, those of the category itself before the general ones."""
    found = [one for one in _answers.get() if one.purpose == purpose and category_path.startswith(one.category_path)]
    return sorted(found, key=lambda one: -len(one.category_path))


def filled(answer: AnswerRef, facts: Mapping[str, Mapping[str, str]]) -> list[ReadyAnswer]:
    """The answer in each language that it has, filled in with the facts of that language ("vi", "en")."""
    texts = {"vi": answer.text, "en": answer.text_en}
    return [
        ReadyAnswer(answer.name, language, fill(text, facts.get(language, {})))
        for language, text in texts.items()
        if text
    ]


def _load() -> tuple[AnswerRef, ...]:
    today: date = local_date(now())
    rows = AnswerTemplate.objects.filter(valid_on(today)).select_related("category").order_by("position", "id")
    return tuple(
        AnswerRef(row.id, row.purpose, row.category.path if row.category else "", row.name, row.text, row.text_en)
        for row in rows
    )


_answers: Final = Versioned(_load)


def drop() -> None:
    """Forget what is kept, so that the next use reads the database."""
    _answers.drop()
