"""Keeping and serving: by content, whole or not at all, for many writers at once."""

import hashlib
import io
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from ioc.kernel.errors import NotFound
from ioc.kernel.media import NotAPhoto, storage
from ioc.kernel.media.serving import media_response
from ioc.kernel.models import StoredFile

AT = datetime(2024, 6, 1, tzinfo=UTC)
SHA = hashlib.sha256(b"content").hexdigest()


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Settings) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


def files_in(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "PNG")
    return out.getvalue()


# On disk


def test_a_file_lies_where_its_content_says(root: Path) -> None:
    assert storage.put(b"content") == SHA
    path = root / SHA[:2] / SHA[2:4] / SHA
    assert path.read_bytes() == b"content"
    assert path.stat().st_mode & 0o007 == 0
    with storage.open_file(SHA) as file:
        assert file.read() == b"content"


def test_putting_again_changes_nothing_but_makes_it_young(root: Path) -> None:
    path = storage.path_of(storage.put(b"content"))
    os.utime(path, (1, 1))
    storage.put(b"content")
    assert files_in(root) == [path]
    assert path.stat().st_mtime > 1


def test_copies_lie_beside_their_file() -> None:
    storage.put(b"content")
    storage.put_variant(SHA, "thumb", b"small")
    assert storage.path_of(SHA, "thumb").parent == storage.path_of(SHA).parent
    assert storage.open_file(SHA, "thumb").read() == b"small"


@pytest.mark.parametrize(
    ("sha256", "variant"),
    [
        ("../../etc/passwd", ""),
        ("", ""),
        (SHA.upper(), ""),
        (SHA[:-1], ""),
        (SHA + "\n", ""),
        (SHA, "../thumb"),
        (SHA, "a/b"),
        (SHA, "Thumb"),
        (SHA, "thumb\n"),
        (SHA, "x" * 21),
    ],
)
def test_no_name_leads_out_of_the_folder(sha256: str, variant: str) -> None:
    with pytest.raises(NotFound):
        storage.path_of(sha256, variant)


def test_a_file_that_is_not_kept_is_not_found() -> None:
    with pytest.raises(NotFound):
        storage.open_file(SHA)


def test_many_writers_of_the_same_files_leave_each_whole_and_once(root: Path) -> None:
    contents = [bytes([number]) * 200_000 for number in range(4)]
    start = threading.Barrier(8)

    def write(turn: int) -> list[str]:
        start.wait()
        return [storage.put(contents[(turn + step) % 4]) for step in range(20)]

    with ThreadPoolExecutor(8) as pool:
        written = {sha256 for names in pool.map(write, range(8)) for sha256 in names}
    assert {path.name for path in files_in(root)} == written
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in files_in(root)} == written


def test_a_write_that_fails_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        storage.put(b"content")
    assert files_in(root) == []


# With rows


@pytest.mark.django_db
def test_a_photo_is_kept_with_its_row(root: Path) -> None:
    upload = SimpleUploadedFile("đường.jpg", photo())
    kept = storage.keep_photo(upload, AT)
    row = StoredFile.objects.get()
    assert kept.file == row
    assert (row.kind, row.media_type, row.width, row.height) == ("photo", "image/jpeg", 640, 480)
    assert row.variants == {"thumb": "image/jpeg", "view": "image/jpeg"}
    content = storage.open_file(row.sha256).read()
    assert hashlib.sha256(content).hexdigest() == row.sha256
    assert row.size == len(content)
    assert len(files_in(root)) == 3


@pytest.mark.django_db
def test_the_same_photo_twice_is_one_file(root: Path) -> None:
    first = storage.keep_photo(io.BytesIO(photo()), AT)
    again = storage.keep_photo(photo(), AT + timedelta(days=1))
    assert again.file == first.file
    assert again.file.stored_at == AT + timedelta(days=1), "kept again is kept anew"
    assert len(files_in(root)) == 3


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing(root: Path) -> None:
    with pytest.raises(NotAPhoto) as refused:
        storage.keep_photo(SimpleUploadedFile("virus.jpg", b"MZ"), AT)
    assert "virus.jpg" in str(refused.value.message)
    assert files_in(root) == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_document_is_kept_as_it_is() -> None:
    content = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
    kept = storage.keep_document(SimpleUploadedFile("a.pdf", content), AT)
    assert (kept.file.kind, kept.file.media_type) == ("document", "application/pdf")
    assert storage.open_file(kept.file.sha256).read() == content


