"""Domain errors as RFC 9457 problem details."""

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from ioc.kernel.errors import DomainError, NotFound, TooMany

_log = logging.getLogger(__name__)


def problem(error: DomainError) -> JsonResponse:
    """The problem document of a domain error."""
    body: dict[str, Any] = {
        "type": f"about:blank#{error.code}",
        "code": error.code,
        "title": str(error.message),
        "status": error.status,
    }
    if error.remedy:
        body["detail"] = str(error.remedy)
    if error.fields:
        body["errors"] = [{"field": name, "message": str(text)} for name, text in error.fields.items()]
    response = JsonResponse(body, status=error.status, content_type="application/problem+json")
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after)
    return response


def add_problem_handlers(api: NinjaAPI) -> None:
    """Teach `api` to answer every error as a problem document, without a stack trace."""

    def domain(_request: HttpRequest, error: DomainError) -> HttpResponse:
        return problem(error)

    def missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return problem(NotFound())

    def malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = {".".join(str(part) for part in one["loc"][1:]): one["msg"] for one in error.errors}
        body = {
            "type": "about:blank#malformed",
            "code": "malformed",
            "title": _("Some of what you sent has the wrong form."),
            "status": 422,
            "errors": [{"field": name, "message": text} for name, text in fields.items()],
        }
        return JsonResponse(body, status=422, content_type="application/problem+json")

    def unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
        body = {
            "type": "about:blank#malformed",
            "code": "malformed",
            "title": _("Some of what you sent has the wrong form."),
            "status": error.status_code,
        }
        return JsonResponse(body, status=error.status_code, content_type="application/problem+json")

    def unknown(request: HttpRequest, error: Exception) -> HttpResponse:
        _log.error("%s %s failed", request.method, request.path, exc_info=error)
        body = {
            "type": "about:blank#server-error",
            "code": "server-error",
            "title": _("Something went wrong on our side."),
            "status": 500,
        }
        return JsonResponse(body, status=500, content_type="application/problem+json")

    api.exception_handler(DomainError)(domain)
    api.exception_handler(Http404)(missing)
    api.exception_handler(ValidationError)(malformed)
    api.exception_handler(HttpError)(unreadable)
    api.exception_handler(Exception)(unknown)
