"""Open311 answers: JSON and XML of the same content (the "Spark convention"), errors as the specification has them."""

import logging
import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final
from xml.etree import ElementTree

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ioc.kernel.errors import DomainError, Forbidden, NotFound, TooMany
from ioc.kernel.http import Request
from ioc.onscene.queries import open311

Content = tuple[str, Any]
"""The name of the root element, and what is in it."""
View = Callable[..., Content]

FORMS: Final = ("json", "xml")
ITEMS: Final = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""What the entries of a list are called in XML."""
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_log = logging.getLogger(__name__)


def georeport(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Make a view an Open311 resource: its content in the format asked for, its errors too; no cookie, no session."""

    def wrap(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answered(request: Request, *args: Any, form: str, **kwargs: Any) -> HttpResponse:
            if form not in FORMS:
                raise Http404
            if request.method == "OPTIONS":
                return _open_to_reading(HttpResponse(status=204))
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            response = _answer(view, request, args, kwargs, form=form)
            return _open_to_reading(response) if request.method in ("GET", "HEAD") else response

        return answered

    return wrap


def _answer(view: View, request: Request, args: Any, kwargs: Any, *, form: str) -> HttpResponse:
    try:
        open311.check_jurisdiction(_jurisdiction(request))
        root, content = view(request, *args, **kwargs)
        return render(root, content, form=form)
    except DomainError as error:
        return _refusal(error, form=form)
    except SuspiciousOperation:
        return _errors([(400, _("The request is too large or malformed."))], status=400, form=form)
    except Exception:
        _log.exception("%s %s failed", request.method, request.path)
        return _errors([(500, _("Something went wrong on our side."))], status=500, form=form)


def _jurisdiction(request: Request) -> str:
    return request.GET.get("jurisdiction_id") or request.POST.get("jurisdiction_id", "")


def _open_to_reading(response: HttpResponse) -> HttpResponse:
    """What everybody may read, pages of other sites may read too."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    return response


def _refusal(error: DomainError, *, form: str) -> HttpResponse:
    """The specification knows 404 for what there is not, 403 for the key and 400 for everything else."""
    kept = isinstance(error, NotFound | Forbidden | TooMany)
    status = error.status if kept else 400
    texts = [str(text) for text in error.fields.values()] or [f"{error.message} {error.remedy}".strip()]
    if isinstance(error, NotFound | Forbidden):
        texts = [str(error.message)]
    response = _errors([(status, text) for text in texts], status=status, form=form)
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after)
    return response


def _errors(found: Sequence[tuple[int, str]], *, status: int, form: str) -> HttpResponse:
    content = [{"code": code, "description": text} for code, text in found]
    return render("errors", content, form=form, status=status)


def render(root: str, content: Any, *, form: str, status: int = 200) -> HttpResponse:
    """`content` as JSON or XML."""
    if form == "json":
        return JsonResponse(
            content,
            safe=False,
            status=status,
            json_dumps_params={"ensure_ascii": False},
            content_type="application/json; charset=utf-8",
        )
    document = ElementTree.tostring(_element(root, content), encoding="utf-8", xml_declaration=True)
    return HttpResponse(document, status=status, content_type="text/xml; charset=utf-8")


def _element(name: str, content: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(content, dict):
        element.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, list):
        element.extend(_element(ITEMS[name], value) for value in content)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        element.text = _NOT_XML.sub("", str(content))
    return element
