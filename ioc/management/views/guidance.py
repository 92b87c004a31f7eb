"""Guidance: pages for citizens, pages for staff, and writing it."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.forms import act, fill_in
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import WRITE_GUIDANCE
from ioc.management.actions import guidance as actions
from ioc.management.forms.guidance import GuideForm, initial_of
from ioc.management.models import GuideKind, GuideReaders
from ioc.management.queries import guidance as queries
from ioc.management.queries import loading
from ioc.management.queries.regulations import readable

COMMUNE: Final = "commune"
_SEEN: Final = "guides_seen"
_A_YEAR: Final = 365 * 24 * 3600
_A_DAY: Final = 24 * 3600
_MOST_SEEN: Final = 60


@require_safe
def listing(request: Request) -> HttpResponse:
    """What citizens may read; with a commune chosen also what concerns it alone."""
    reference = loading.current()
    chosen = _commune(request)
    communes = reference.communes_on(reference.map_day(now()))
    context = {
        "lines": queries.for_citizens(area_id=chosen, at=now()),
        "communes": [(one.id, reference.area_label(one.id)) for one in communes],
        "chosen": chosen,
    }
    response = render(request, "management/guidance_public.html", context)
    if COMMUNE in request.GET:
        response.set_cookie(COMMUNE, str(chosen or ""), max_age=_A_YEAR, httponly=True, samesite="Lax")
    return response


def _commune(request: Request) -> int | None:
    """The commune that the reader chose, now or before."""
    text = request.GET.get(COMMUNE, request.COOKIES.get(COMMUNE, ""))
    chosen = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    return chosen if chosen in loading.current().areas else None


@require_safe
def page(request: Request, guide_id: int) -> HttpResponse:
    """One text for citizens; opening it counts once a day for each browser."""
    area_id = _commune(request)
    found = queries.citizens_page(guide_id=guide_id, area_id=area_id, at=now())
    seen = request.COOKIES.get(_SEEN, "").split(".")
    if request.method == "GET" and str(guide_id) not in seen:
        actions.count_reading(guide_id=guide_id, area_id=area_id, day=local_date(now()))
        seen = [*seen, str(guide_id)][-_MOST_SEEN:]
    response = render(request, "management/guidance_page.html", {"page": found, "home": reverse("guidance")})
    response.set_cookie(_SEEN, ".".join(filter(None, seen)), max_age=_A_DAY, httponly=True, samesite="Lax")
    return response


@require_safe
@staff()
def reading(request: Request) -> HttpResponse:
    """What the reader should read: regulations, announcements, guides, lessons."""
    context = {
        "regulations": readable(actor=request.actor, at=now()),
        "lines": queries.for_staff(actor=request.actor, at=now()),
    }
    return render(request, "management/reading.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def staff_page(request: Request, guide_id: int) -> HttpResponse:
    """One text for staff; a lesson's questions are answered below it."""
    found = queries.staff_page(guide_id=guide_id, actor=request.actor, at=now())
    wrong: list[int] = []
    if request.method == "POST":
        wrong = actions.answer_lesson(
            guide_id=guide_id, answers=_answers(request, found), actor=request.actor, at=now()
        )
        if not wrong:
            messages.success(request, _("All answers are right. The lesson is done."))
            return HttpResponseRedirect(reverse("reading"))
    else:
        actions.note_reading(guide_id=guide_id, actor=request.actor, at=now())
    context = {
        "page": found,
        "home": reverse("reading"),
        "questions": [
            (number, question, number in wrong, request.POST.get(f"answer-{number}", ""))
            for number, question in enumerate(found.line.guide.questions)
        ],
        "was_wrong": bool(wrong),
    }
    return render(request, "management/guidance_page.html", context, status=422 if wrong else 200)


def _answers(request: Request, found: queries.Page) -> list[int | None]:
    given = [request.POST.get(f"answer-{number}", "") for number in range(len(found.line.guide.questions))]
    return [int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None for text in given]


@require_safe
@staff(WRITE_GUIDANCE)
def written(request: Request) -> HttpResponse:
    """All texts, and how much each is read."""
    asked = {name: request.GET.get(name, "") for name in ("readers", "kind")}
    context = {
        "guides": queries.written(actor=request.actor, **asked),
        "asked": asked,
        "kinds": GuideKind.choices,
        "audiences": GuideReaders.choices,
        "today": local_date(now()),
    }
    return render(request, "management/guidance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(WRITE_GUIDANCE)
def write(request: Request, guide_id: int | None = None) -> HttpResponse:
    """Write a text, or change one."""
    guide = queries.managed(guide_id=guide_id, actor=request.actor, at=now()).guide if guide_id else None
    initial: dict[str, Any] = initial_of(guide) if guide else {"valid_from": local_date(now())}
    form = GuideForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        made: list[int] = []

        def do() -> None:
            saved = actions.save_guide(fields=form.given(), actor=request.actor, at=now(), guide_id=guide_id)
            made.append(saved.pk)

        if fill_in(request, form, do=do) is None:
            home = reverse("manage_guide", args=made[:1]) if made else reverse("manage_guidance")
            return HttpResponseRedirect(home)
    context = {"form": form, "guide": guide}
    return render(request, "management/guide_form.html", context, status=422 if form.errors else 200)


@require_safe
@staff(WRITE_GUIDANCE)
def manage(request: Request, guide_id: int) -> HttpResponse:
    """A text as it will be read, and who reads it."""
    found = queries.managed(guide_id=guide_id, actor=request.actor, at=now())
    return render(request, "management/guide.html", {"found": found})


@require_POST
@staff(WRITE_GUIDANCE)
def tell(request: Request, guide_id: int) -> HttpResponse:
    """Tell the staff whom it is for."""
    told: list[int] = []

    def do() -> None:
        told.append(actions.tell(guide_id=guide_id, actor=request.actor, at=now()))

    response = act(request, do=do, back=reverse("manage_guide", args=[guide_id]))
    if told:
        text = ngettext("%(n)d person is told.", "%(n)d people are told.", told[0])
        messages.success(request, text % {"n": told[0]})
    return response


@require_POST
@staff(WRITE_GUIDANCE)
def remove(request: Request, guide_id: int) -> HttpResponse:
    """Remove a text that nobody has read."""
    return act(
        request,
        do=lambda: actions.remove_guide(guide_id=guide_id, actor=request.actor, at=now()),
        back=reverse("manage_guidance"),
        failed=reverse("manage_guide", args=[guide_id]),
        done=_("The text is removed."),
    )
