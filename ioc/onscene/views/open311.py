"""Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2/): each resource in JSON and XML."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ioc.kernel.clock import local, now
from ioc.kernel.errors import Invalid
from ioc.kernel.http import Request
from ioc.kernel.media.errors import TooLargeFile
from ioc.kernel.media.limits import MAX_VIDEO_BYTES, MIB
from ioc.kernel.uploads import too_large
from ioc.management.queries import loading
from ioc.management.queries.catalogue import categories_changed_at
from ioc.management.queries.reference import CategoryRef, QuestionRef
from ioc.onscene.actions.open311 import file_by_program
from ioc.onscene.queries import open311
from ioc.onscene.queries.open311 import ServiceRequest
from ioc.onscene.rules.filing import MOST_FILES
from ioc.onscene.views.open311_answers import Content, georeport
from ioc.onscene.views.open311_parameters import filing_of, wanted_of

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ["text/xml", "application/json"]


@georeport("GET", "HEAD")
def discovery(request: Request) -> Content:
    """Where this interface is, and whom to ask for a key."""
    province = loading.current().province
    contact = ", ".join(part for part in (province.hotline, province.email) if part) if province else ""
    changed_at = categories_changed_at()
    mark = f"{local(changed_at):%Y-%m-%d %H:%M}" if changed_at else "2026-01-01 00:00"
    endpoint = {
        "specification": SPECIFICATION,
        "url": request.build_absolute_uri(reverse("open311")).rstrip("/"),
        "changeset": mark,
        "type": "test" if province and province.is_demonstration else "production",
        "formats": FORMATS,
    }
    return "discovery", {
        "changeset": mark,
        "contact": contact or _("The operations centre"),
        "key_service": _("Ask the operations centre for an api_key: %(contact)s") % {"contact": contact},
        "endpoints": [endpoint],
    }


@georeport("GET", "HEAD")
def service_list(_request: Request) -> Content:
    """What may be reported."""
    return "services", [_service(category) for category in open311.services()]


@georeport("GET", "HEAD")
def service_definition(_request: Request, code: str) -> Content:
    """What is asked of who reports in a service."""
    category = open311.service(code)
    attributes = [_attribute(question, order) for order, question in enumerate(category.questions, start=1)]
    return "service_definition", {"service_code": category.code, "attributes": attributes}


@georeport("GET", "HEAD")
def service_request(request: Request, request_id: str) -> Content:
    """One published report."""
    return "service_requests", [_service_request(request, open311.service_request(request_id))]


@georeport("GET", "HEAD")
def token(_request: Request, token: str) -> Content:
    """The identifier of the report behind a private link."""
    return "service_requests", [{"service_request_id": open311.code_of_token(token), "token": token}]


@georeport("GET", "HEAD", "POST")
def service_requests(request: Request) -> Content:
    """Published reports that match; or a new report."""
    if request.method == "POST":
        return "service_requests", [_filed(request)]
    rows = open311.service_requests(wanted_of(request.GET, now=now()))
    return "service_requests", [_service_request(request, row) for row in rows]


def _filed(request: Request) -> dict[str, Any]:
    at = now()
    filed = file_by_program(
        api_key=request.POST.get("api_key") or request.GET.get("api_key", ""),
        filing=filing_of(request.POST, now=at),
        uploads=_uploads(request),
        at=at,
        key=request.headers.get("Idempotency-Key", ""),
    )
    link = request.build_absolute_uri(f"/citizen/r/{filed.token}/")
    notice = _("The operating team takes it up by %(due)s. Follow it at %(link)s")
    return {
        "service_request_id": filed.code,
        "service_notice": notice % {"due": f"{local(filed.due_at):%H:%M %d/%m/%Y}", "link": link},
        "account_id": request.POST.get("account_id") or None,
    }


def _uploads(request: Request) -> "list[UploadedFile[Any]]":
    uploads = request.FILES.getlist("media")
    for name in too_large(request):
        raise TooLargeFile(name=name, limit=MAX_VIDEO_BYTES // MIB)
    if len(uploads) > MOST_FILES:
        raise Invalid(fields={"media": _("At most %(most)s files; please leave some out.") % {"most": MOST_FILES}})
    return uploads


def _service(category: CategoryRef) -> dict[str, Any]:
    return {
        "service_code": category.code,
        "service_name": category.label,
        "description": category.description or None,
        "metadata": bool(category.questions),
        "type": "realtime",
        "keywords": ", ".join(category.keywords),
        "group": open311.group_of(category),
    }


def _attribute(question: QuestionRef, order: int) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "variable": True,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.required,
        "datatype_description": question.hint or None,
        "order": order,
        "description": question.label,
    }
    if question.values:
        attribute["values"] = [{"key": key, "name": name} for key, name in question.values]
    return attribute


def _service_request(request: Request, row: ServiceRequest) -> dict[str, Any]:
    thumbnail = request.build_absolute_uri(reverse("thumb", args=[row.id])) if row.has_thumbnail else None
    return {
        "service_request_id": row.code,
        "status": row.status,
        "status_notes": row.result or None,
        "service_name": row.category.label,
        "service_code": row.category.code,
        "description": row.text,
        "agency_responsible": row.agency or None,
        "service_notice": None,
        "requested_datetime": _w3c(row.filed_at),
        "updated_datetime": _w3c(row.changed_at),
        "expected_datetime": _w3c(row.due_at) if row.due_at else None,
        "address": row.address or None,
        "address_id": row.area_code or None,
        "zipcode": None,
        "lat": row.latitude,
        "long": row.longitude,
        "media_url": thumbnail,
    }


def _w3c(moment: datetime) -> str:
    return local(moment).isoformat(timespec="seconds")


def start(request: Request) -> HttpResponse:
    """The address of the interface itself gives its discovery document."""
    response: HttpResponse = discovery(request, form="xml")
    return response
