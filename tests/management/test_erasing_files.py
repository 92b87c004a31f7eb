"""An erasure request asks of each photo and video whether it stays; what goes, goes from everywhere."""

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from ioc.kernel import personal_data
from ioc.kernel.media import storage
from ioc.kernel.models import StoredFile
from ioc.kernel.personal_data import FileChoice, FilesUndecided
from ioc.management.actions import data_requests as requests
from ioc.management.actions.audit_chain import lengthen
from ioc.management.actions.data_requests import Asking
from ioc.management.models import AuditEntry, DataRequest
from ioc.management.queries.audit_chain import verify
from ioc.onscene import actions
from ioc.onscene.models import Attachment, AttachmentPhase, Report, Reporter
from ioc.onscene.queries.timeline import timeline_for_staff
from ioc.onscene.rules.media import Media
from tests.factories import MONDAY_9AM, SmallProvince

pytestmark = pytest.mark.django_db

PHONE = "0912345678"
TUESDAY = MONDAY_9AM + timedelta(days=1)
PAGE = "/manage/data-requests"


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Any) -> Path:
    settings.FILES_ROOT = tmp_path
    return tmp_path


def stored(colour: str) -> Media:
    """A photo that is kept, long since."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "PNG")
    kept = storage.keep_photo(out.getvalue(), MONDAY_9AM).file
    for path in on_disk(kept.sha256):
        os.utime(path, (0, 0))
    return Media(kept.sha256)


def on_disk(sha256: str) -> list[Path]:
    return list(storage.path_of(sha256).parent.glob(f"{sha256}*"))


def refused(small: SmallProvince, *media: Media, phone: str = PHONE) -> Report:
    filed = small.file(media=media, phone=phone, name="Nguyễn Văn An")
    actions.refuse(report_id=filed.id, reason_code="not-clear", words="Chưa rõ vị trí", actor=small.actor("operator"),
                   at=MONDAY_9AM)  # fmt: skip
    return Report.objects.get(id=filed.id)


@pytest.fixture
def face(root: Path) -> Media:
    return stored("red")


@pytest.fixture
def pothole(root: Path) -> Media:
    return stored("gray")


@pytest.fixture
def report(small: SmallProvince, face: Media, pothole: Media) -> Report:
    return refused(small, face, pothole)


@pytest.fixture
def waiting(small: SmallProvince, report: Report) -> DataRequest:
    """A request to erase that was accepted."""
    by: dict[str, Any] = {"actor": small.actor("administrator")}
    made = requests.enter_request(asking=Asking(kind="erase", phone=PHONE), verified_how="CCCD tại quầy", **by,
                                  at=MONDAY_9AM)  # fmt: skip
    requests.accept(request_id=made.pk, **by, at=TUESDAY)
    return made


def choices(report: Report, **by_file: FileChoice) -> dict[str, FileChoice]:
    """Attachment → choice, by the file's SHA-256."""
    return {str(one.id): by_file[f"f{one.file_id}"] for one in report.attachments.all()}


def carried_out(small: SmallProvince, request: DataRequest, chosen: dict[str, FileChoice]) -> dict[str, int]:
    who = small.actor("administrator")
    return dict(requests.carry_out(request_id=request.pk, choices=chosen, actor=who, at=TUESDAY))


def one_goes(face: Media, pothole: Media) -> dict[str, FileChoice]:
    return {f"f{face.sha256}": FileChoice.REMOVE, f"f{pothole.sha256}": FileChoice.KEEP}


