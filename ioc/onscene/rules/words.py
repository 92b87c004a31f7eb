"""What each step is called and what the reporter is told of it: one table, both languages through gettext.

`%(…)s` are filled from the event: code, agency, due, reason, question, result.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.onscene.rules.workflow import State


@dataclass(frozen=True, slots=True)
class StepWords:
    """The line in the timeline; the message to the reporter (empty: not told); the icon beside it."""

    line: Promise
    message: Promise | str = ""
    icon: str = "circle-dot"


STEPS: Final[Mapping[str, StepWords]] = {
    "filed": StepWords(
        _("Report received by the system"),
        _("We have your report %(code)s. The operating team takes it up before %(due)s."),
        "inbox",
    ),
    "received": StepWords(_("Taken up by the operating team"), icon="circle-check"),
    "corrected": StepWords(_("Details corrected"), icon="pencil"),
    "asked": StepWords(
        _("Asked the reporter: %(question)s"),
        _("About report %(code)s we need to ask: %(question)s Please answer on your page; the clock stands still."),
        "circle-help",
    ),
    "answered": StepWords(_("The reporter answered"), icon="message-circle"),
    "refused": StepWords(
        _("Not taken up: %(reason)s"), _("Report %(code)s could not be taken up. %(reason)s"), "circle-x"
    ),
    "guided": StepWords(_("Guided to the way that the law sets"), _("About report %(code)s: %(reason)s"), "scale"),
    "joined": StepWords(
        _("Joined to %(other)s, the same matter"),
        _("Others reported the same matter. Report %(code)s now goes on as %(other)s; you are told its result."),
        "merge",
    ),
    "gained": StepWords(_("One more person reported this"), icon="users"),
    "dispatched": StepWords(
        _("Passed to %(agency)s, due %(due)s"),
        _("Report %(code)s was passed to %(agency)s, to be handled by %(due)s."),
        "send",
    ),
    "accepted": StepWords(_("%(agency)s took the job"), icon="hard-hat"),
    "withdrawn": StepWords(_("Job withdrawn from %(agency)s"), icon="undo-2"),
    "handed_over": StepWords(_("%(other)s handed it over to %(agency)s: %(reason)s"), icon="git-merge"),
    "returned": StepWords(_("%(agency)s gave it back: %(reason)s"), icon="undo-2"),
    "extension_asked": StepWords(_("%(agency)s asked for more time: %(reason)s"), icon="clock"),
    "extension_granted": StepWords(
        _("More time granted, now due %(due)s"),
        _("Report %(code)s needs more time: %(reason)s The new date is %(due)s."),
        "calendar-clock",
    ),
    "extension_denied": StepWords(_("More time not granted"), icon="clock"),
    "progressed": StepWords(_("%(agency)s at work: %(reason)s"), icon="construction"),
    "submitted": StepWords(_("%(agency)s reported the result"), icon="clipboard-check"),
    "sent_back": StepWords(_("Result sent back: %(reason)s"), icon="undo-2"),
    "approved": StepWords(_("The agency's head approved the result"), icon="badge-check"),
    "published": StepWords(
        _("Result published"),
        _("Report %(code)s is done: %(result)s See the result and tell us whether it is good."),
        "globe",
    ),
    "closed": StepWords(
        _("Result sent to the reporter"),
        _("Report %(code)s is done: %(result)s See the result and tell us whether it is good."),
        "circle-check",
    ),
    "data_corrected": StepWords(_("The reporter's data was put right"), icon="id-card"),
    "identity_wiped": StepWords(_("What says who reported it was wiped"), icon="shield-off"),
    "files_decided": StepWords(
        _("The reporter's photos and videos: %(removed)s removed, %(kept)s kept, as they show nothing personal"),
        icon="image-off",
    ),
    "files_deleted": StepWords(_("Photos and videos were deleted, as their time is over"), icon="image-off"),
    "rated": StepWords(_("Rated by the reporter: %(rating)s"), icon="star"),
    "reopened": StepWords(
        _("Opened again: the reporter is not satisfied"),
        _("Report %(code)s is open again. The operating team looks at it anew before %(due)s."),
        "rotate-ccw",
    ),
    "identity_opened": StepWords(_("Sealed identity opened: %(reason)s"), icon="lock-open"),
    "imported": StepWords(_("Imported from %(source)s"), icon="file-down"),
}

STATES: Final[Mapping[State, Promise]] = {
    State.FILED: _("Waiting to be taken up"),
    State.ASKED: _("Waiting for the reporter's answer"),
    State.RECEIVED: _("Taken up"),
    State.REFUSED: _("Not taken up"),
    State.JOINED: _("Joined to another report"),
    State.GUIDED: _("Guided to its legal way"),
    State.DISPATCHED: _("Passed to the agency"),
    State.HANDLING: _("Being handled"),
    State.SUBMITTED: _("Result waits for the agency's head"),
    State.APPROVED: _("Result waits to be published"),
    State.PUBLISHED: _("Done, published"),
    State.CLOSED: _("Done"),
    State.REOPENED: _("Opened again"),
}

TONES: Final[Mapping[State, str]] = {
    State.FILED: "info",
    State.ASKED: "warning",
    State.RECEIVED: "info",
    State.REFUSED: "neutral",
    State.JOINED: "neutral",
    State.GUIDED: "neutral",
    State.DISPATCHED: "primary",
    State.HANDLING: "primary",
    State.SUBMITTED: "primary",
    State.APPROVED: "warning",
    State.PUBLISHED: "success",
    State.CLOSED: "success",
    State.REOPENED: "warning",
}

TABLES: Final[Mapping[str, str | Promise]] = {
    "onscene.report": _("reports"),
    "onscene.assignment": _("assignments to agencies"),
    "onscene.deadline": _("deadlines of reports"),
    "onscene.extension": _("extensions"),
    "onscene.reportevent": _("steps of reports"),
}
"""What the rows of our tables are called where another room counts them."""
