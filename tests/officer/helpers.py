"""Matters brought to where a test needs them, through the product's own actions."""

from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ioc.onscene import actions
from tests.factories import MONDAY_9AM

NAME, PHONE, EMAIL = "Trần Thị Bí Mật", "0987654321", "bimat@example.vn"
OUTCOME = "Đã thu gom hết rác trước số nhà 12 và rửa đường lúc 10 giờ sáng."


def dispatched(small, *, at=MONDAY_9AM, lead="west", cooperating=(), note="", **fields):
    """A report that the team passed on five minutes after it came."""
    given = {"category": "officials", "name": NAME, "phone": PHONE, "email": EMAIL} | fields
    filed = small.file(at=at, **given)
    actions.dispatch(
        report_id=filed.id,
        lead_id=small.organizations[lead].id,
        cooperating_ids=[small.organizations[one].id for one in cooperating],
        note=note,
        actor=small.actor("operator"),
        at=at + timedelta(minutes=5),
    )
    return filed


def accepted(small, *, at=MONDAY_9AM, login="officer", **fields):
    """A report that the officer took."""
    filed = dispatched(small, at=at, **fields)
    actions.accept(report_id=filed.id, actor=small.actor(login), at=at + timedelta(minutes=10))
    return filed


def submitted(small, *, at=MONDAY_9AM, **fields):
    """A report whose outcome waits for the head."""
    filed = accepted(small, at=at, **fields)
    actions.submit_outcome(
        report_id=filed.id, text=OUTCOME, actor=small.actor("officer"), at=at + timedelta(minutes=60)
    )
    return filed


def photo(name="sau.jpg", colour="green"):
    """A small photo as a browser sends it."""
    content = BytesIO()
    Image.new("RGB", (64, 48), colour).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")
