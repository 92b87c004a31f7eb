"""Documents: a plain PDF is kept as it is, one that acts is refused however it hides that."""

import zlib

import pytest

from ioc.kernel.media import (
    MAX_DOCUMENT_BYTES,
    BrokenFile,
    EmptyFile,
    NotADocument,
    TooLargeFile,
    UnsafeDocument,
)
from ioc.kernel.media.documents import check_document


def pdf(*objects: bytes) -> bytes:
    body = b"\n".join(b"%d 0 obj\n%s\nendobj" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"\nxref\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def stream(content: bytes, entries: bytes = b"/Filter /FlateDecode") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def object_stream(content: bytes, entries: bytes = b"/Filter /FlateDecode") -> bytes:
    return stream(zlib.compress(content), b"/Type /ObjStm /N 1 /First 4 " + entries)


def test_a_plain_document_is_kept_unchanged() -> None:
    content = pdf(b"<< /Type /Catalog >>", stream(zlib.compress(b"BT (Bien ban /Launch) Tj ET")))
    document = check_document(content, name="biên bản.pdf")
    assert (document.content, document.media_type) == (content, "application/pdf")


def test_harmless_object_streams_are_taken() -> None:
    check_document(
        pdf(object_stream(b"1 0 << /Type /Page >>"), object_stream(b"2 0 << >>", b"/Filter [ /FlateDecode ]"))
    )


@pytest.mark.parametrize(
    "hostile",
    [
        b"<< /S /JavaScript /JS (app.alert(1)) >>",
        b"<< /S /Java#53cript /JS (app.alert(1)) >>",
        b"<< /S /Launch /F (cmd.exe) >>",
        b"<< /Type /EmbeddedFile >>",
        b"<< /Names << /EmbeddedFiles 3 0 R >> >>",
        b"<< /Subtype /RichMedia >>",
        b"<< /Encrypt 5 0 R >>",
        object_stream(b"1 0 << /S /JavaScript /JS (x) >>"),
        object_stream(b"1 0 << /S /#4aavaScript /JS (x) >>"),
        object_stream(b"1 0 << >>", b"/Filter [/ASCIIHexDecode /FlateDecode]"),
        object_stream(b"1 0 << >>", b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>"),
        object_stream(b"1 0 << >>", b"/Filter /LZWDecode /Filter /FlateDecode"),
        object_stream(b"1 0 << >>", b"/Note (9 0 obj) /Filter /FlateDecode"),
        object_stream(b"1 0 << >>", b"/Note (%s) /Filter /FlateDecode" % (b"x" * 5000)),
        object_stream(b"\0" * 40_000_000),
        stream(b"not deflated", b"/Type /Obj#53tm /Filter /FlateDecode"),
    ],
)
def test_documents_that_act_or_hide_are_refused(hostile: bytes) -> None:
    with pytest.raises(UnsafeDocument) as refused:
        check_document(pdf(hostile), name="a.pdf")
    assert "a.pdf" in str(refused.value.message)


@pytest.mark.parametrize(
    "content", [b"<html>%PDF-1.7", b"PK\x03\x04", b"\xff\xd8\xff", b"%PDF", b"junk\n%PDF-1.7 %%EOF"]
)
def test_other_kinds_are_refused(content: bytes) -> None:
    with pytest.raises(NotADocument):
        check_document(content, name="a.pdf")


def test_a_document_cut_short_is_refused() -> None:
    with pytest.raises(BrokenFile):
        check_document(pdf(b"<< >>" * 500)[:1500])


def test_empty_and_too_large_documents_are_refused() -> None:
    with pytest.raises(EmptyFile):
        check_document(b"")
    with pytest.raises(TooLargeFile):
        check_document(b"%PDF-1.7" + b" " * MAX_DOCUMENT_BYTES)
