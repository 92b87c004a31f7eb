"""Doing something with a matter: each step is a form of its own, safe to send twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from ioc.kernel.clock import now
from ioc.kernel.errors import DomainError, Forbidden, NotFound
from ioc.kernel.forms import act
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import APPROVE, HANDLE
from ioc.officer.views.incoming import media_of
from ioc.onscene import actions
from ioc.onscene.actions import Media
from ioc.onscene.queries import agency_matter
from ioc.onscene.queries.ready_answers import ready_answers

Do = Callable[[Request, UUID, list[Media]], Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that needs words: what it does, what is said when it is done, whether the matter stays ours."""

    do: Do
    done: Promise
    takes_files: bool = False
    keeps_matter: bool = True
    right: str = HANDLE


def _give_back(request: Request, report_id: UUID, _media: list[Media]) -> None:
    actions.return_to_team(
        report_id=report_id,
        reason_code=request.POST.get("reason", ""),
        words=request.POST.get("words", ""),
        actor=request.actor,
        at=now(),
    )


def _ask(request: Request, report_id: UUID, _media: list[Media]) -> None:
    actions.ask_reporter(report_id=report_id, question=request.POST.get("question", ""), actor=request.actor, at=now())


def _extend(request: Request, report_id: UUID, _media: list[Media]) -> None:
    amount, code = request.POST.get("amount", ""), request.POST.get("reason", "")
    listed = next((one.label for one in agency_matter.reasons_for("extend") if one.code == code), "")
    said = (listed, request.POST.get("words", "").strip())
    actions.ask_extension(
        report_id=report_id,
        amount=int(amount) if amount.isdecimal() else 0,
        reason=". ".join(part for part in said if part),
        actor=request.actor,
        at=now(),
    )


def _progress(request: Request, report_id: UUID, media: list[Media]) -> None:
    actions.record_progress(
        report_id=report_id, text=request.POST.get("text", ""), media=media, actor=request.actor, at=now()
    )


def _outcome(request: Request, report_id: UUID, media: list[Media]) -> None:
    actions.submit_outcome(
        report_id=report_id, text=request.POST.get("text", ""), media=media, actor=request.actor, at=now()
    )


def _send_back(request: Request, report_id: UUID, _media: list[Media]) -> None:
    actions.send_back_outcome(report_id=report_id, reason=request.POST.get("reason", ""), actor=request.actor, at=now())


STEPS: Final[Mapping[str, Step]] = {
    "return": Step(_give_back, _("Given back. The operating team looks at it again."), keeps_matter=False),
    "ask": Step(_ask, _("Question sent. The clock stands still until the answer comes.")),
    "extend": Step(_extend, _("Asked for more time. The operating team answers.")),
    "progress": Step(_progress, _("Progress recorded. The reporter can see it."), takes_files=True),
    "outcome": Step(_outcome, _("Outcome sent. It goes to the agency's head for approval."), takes_files=True),
    "send-back": Step(_send_back, _("Sent back. The officer sees what is missing."), right=APPROVE),
}


@require_POST
@staff(HANDLE)
def accept(request: Request, report_id: UUID) -> HttpResponse:
    """Take the job."""
    return act(
        request,
        do=lambda: actions.accept(report_id=report_id, actor=request.actor, at=now()),
        back=reverse("officer_matter", args=[report_id]),
        done=_("The job is yours. Record how it goes, and post the outcome when it is done."),
    )


@require_POST
@staff(APPROVE)
def approve(request: Request, report_id: UUID) -> HttpResponse:
    """Stand by the outcome."""
    return act(
        request,
        do=lambda: actions.approve_outcome(report_id=report_id, actor=request.actor, at=now()),
        back=reverse("officer_matter", args=[report_id]),
        done=_("Approved. The operating team publishes it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(HANDLE, APPROVE)
def step(request: Request, report_id: UUID, name: str) -> HttpResponse:
    """The form of a step, and doing it. What was typed stays when something is wrong."""
    request.actor.require(STEPS[name].right)
    if request.method == "POST":
        return _do(request, report_id, name)
    return _page(request, report_id, name)


def _do(request: Request, report_id: UUID, name: str) -> HttpResponse:
    chosen, failed = STEPS[name], list[DomainError]()

    def run() -> None:
        try:
            chosen.do(request, report_id, media)
        except DomainError as error:
            failed.append(error)
            raise

    try:
        # Outside the form's transaction: making photos anew takes seconds.
        media = media_of(request, at=now()) if chosen.takes_files else []
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        return _page(request, report_id, name, error)
    back = reverse("officer_matter", args=[report_id]) if chosen.keeps_matter else reverse("officer_work")
    answer = act(request, do=run, back=back, done=chosen.done)
    return _page(request, report_id, name, failed[0]) if failed else answer


def _page(request: Request, report_id: UUID, name: str, error: DomainError | None = None) -> HttpResponse:
    found = agency_matter.matter(actor=request.actor, report_id=report_id, at=now())
    context = {
        "matter": found,
        "step": name,
        "is_possible": name in found.steps,
        "reasons": agency_matter.reasons_for(name),
        "ready": ready_answers(found.card, name, place=found.place_text),
        "errors": error.fields if error else {},
        "error": error,
        "given": request.POST,
    }
    return render(request, f"officer/steps/{name}.html", context, status=422 if error else 200)
