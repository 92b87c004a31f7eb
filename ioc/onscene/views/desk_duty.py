"""Those on duty, and what one shift tells the next, on the desk."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ioc.kernel import reference
from ioc.kernel.clock import now
from ioc.kernel.forms import act
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import PUBLISH, TRIAGE
from ioc.management.actions.duty import hand_over, read_note
from ioc.management.queries.duty import team_now

_BACK = "/desk/"


@require_safe
@staff(TRIAGE, PUBLISH)
def duty(request: Request) -> HttpResponse:
    """The strip that says who is on duty, for a page that renews it."""
    # Asked for within milliseconds of the news, by a process whose memory may be a second older than it.
    reference.forget()
    return render(request, "onscene/desk/duty.html", {"team": team_now(request.actor, at=now()), "at": now()})


@require_POST
@staff(TRIAGE, PUBLISH)
def write(request: Request) -> HttpResponse:
    """Leave a note to the next shift."""
    text = request.POST.get("text", "")
    return act(
        request,
        do=lambda: hand_over(text=text, actor=request.actor, at=now()),
        back=_BACK,
        done=_("Handed over: the note stays on the desk until the next shift has read it."),
    )


@require_POST
@staff(TRIAGE, PUBLISH)
def read(request: Request, note_id: int) -> HttpResponse:
    """Say that a note has been read."""
    return act(request, do=lambda: read_note(note_id=note_id, actor=request.actor, at=now()), back=_BACK)