def test_what_is_marked_leaves_rows_disk_and_every_smaller_copy(
    small: SmallProvince, report: Report, waiting: DataRequest, face: Media, pothole: Media,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    assert len(on_disk(face.sha256)) == 3
    with django_capture_on_commit_callbacks(execute=True):
        done = carried_out(small, waiting, choices(report, **one_goes(face, pothole)))
    assert 1 in done.values()
    assert on_disk(face.sha256) == []
    assert len(on_disk(pothole.sha256)) == 3
    assert list(report.attachments.values_list("file_id", flat=True)) == [pothole.sha256]
    assert not StoredFile.objects.filter(sha256=face.sha256).exists()
    report.refresh_from_db()
    assert report.thumbnail == pothole.sha256


def test_the_chain_the_counts_and_the_matter_stay(
    small: SmallProvince, report: Report, waiting: DataRequest, face: Media, pothole: Media
) -> None:
    before, events = Report.objects.count(), set(report.events.values_list("id", flat=True))
    carried_out(small, waiting, choices(report, **one_goes(face, pothole)))
    lengthen()
    assert verify().holds
    assert Report.objects.count() == before
    assert events < set(report.events.values_list("id", flat=True))
    assert report.events.get(verb="files_decided").after == {"removed": 1, "kept": 1}
    assert any("1 removed, 1 kept" in step.line or "xóa 1, giữ 1" in step.line for step in timeline_for_staff(report))
    entry = AuditEntry.objects.get(verb="data_request_done")
    assert sorted(value for value in entry.after.values() if isinstance(value, int)) == [1, 1]
    assert Reporter.objects.get(report=report).wiped_at == TUESDAY


def test_nothing_is_kept_and_nothing_lost_because_nobody_looked(
    small: SmallProvince, report: Report, waiting: DataRequest
) -> None:
    with pytest.raises(FilesUndecided):
        carried_out(small, waiting, {})
    first = report.attachments.first()
    assert first is not None
    with pytest.raises(FilesUndecided):
        carried_out(small, waiting, {str(first.id): FileChoice.KEEP})
    assert report.attachments.count() == 2
    assert Reporter.objects.get(report=report).wiped_at is None


def test_a_file_that_somebody_else_sent_too_stays_theirs(
    small: SmallProvince, report: Report, waiting: DataRequest, face: Media, pothole: Media,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    other = refused(small, face, phone="0988888888")
    everything = dict.fromkeys(one_goes(face, pothole), FileChoice.REMOVE)
    with django_capture_on_commit_callbacks(execute=True):
        carried_out(small, waiting, choices(report, **everything))
    assert len(on_disk(face.sha256)) == 3
    assert on_disk(pothole.sha256) == []
    assert other.attachments.count() == 1
    report.refresh_from_db()
    assert report.thumbnail == ""


def test_a_file_put_again_this_minute_waits_for_the_nightly_clearing(face: Media) -> None:
    for path in on_disk(face.sha256):
        path.touch()
    StoredFile.objects.filter(sha256=face.sha256).delete()
    assert not storage.remove(face.sha256, ("thumb", "view"))
    assert len(on_disk(face.sha256)) == 3
    assert not storage.remove("0" * 64)


def test_pictures_of_the_work_are_not_the_persons(small: SmallProvince, report: Report, waiting: DataRequest) -> None:
    Attachment.objects.filter(report=report).update(phase=AttachmentPhase.AFTER)
    request = DataRequest.objects.get(pk=waiting.pk)
    assert personal_data.files(bytes(request.contact_digest)) == []
    carried_out(small, waiting, {})
    assert report.attachments.count() == 2


def test_the_page_asks_of_each_and_the_screen_carries_it_out(
    small: SmallProvince, report: Report, waiting: DataRequest, face: Media, client: Client
) -> None:
    client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = client.get(f"{PAGE}/{waiting.pk}/").content.decode()
    named = {str(one.id): one.file_id for one in report.attachments.all()}
    assert all(shown.count(f'name="file-{key}"') == 2 for key in named)
    assert "checked" not in shown.split('id="files"')[1].split("</section>")[0]
    for key in named:
        assert client.get(f"{PAGE}/{waiting.pk}/files/{key}/view/")["Content-Type"] == "image/jpeg"
    assert client.get(f"{PAGE}/{waiting.pk}/files/{report.id}/view/").status_code == 404
    assert client.get(f"{PAGE}/{waiting.pk}/files/nothing/view/").status_code == 404
    undecided = client.post(f"{PAGE}/{waiting.pk}/carry-out/", {"form_key": "1"}, follow=True)
    assert [message.level_tag for message in undecided.context["messages"]] == ["error"]
    given = {f"file-{key}": "remove" if sha == face.sha256 else "keep" for key, sha in named.items()}
    client.post(f"{PAGE}/{waiting.pk}/carry-out/", given | {"form_key": "2"})
    assert report.attachments.count() == 1
    assert client.get(f"{PAGE}/{waiting.pk}/files/{next(iter(named))}/view/").status_code == 404


def test_files_of_a_request_are_seen_by_who_answers_and_only_to_erase(
    small: SmallProvince, report: Report, waiting: DataRequest, client: Client
) -> None:
    key = str(report.attachments.values_list("id", flat=True)[0])
    client.force_login(small.people["operator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"{PAGE}/{waiting.pk}/files/{key}/view/").status_code == 403
    DataRequest.objects.filter(pk=waiting.pk).update(kind="access")
    client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"{PAGE}/{waiting.pk}/files/{key}/view/").status_code == 404
