"""The questions at the end of a lesson."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a lesson; `right` is the number of the right choice, from 0."""

    text: str
    choices: tuple[str, ...]
    right: int


def parse_questions(text: str) -> list[Question]:
    """The questions as they are typed: a line with the question, then its choices, "+ " the right one, "- " the others.

    Raises:
        Invalid: a line belongs to no question, or a question lacks choices or its one right choice; says which.
    """
    found: list[tuple[str, list[str], list[int]]] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line[:2] in ("+ ", "- "):
            _add_choice(found, line, number)
        elif line:
            found.append((line, [], []))
    return [_question(*one) for one in found]


def _add_choice(found: list[tuple[str, list[str], list[int]]], line: str, number: int) -> None:
    if not found:
        raise _wrong(_("Line %(line)s is an answer without a question before it."), line=number)
    _text, choices, right = found[-1]
    if line.startswith("+"):
        right.append(len(choices))
    choices.append(line[2:].strip())


def _question(text: str, choices: Sequence[str], right: Sequence[int]) -> Question:
    if len(choices) < 2:
        raise _wrong(_("“%(question)s” needs two answers or more."), question=text)
    if len(right) != 1:
        raise _wrong(_("“%(question)s” needs exactly one answer that begins with “+”."), question=text)
    return Question(text, tuple(choices), right[0])


def _wrong(text: Any, **facts: object) -> Invalid:
    return Invalid(fields={"questions": text % facts})


def typed(questions: Sequence[Mapping[str, Any]]) -> str:
    """The questions as they would be typed."""
    lines: list[str] = []
    for question in questions:
        lines.append(str(question["text"]))
        lines += [f"{'+' if n == question['right'] else '-'} {choice}" for n, choice in enumerate(question["choices"])]
        lines.append("")
    return "\n".join(lines).strip()


def kept(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The questions as they are stored."""
    return [asdict(question) | {"choices": list(question.choices)} for question in questions]


def wrong_answers(questions: Sequence[Mapping[str, Any]], answers: Sequence[int | None]) -> list[int]:
    """The numbers (from 0) of the questions that were answered wrongly or not at all."""
    given = [*answers, *[None] * (len(questions) - len(answers))]
    return [number for number, question in enumerate(questions) if given[number] != question["right"]]
