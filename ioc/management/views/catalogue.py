"""The order of categories, versions of a record, a year's days off as a proposal, and how an answer will read."""

from datetime import date
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid
from ioc.kernel.forms import act
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions import catalogue as actions
from ioc.management.models import CalendarDayKind
from ioc.management.queries import holidays, screens
from ioc.management.queries.versions import Version, differences, versions_of
from ioc.management.rules.answers import fill, flaws
from ioc.management.views.common import number_or_none
from ioc.management.views.records import screen_of
from ioc.management.views.words import VERBS, field_name

SAMPLE: Final = {
    "vi": {
        "code": "BG-2604-00187",
        "category": "Rác thải tồn đọng",
        "agency": "UBND phường Ngô Quyền",
        "due": "17:00 thứ Năm 27/4",
        "place": "ngõ 12 đường Hùng Vương",
        "centre": "Bắc Giang số",
        "hotline": "0204 1022",
    },
    "en": {
        "code": "BG-2604-00187",
        "category": "Uncollected rubbish",
        "agency": "People's Committee of Ngo Quyen",
        "due": "17:00, Thu 27 Apr",
        "place": "lane 12, Hung Vuong road",
        "centre": "Bac Giang so",
        "hotline": "0204 1022",
    },
}
"""An invented matter, for seeing how an answer reads."""


@require_POST
@staff(MANAGE)
def move(request: Request, category_id: int) -> HttpResponse:
    """Put a category one place up or down among its brothers."""
    step = -1 if request.POST.get("way") == "up" else 1
    return act(
        request,
        do=lambda: actions.move_category(category_id=category_id, step=step, actor=request.actor, at=now()),
        back=f"{reverse('manage_list', args=['categories'])}#row-{category_id}",
    )


@require_safe
@staff(MANAGE)
def versions(request: Request, slug: str, record_id: str) -> HttpResponse:
    """Every version of a record, and two of them side by side."""
    screen = _versioned(slug)
    row = screens.record(kind=screen.kind, record_id=record_id, actor=request.actor)
    found = versions_of(kind=screen.kind, record_id=record_id, actor=request.actor)
    left, right = _chosen(request, found)
    context = {
        "screen": screen,
        "record": row,
        "versions": [(one, VERBS.get(one.verb, one.verb), _named(screen.kind, one)) for one in reversed(found)],
        "left": left,
        "right": right,
        "differences": [
            (field_name(screen.kind, one.field), one) for one in differences(kind=screen.kind, before=left, after=right)
        ]
        if left and right
        else [],
        "latest": len(found),
    }
    return render(request, "management/versions.html", context)


def _versioned(slug: str) -> Any:
    screen = screen_of(slug)
    if not screen.has_versions:
        raise Http404
    return screen


def _named(kind: str, version: Version) -> str:
    return ", ".join(str(field_name(kind, name.removesuffix("_id"))) for name in version.changed[:6])


def _chosen(request: Request, found: list[Version]) -> tuple[Version | None, Version | None]:
    """The two versions in the address, the older first; without them the last two."""
    by_number = {one.number: one for one in found}
    asked = (number_or_none(request, "left") or len(found) - 1, number_or_none(request, "right") or len(found))
    left, right = (by_number.get(number) for number in sorted(asked))
    return left, right


@require_POST
@staff(MANAGE)
def restore(request: Request, slug: str, record_id: str) -> HttpResponse:
    """Make a record what it was in an earlier version."""
    screen = _versioned(slug)
    number = request.POST.get("number", "")
    return act(
        request,
        do=lambda: actions.restore_version(
            kind=screen.kind,
            record_id=record_id,
            number=int(number) if number.isdecimal() and len(number) < 9 else 0,
            actor=request.actor,
            at=now(),
        ),
        back=reverse("manage_versions", args=[slug, record_id]),
        done=_("Restored. What it was until now is kept as a version too."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
def proposal(request: Request) -> HttpResponse:
    """A year's days off, proposed; those that are ticked are taken into the calendar."""
    year = number_or_none(request, "year") or local_date(now()).year + 1
    year = min(max(year, holidays.FIRST_YEAR), holidays.LAST_YEAR)
    source = "copy" if request.GET.get("from") == "copy" else "law"
    if request.method == "POST":
        return act(
            request,
            do=lambda: _accept(request),
            back=f"{reverse('manage_calendar')}?year={year}",
            failed=request.get_full_path(),
            done=_("The days are in the calendar."),
        )
    days = holidays.proposal(year=year, source=source, actor=request.actor)
    kinds = dict(CalendarDayKind.choices)
    context = {
        "year": year,
        "source": source,
        "days": [(one, kinds[one.kind]) for one in days],
        "fresh": sum(not one.known for one in days),
    }
    return render(request, "management/calendar_proposal.html", context)


def _accept(request: Request) -> None:
    """Raises:
    Invalid: nothing is ticked, or a spoilt form.
    """
    days = []
    for text in request.POST.getlist("day"):
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise Invalid(_("Tick the days again.")) from error
        kind, name = request.POST.get(f"kind-{text}", ""), request.POST.get(f"name-{text}", "").strip()
        days.append(actions.DayGiven(day, kind, name))
    if not days:
        raise Invalid(_("Tick at least one day."))
    basis = request.POST.get("legal_basis", "").strip()
    actions.accept_days(days=days, legal_basis=basis, actor=request.actor, at=now())


@require_POST
@staff(MANAGE)
def preview(request: Request) -> HttpResponse:
    """How an answer reads in an invented matter, while it is written."""
    texts = [(language, request.POST.get(name, "")) for language, name in (("vi", "text"), ("en", "text_en"))]
    shown = [(language, fill(text, SAMPLE[language]), flaws(text)) for language, text in texts if text.strip()]
    return render(request, "management/answer_preview.html", {"shown": shown})
