""" "Why can this person do that?": a question about a person, and the answer with its reasons."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE, MANAGE_PEOPLE
from ioc.management.forms.roles import QuestionForm
from ioc.management.queries import explaining
from ioc.management.queries.explaining import Question
from ioc.management.views.rights_words import reason_sentence, right_name


@require_safe
@staff(MANAGE, MANAGE_PEOPLE)
def why(request: Request) -> HttpResponse:
    """The question as a form, and its answer when it is asked whole."""
    form = QuestionForm(request.GET if request.GET.get("right") else None)
    person = _person_asked(request)
    answer = _answer(request, form, person) if person and form.is_valid() else None
    context: dict[str, Any] = {
        "form": form,
        "people": explaining.people_to_ask_about(actor=request.actor),
        "chosen": person,
        "answer": answer,
    }
    if answer is not None:
        context |= {
            "right": right_name(answer.question.right),
            "giving": [reason_sentence(one) for one in answer.giving],
            "others": [reason_sentence(one) for one in answer.others],
        }
    return render(request, "management/why.html", context)


def _person_asked(request: Request) -> UUID | None:
    try:
        return UUID(request.GET.get("person", ""))
    except ValueError:
        return None


def _answer(request: Request, form: QuestionForm, person: UUID) -> explaining.Explanation | None:
    asked = form.cleaned_data
    question = Question(
        right=asked["right"],
        organization_id=asked["organization"].pk if asked["organization"] else None,
        area_id=asked["area"].pk if asked["area"] else None,
        category_id=asked["category"].pk if asked["category"] else None,
        code=asked["code"].strip(),
    )
    try:
        return explaining.explain(person_id=person, question=question, actor=request.actor, day=local_date(now()))
    except Invalid as error:
        for name, text in error.fields.items():
            form.add_error(name, str(text))
    return None
