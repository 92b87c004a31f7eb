"""Saving what changes rights: first what would change, then, confirmed, the change itself."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ioc.kernel.clock import local_date, now
from ioc.kernel.forms import KEY_FIELD, fill_in
from ioc.kernel.http import Request
from ioc.management.actions.second_person import save_or_ask
from ioc.management.forms.base import RecordForm
from ioc.management.models import PendingChange, Role
from ioc.management.queries.pending import other_administrators
from ioc.management.queries.reviewing import Review
from ioc.management.queries.rights_review import review_of
from ioc.management.views.rights_words import reach_words, right_name

REVIEWED: Final = "reviewed"
"""Sent by the page that showed what would change."""
KINDS: Final = frozenset({"role", "position"})
_OWN: Final = frozenset({"csrfmiddlewaretoken", KEY_FIELD, REVIEWED, "reason"})

FormPage = Callable[[RecordForm, int], HttpResponse]


def save_reviewed(
    request: Request,
    *,
    kind: str,
    form: RecordForm,
    record_id: Any,
    again: FormPage,
    home: Callable[[Any], str],
    title: Any,
) -> HttpResponse:
    """Save what was typed into `form` once the person has seen what it changes; what changes nothing is saved at once.

    `again` shows the form with its errors, `home` says where a saved row is seen.
    """
    if not form.is_valid():
        return again(form, 422)
    if REVIEWED not in request.POST:
        found = review_of(kind, row=form.instance, fields=form.given(), record_id=record_id, day=local_date(now()))
        if not found.is_empty or found.for_two:
            return _review_page(request, found, title)
    return _save(request, kind, form, record_id, again, home, title)


def _save(
    request: Request,
    kind: str,
    form: RecordForm,
    record_id: Any,
    again: FormPage,
    home: Callable[[Any], str],
    title: Any,
) -> HttpResponse:
    saved: list[Any] = []
    reason = request.POST.get("reason", "")
    asked = {"kind": kind, "fields": form.given(), "record_id": record_id, "actor": request.actor, "reason": reason}
    refused = fill_in(request, form, do=lambda: saved.append(save_or_ask(**asked, at=now())))
    if refused and "reason" in refused.fields:
        found = review_of(kind, row=form.instance, fields=form.given(), record_id=record_id, day=local_date(now()))
        return _review_page(request, found, title, error=str(refused.fields["reason"]), status=422)
    if refused:
        return again(form, refused.status)
    return _done(request, saved[0] if saved else form.instance, home)


def _done(request: Request, row: Any, home: Callable[[Any], str]) -> HttpResponse:
    if isinstance(row, PendingChange):
        messages.success(request, _("This now waits for a second administrator. Nothing has changed yet."))
        return HttpResponseRedirect(reverse("manage_pending_change", args=[row.pk]))
    messages.success(request, _("Saved."))
    if row.pk is None:  # sent twice: the row of the first time has its own id
        return HttpResponseRedirect(reverse("manage_list", args=["roles" if isinstance(row, Role) else "positions"]))
    return HttpResponseRedirect(home(row))


def _review_page(request: Request, found: Review, title: Any, *, error: str = "", status: int = 200) -> HttpResponse:
    """The page that says what would change, with what was typed kept for the confirmation."""
    kept = [(name, value) for name, values in request.POST.lists() if name not in _OWN for value in values]
    context = {
        "title": title,
        "review": found,
        "rows": [_row(one) for one in found.people],
        "rights_for_two": [right_name(one) for one in sorted(found.for_two)],
        "others": other_administrators(request.actor.person_id, at=now()) if found.for_two else [],
        "kept": kept,
        "reason": request.POST.get("reason", ""),
        "error": error,
        "back": request.get_full_path(),
    }
    return render(request, "management/review.html", context, status=status)


def _row(one: Any) -> dict[str, Any]:
    return {
        "person": one.person,
        "gained": [(right_name(grant.right), reach_words(grant)) for grant in one.gained],
        "lost": [(right_name(grant.right), reach_words(grant)) for grant in one.lost],
        "matters": one.matters,
    }


def is_reviewed(kind: str) -> bool:
    """Whether saving a record of `kind` changes rights."""
    return kind in KINDS
