"""Reports for programs: filing without an account, and what is published."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile

from ioc.kernel.clock import now
from ioc.kernel.http import Request
from ioc.onscene import actions
from ioc.onscene.queries import public, public_detail
from ioc.onscene.queries.cards import Card
from ioc.onscene.queries.choices import Channel, KindCode
from ioc.onscene.queries.files import Picture
from ioc.onscene.queries.places import Place

router = Router(tags=["reports"])


class ReportIn(Schema):
    """A report to file. A place is needed: coordinates, or a commune's code. So is a phone or an e-mail."""

    text: str
    category: str = Field(description="code of a category (Open311: service_code)")
    kind: str = KindCode.ON_SCENE
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    accuracy_m: float | None = None
    area_code: str = ""
    place_text: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    hides_name: bool = True
    answers: dict[str, Any] = {}
    media: list[str] = Field(default=[], description="handles from POST /api/reports/media")
    language: str = Field(default="vi", pattern="^(vi|en)$")


class FiledOut(Schema):
    """`token` and `link` are the reporter's secret; `due_at` is by when the report is taken up."""

    id: UUID
    code: str
    token: str
    link: str
    due_at: datetime


class MediaOut(Schema):
    """A kept file: name `handle` in the filing within two days."""

    handle: str
    kind: str


class PlaceOut(Schema):
    """A point, and within how many metres of it the matter lies."""

    latitude: float
    longitude: float
    within_m: int


class PublishedOut(Schema):
    """A published report."""

    code: str
    title: str
    state: str
    state_name: str
    category: str
    area: str
    agency: str
    filed_at: datetime
    published_at: datetime | None
    join_count: int
    rating: str
    result: str
    place: PlaceOut | None
    place_text: str
    thumbnail: str
    link: str


class PageOut(Schema):
    """Some reports; `next` is the cursor of those after them, empty at the end."""

    reports: list[PublishedOut]
    next: str


class PictureOut(Schema):
    """A photo or video of a published report."""

    kind: str
    phase: str
    at: datetime
    link: str


class StepOut(Schema):
    """A step of the report's way."""

    at: datetime
    step: str
    line: str
    details: str


class DetailOut(PublishedOut):
    """A published report with all that everybody may know of it."""

    text: str
    pictures: list[PictureOut]
    timeline: list[StepOut]


@router.post("", response={201: FiledOut}, summary="File a report")
def post_report(request: HttpRequest, body: ReportIn) -> Status[FiledOut]:
    """With an `Idempotency-Key` header, asking again gives the same answer and files nothing twice."""
    ours = cast("Request", request)
    filed = actions.file_report(
        filing=_filing(body),
        at=now(),
        key=request.headers.get("Idempotency-Key", "")[:120],
        address=ours.client_address,
    )
    link = f"{settings.ORIGIN}/citizen/r/{filed.token}/"
    return Status(201, FiledOut(id=filed.id, code=filed.code, token=filed.token, link=link, due_at=filed.due_at))


@router.post("/media", response={201: MediaOut}, summary="Send one photo or video")
def post_media(request: HttpRequest, file: File[UploadedFile]) -> Status[MediaOut]:
    """JPEG, PNG, WebP, HEIC up to 15 MB; MP4, MOV, WebM up to 60 MB. It is cleaned of all metadata."""
    media = actions.take_file(file, at=now(), address=cast("Request", request).client_address)
    return Status(201, MediaOut(handle=actions.handle_of(media), kind=media.kind))


@router.get("", response=PageOut, summary="Published reports")
def get_reports(request: HttpRequest, cursor: str = "") -> PageOut:
    """The last published first. Filters: area, category, state (done, again), since, until, q."""
    page = public.listed(public.filters_of(request.GET.dict()), at=now(), cursor=cursor)
    return PageOut(reports=[PublishedOut(**_listed(one)) for one in page.rows], next=page.next_cursor)


@router.get("/{code}", response=DetailOut, summary="One published report")
def get_report(request: HttpRequest, code: str) -> DetailOut:
    """What everybody may know; never who reported, unless they chose to show their name on the page."""
    found = public_detail.detail(code, at=now())
    return DetailOut(
        **_shared(found.card, found.place, found.place_text, found.result, has_thumbnail=bool(found.before)),
        text=found.text,
        pictures=[_picture(one) for one in found.pictures],
        timeline=[StepOut(at=one.at, step=one.verb, line=one.line, details=one.details) for one in found.timeline],
    )


def _filing(body: ReportIn) -> actions.Filing:
    media = tuple(actions.media_of(handle) for handle in body.media)
    actions.check_one_video(media)
    fields = body.dict(exclude={"media"})
    return actions.Filing(**fields, media=media, channel=Channel.APP)


def _listed(one: public.Published) -> dict[str, Any]:
    return _shared(one.card, one.place, one.place_text, one.result, has_thumbnail=one.has_thumbnail)


def _shared(card: Card, place: Place | None, place_text: str, result: str, *, has_thumbnail: bool) -> dict[str, Any]:
    return {
        "code": card.code,
        "title": card.title,
        "state": card.state,
        "state_name": card.state_name,
        "category": card.category.code,
        "area": card.area_name,
        "agency": card.lead_name,
        "filed_at": card.filed_at,
        "published_at": card.published_at,
        "join_count": card.join_count,
        "rating": card.rating,
        "result": result,
        "place": PlaceOut(**asdict(place)) if place else None,
        "place_text": place_text,
        "thumbnail": f"{settings.ORIGIN}/thumbs/{card.id}/" if has_thumbnail else "",
        "link": f"{settings.ORIGIN}/reports/{card.code}/",
    }


def _picture(one: Picture) -> PictureOut:
    link = f"{settings.ORIGIN}/files/{one.id}/{one.whole}/"
    return PictureOut(kind=one.kind, phase=one.phase, at=one.at, link=link)
