"""Listing, adding, changing and removing a record of any kind, from its description in `kinds`."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.forms import act, fill_in
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE, MANAGE_PEOPLE
from ioc.management.actions.records import delete_record, save_record
from ioc.management.actions.scope import require_manager
from ioc.management.forms.base import RecordForm
from ioc.management.queries import screens
from ioc.management.queries.usage import uses_of
from ioc.management.stepup import step_up_to_send_in
from ioc.management.views import lists
from ioc.management.views.common import day_asked
from ioc.management.views.kinds import SCREENS, Part, Screen
from ioc.management.views.reviewing import is_reviewed, save_reviewed

_DANGEROUS: Final = ("roles", "people", "positions")
"""What gives rights, and the e-mail to which a new password is sent: an unlocked screen alone changes none of it."""


def screen_of(slug: str) -> Screen:
    """The description for an address.

    Raises:
        Http404: there is no such list.
    """
    try:
        return SCREENS[slug]
    except KeyError as error:
        raise Http404 from error


@require_safe
@staff(MANAGE, MANAGE_PEOPLE)
def listing(request: Request, slug: str) -> HttpResponse:
    """The list of one kind of record."""
    screen = screen_of(slug)
    if not screen.is_listed:
        raise Http404
    return list_page(request, list_context(request, screen))


def list_page(request: Request, context: dict[str, Any], template: str = "management/list.html") -> HttpResponse:
    """A list's page; one that a script asked for tells the browser the address to keep."""
    answer = render(request, template, context)
    if request.headers.get("HX-Request"):
        answer["HX-Replace-Url"] = lists.clean_address(request)
    return answer


def list_context(request: Request, screen: Screen) -> dict[str, Any]:
    """What a list page shows, as its address asks."""
    day = day_asked(request)
    page = screens.records(kind=screen.kind, filters=request.GET.dict(), day=day, actor=request.actor)
    filters = lists.choices(request, screen)
    found = lists.chips(request, screen, filters, day)
    return {
        "screen": screen,
        "page": page,
        "lines": list(lists.lines(screen, page.rows)),
        "heads": lists.heads(request, screen),
        "older": lists.address(request, cursor=page.older) if page.older else "",
        "newer": lists.address(request, cursor=page.newer) if page.newer else "",
        "day": day,
        "filters": filters,
        "is_searched": bool(screens.LISTS[screen.kind].search),
        "chips": found,
        "is_filtered": bool(found),
        "exports": lists.exports(request, screen),
        "may_move": bool(screen.move) and not found and not request.GET.get("sort"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE, MANAGE_PEOPLE)
@step_up_to_send_in(*_DANGEROUS)
def add(request: Request, slug: str) -> HttpResponse:
    """The form for a new record; values in the address are filled in."""
    screen = screen_of(slug)
    require_manager(request.actor, screen.kind)
    initial = {"valid_from": local_date(now()), **request.GET.dict()}
    return add_with(request, screen, screen.form(posted(request), initial=initial))


def add_with(request: Request, screen: Screen, form: RecordForm) -> HttpResponse:
    """Show `form` for a new record, or save what was typed into it."""
    form.narrow(request.actor)
    if request.method != "POST":
        return _form_page(request, screen, form)
    return _save(request, screen, form, record_id=None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE, MANAGE_PEOPLE)
@step_up_to_send_in(*_DANGEROUS)
def change(request: Request, slug: str, record_id: str) -> HttpResponse:
    """The form of one record, with what belongs to it."""
    screen = screen_of(slug)
    row = screens.record(kind=screen.kind, record_id=record_id, actor=request.actor)
    form = screen.form(posted(request), instance=row)
    form.narrow(request.actor)
    if request.method != "POST":
        return _form_page(request, screen, form)
    return _save(request, screen, form, record_id=row.pk)


def _save(request: Request, screen: Screen, form: RecordForm, *, record_id: Any) -> HttpResponse:
    """Save it; what changes rights shows first what would change."""
    if not is_reviewed(screen.kind):
        return _save_at_once(request, screen, form, record_id=record_id)
    return save_reviewed(
        request,
        kind=screen.kind,
        form=form,
        record_id=record_id,
        again=lambda wrong, status: _form_page(request, screen, wrong, status=status),
        home=lambda row: home_of(screen, row),
        title=screen.title,
    )


def _save_at_once(request: Request, screen: Screen, form: RecordForm, *, record_id: Any) -> HttpResponse:
    saved: list[Any] = []

    def do() -> None:
        saved.append(
            save_record(kind=screen.kind, fields=form.given(), record_id=record_id, actor=request.actor, at=now())
        )

    if refused := fill_in(request, form, do=do):
        return _form_page(request, screen, form, status=refused.status)
    messages.success(request, _("Saved."))
    if not saved and record_id is None and screen.is_listed:  # sent twice: the row of the first time has its own id
        return HttpResponseRedirect(reverse("manage_list", args=[screen.slug]))
    form.is_valid()  # fills in the instance when this was sent before
    return HttpResponseRedirect(home_of(screen, saved[0] if saved else form.instance))


def posted(request: Request) -> Any:
    """What was sent, also when it is nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def home_of(screen: Screen, row: Any) -> str:
    """Where a saved or removed row is seen."""
    return screen.home(row) if screen.home else reverse("manage_list", args=[screen.slug])


def _list_of(screen: Screen) -> str:
    return reverse("manage_list", args=[screen.slug]) if screen.is_listed else reverse("manage_start")


def _form_page(request: Request, screen: Screen, form: RecordForm, *, status: int = 200) -> HttpResponse:
    """The form. Its record is read anew: a form that was filled in wrongly has changed the one it holds."""
    row = None
    if form.instance.pk and not form.instance._state.adding:
        row = screens.record(kind=screen.kind, record_id=form.instance.pk, actor=request.actor)
    context = {
        "screen": screen,
        "form": form,
        "record": row,
        "parts": [_part(request, one, row) for one in screen.parts] if row else [],
        "uses": uses_of(kind=screen.kind, record_id=row.pk, actor=request.actor)
        if row and screen.may_be_removed
        else [],
        "back": home_of(screen, row) if row else _list_of(screen),
    }
    return render(request, "management/record.html", context, status=status)


def _part(request: Request, part: Part, row: Any) -> dict[str, Any]:
    screen = SCREENS[part.slug]
    rows = screens.parts(kind=screen.kind, of=dict.fromkeys(part.fields, row.pk), actor=request.actor)
    add_at = reverse("manage_add", args=[part.slug])
    return {
        "screen": screen,
        "lines": list(lists.lines(screen, rows)),
        "empty": part.empty,
        "add": f"{add_at}?{part.fields[0]}={row.pk}",
    }


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
def remove(request: Request, slug: str, record_id: str) -> HttpResponse:
    """Remove a record that nothing uses; for a used one say to end it instead."""
    screen = screen_of(slug)
    if not screen.may_be_removed:
        raise Http404
    row = screens.record(kind=screen.kind, record_id=record_id, actor=request.actor)
    return act(
        request,
        do=lambda: delete_record(kind=screen.kind, record_id=row.pk, actor=request.actor, at=now()),
        back=home_of(screen, row),
        failed=reverse("manage_record", args=[slug, row.pk]),
        done=_("Removed."),
    )
