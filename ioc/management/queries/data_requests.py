"""Requests about personal data: who waits, until when, and what is kept of one person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ioc.kernel import personal_data
from ioc.kernel.actors import Actor
from ioc.kernel.clock import now
from ioc.kernel.errors import NotFound
from ioc.kernel.health import Worry
from ioc.kernel.keyset import Key, KeyPage, page_by_key
from ioc.kernel.models import StoredFile
from ioc.kernel.personal_data import Found, GivenFile
from ioc.kernel.rights import ANSWER_DATA_REQUESTS
from ioc.management.models import AuditEntry, DataRequest, RequestKind, RequestState
from ioc.management.rules.data_requests import OPEN

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Opened:
    """A request with what is kept of the person (nothing is opened) and its steps. `files` are those to decide about:
    there are some only while a request to erase waits to be carried out.
    """

    request: DataRequest
    found: list[Found]
    files: list[GivenFile]
    steps: list[AuditEntry]


def data_requests(*, actor: Actor, only_open: bool, cursor: str = "") -> KeyPage:
    """A page of requests: open ones, the most urgent first, or all, the latest first; one statement.

    Raises:
        Forbidden: the actor does not answer such requests.
    """
    actor.require(ANSWER_DATA_REQUESTS)
    rows: QuerySet[DataRequest] = DataRequest.objects.select_related("answered_by")
    if only_open:
        return page_by_key(rows.filter(state__in=OPEN), order=(Key("answer_by"),), cursor=cursor, size=PER_PAGE)
    return page_by_key(rows, order=(Key("asked_at", descending=True),), cursor=cursor, size=PER_PAGE)


def data_request(*, request_id: int, actor: Actor) -> Opened:
    """One request.

    Raises:
        Forbidden: the actor does not answer such requests.
        NotFound: there is none.
    """
    actor.require(ANSWER_DATA_REQUESTS)
    request = DataRequest.objects.select_related("term", "answered_by").filter(id=request_id).first()
    if request is None:
        raise NotFound
    found = personal_data.find(bytes(request.contact_digest)) if request.contact_digest else []
    steps = AuditEntry.objects.filter(record_kind="data_request", record_id=str(request.pk)).order_by("at", "id")
    files = personal_data.files(bytes(request.contact_digest)) if _waits_to_erase(request) else []
    return Opened(request, found, files, list(steps))


def _waits_to_erase(request: DataRequest) -> bool:
    return (request.kind, request.state) == (RequestKind.ERASE, RequestState.ACCEPTED) and bool(request.contact_digest)


def given_file(*, request_id: int, key: str, actor: Actor) -> StoredFile:
    """A photo or video that the person gave, to decide whether it stays; only while the request to erase waits.

    Raises:
        Forbidden: the actor does not answer such requests.
        NotFound: no such request, it does not wait to be carried out, or the file is not the person's.
    """
    actor.require(ANSWER_DATA_REQUESTS)
    request = DataRequest.objects.filter(id=request_id).first()
    if request is None or not _waits_to_erase(request):
        raise NotFound
    return personal_data.file(bytes(request.contact_digest), key)


def data_request_worries() -> Iterator[Worry]:
    """Requests whose answer, or whose deed, is late."""
    at = now()
    unanswered = DataRequest.objects.filter(state="received", answer_by__lt=at).count()
    undone = DataRequest.objects.filter(state="accepted", carry_out_by__lt=at).count()
    if unanswered + undone:
        text = _("%(n)s requests about personal data are late.") % {"n": unanswered + undone}
        yield Worry(text=text, href="/manage/data-requests/", is_grave=True)
