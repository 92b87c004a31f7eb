"""Forms that act: each carries a key of its own, so that sending it twice does its work once.

A page renders `{% form_key %}` inside the form; its view calls `act`, which runs the action under that key and
turns a domain error into a message on the page it came from. Where the page shows the form again with what is wrong
beside its fields, the view calls `fill_in`.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise

from ioc.kernel import idempotency
from ioc.kernel.clock import now
from ioc.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from ioc.kernel.http import Request

KEY_FIELD = "form_key"
_log = logging.getLogger(__name__)


def form_key_of(request: Request) -> str:
    """The key that the form or the client's header carries; empty when there is none."""
    return (request.headers.get("Idempotency-Key") or request.POST.get(KEY_FIELD, ""))[:120]


def run_once(request: Request, *, do: Callable[[], Any]) -> None:
    """Run `do` once for this form: a second sending does nothing. What `do` raises leaves the key free."""
    scope = f"form:{request.actor.person_id or request.path}"[:60]
    content = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}

    def run() -> dict[str, Any]:
        do()
        return {"done": True}

    idempotency.once(scope=scope, key=form_key_of(request), content=content, at=now(), do=run)


def act(
    request: Request, *, do: Callable[[], Any], back: str, failed: str = "", done: str | Promise = ""
) -> HttpResponse:
    """Run `do` once for this form and go to `back`, saying `done`; on a domain error go to `failed`, saying why.

    Raises:
        Forbidden, NotFound: these are pages of their own.
    """
    try:
        run_once(request, do=do)
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        _log.warning("refused (%s): %s", error.code, request.path, extra={"request": request})
        messages.error(request, sentence(error))
        return HttpResponseRedirect(failed or back)
    if done:
        messages.success(request, str(done))
    return HttpResponseRedirect(back)


def fill_in(request: Request, form: BaseForm, *, do: Callable[[], Any]) -> DomainError | None:
    """Check `form` and run `do` once with what was typed into it; None when that is done.

    Otherwise the refusal, with its words beside the form's fields. The form is checked within the key: a second
    sending is not held against what the first one made, and does nothing.

    Raises:
        Forbidden, NotFound: these are pages of their own.
    """

    def checked() -> None:
        if not form.is_valid():
            raise Invalid
        do()

    try:
        run_once(request, do=checked)
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        if form.is_valid():
            add_errors(form, error)
        return error
    return None


def add_errors(form: BaseForm, error: DomainError) -> None:
    """Put what is wrong beside the form's fields; what belongs to none of them at the top."""
    if not error.fields:
        form.add_error(None, sentence(error))
    for name, text in error.fields.items():
        form.add_error(name if name in form.fields else None, str(text))


def sentence(error: DomainError) -> str:
    """The error, what is wrong with each field, and the remedy, as one text."""
    parts = [str(text) for text in error.fields.values()] or [str(error.message)]
    return " ".join([*parts, str(error.remedy)]).strip()
