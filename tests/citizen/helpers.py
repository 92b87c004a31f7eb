"""Photos, and reports brought to a state through the product's own actions."""

import io
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from ioc.onscene import actions
from tests.factories import SmallProvince


def photo(
    name: str = "rac.jpg", *, colour: str = "#886644", gps: tuple[float, float] | None = None
) -> SimpleUploadedFile:
    """A small JPEG; with `gps` its metadata says where it was taken."""
    image, out = Image.new("RGB", (640, 480), colour), io.BytesIO()
    exif = Image.Exif()
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: _degrees(gps[0]), 3: "E", 4: _degrees(gps[1])})
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def _degrees(value: float) -> tuple[float, float, float]:
    whole = int(value)
    minutes = int((value - whole) * 60)
    return (float(whole), float(minutes), round(((value - whole) * 60 - minutes) * 60, 3))


def form(**changes: object) -> dict[str, object]:
    """A form filled in as a person would, with `changes`."""
    given = {
        "text": "Rác sinh hoạt tồn đọng ba ngày trước cổng chợ",
        "category": "waste",
        "kind": "on_scene",
        "latitude": "21.300000",
        "longitude": "106.150000",
        "phone": "0912 345 678",
        "form_key": "key-1",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def handled(small: SmallProvince, filed: actions.Filed, *, at: datetime) -> None:
    """Bring a report to where the result waits to be published, with a photo after the work."""
    west = small.organizations["west"].id
    operator, officer, head = (small.actor(login) for login in ("operator", "officer", "head"))
    actions.dispatch(report_id=filed.id, lead_id=west, actor=operator, at=at + timedelta(minutes=10))
    actions.accept(report_id=filed.id, actor=officer, at=at + timedelta(minutes=20))
    after = actions.take_file(photo("sau.jpg", colour="#22aa55"), at=at)
    actions.submit_outcome(
        report_id=filed.id,
        text="Đã dọn sạch điểm rác trước cổng chợ lúc 10 giờ.",
        media=[after],
        actor=officer,
        at=at + timedelta(minutes=90),
    )
    actions.approve_outcome(report_id=filed.id, actor=head, at=at + timedelta(minutes=100))


def published(small: SmallProvince, *, at: datetime, **fields: object) -> actions.Filed:
    """A report with photos before and after, published."""
    before = actions.take_file(photo("truoc.jpg"), at=at)
    filed = small.file(at=at, media=(before,), **fields)
    handled(small, filed, at=at)
    actions.publish(report_id=filed.id, text="Đã dọn sạch.", actor=small.actor("operator"), at=at + timedelta(hours=2))
    return filed


def statements(client: Client, address: str) -> int:
    """How many statements a page asks, the once-a-second look at the reference version left out."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return sum("kernel_referenceversion" not in one["sql"] for one in asked)
