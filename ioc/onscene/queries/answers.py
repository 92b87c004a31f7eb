"""The answers to a category's questions, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from ioc.management.queries.reference import QuestionRef


def answers_in_words(questions: Sequence[QuestionRef], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was answered to the category's questions: each question with the names of what was chosen."""
    said: list[tuple[str, str]] = []
    for question in questions:
        given = answers.get(question.code)
        if given in (None, "", []):
            continue
        names = dict(question.values)
        chosen = given if isinstance(given, list) else [given]
        said.append((question.label, ", ".join(names.get(str(one), str(one)) for one in chosen)))
    return said