@pytest.mark.django_db
def test_sweeping_removes_what_is_old_and_has_no_row(root: Path) -> None:
    kept = storage.keep_photo(photo(), AT).file
    orphan = storage.put(b"left over")
    storage.put_variant(orphan, "thumb", b"left over too")
    part = storage.path_of(orphan).with_name(".part-0123")
    part.write_bytes(b"half")
    for path in files_in(root):
        os.utime(path, (1000, 1000))
    young = storage.put(b"not yet named")
    assert storage.sweep(datetime.now(tz=UTC) - timedelta(days=1)) == 3
    left = {path.name for path in files_in(root)}
    assert left == {kept.sha256, f"{kept.sha256}.thumb", f"{kept.sha256}.view", young}


@pytest.mark.django_db
def test_sweeping_asks_once_a_folder(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    names = {storage.put(bytes([number]))[:2] for number in range(30)}
    with django_assert_num_queries(len(names)):
        storage.sweep(datetime.now(tz=UTC) + timedelta(days=1))


# Serving


def row(content: bytes, kind: str = "video", media_type: str = "video/mp4", **more: object) -> StoredFile:
    return StoredFile(
        sha256=storage.put(content), kind=kind, media_type=media_type, size=len(content), stored_at=AT, **more
    )


def answer(file: StoredFile, variant: str = "", *, open_to_all: bool = False, **headers: str) -> HttpResponseBase:
    request = RequestFactory().get("/", headers=headers)
    return media_response(file, request=request, variant=variant, open_to_all=open_to_all)


def body(response: HttpResponseBase) -> bytes:
    if isinstance(response, FileResponse | StreamingHttpResponse):
        return b"".join(response.streaming_content)  # type: ignore[arg-type]
    return response.content  # type: ignore[attr-defined, no-any-return]


def test_the_whole_file_is_served_for_this_person_only_and_runs_nothing() -> None:
    response = answer(row(b"0123456789"))
    assert (response.status_code, body(response)) == (200, b"0123456789")
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Length"] == "10"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Disposition"].startswith("inline")
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "part", "place"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-", b"456789", "bytes 4-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_a_player_may_seek(asked: str, part: bytes, place: str) -> None:
    response = answer(row(b"0123456789"), range=asked)
    assert (response.status_code, body(response)) == (206, part)
    assert response["Content-Range"] == place
    assert response["Content-Length"] == str(len(part))
    assert response["Content-Type"] == "video/mp4"


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=5-4", "bytes=-0", "bytes=-"])
def test_a_part_that_is_not_there_is_said_so(asked: str) -> None:
    response = answer(row(b"0123456789"), range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */10"


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=1-2", "bytes=a-b"])
def test_other_ranges_get_the_whole(asked: str) -> None:
    assert body(answer(row(b"0123456789"), range=asked)) == b"0123456789"


def test_a_part_of_another_version_is_not_given() -> None:
    response = answer(row(b"0123456789"), range="bytes=0-1", if_range='"other"')
    assert (response.status_code, body(response)) == (200, b"0123456789")


def test_what_the_browser_has_is_not_sent_again() -> None:
    file = row(b"0123456789")
    etag = answer(file, open_to_all=True)["ETag"]
    response = answer(file, open_to_all=True, if_none_match=etag)
    assert (response.status_code, body(response)) == (304, b"")
    assert "immutable" in response["Cache-Control"]


def test_copies_are_served_and_unknown_ones_are_not() -> None:
    file = row(b"0123456789", variants={"thumb": "image/jpeg"})
    storage.put_variant(file.sha256, "thumb", b"small")
    response = answer(file, "thumb")
    assert (response["Content-Type"], body(response)) == ("image/jpeg", b"small")
    with pytest.raises(NotFound):
        answer(file, "view")


def test_a_row_without_its_file_is_not_found() -> None:
    file = row(b"0123456789")
    storage.path_of(file.sha256).unlink()
    with pytest.raises(NotFound):
        answer(file)


def test_documents_are_downloaded() -> None:
    file = row(b"%PDF", kind="document", media_type="application/pdf")
    assert answer(file)["Content-Disposition"] == f'attachment; filename="{file.sha256[:12]}.pdf"'
