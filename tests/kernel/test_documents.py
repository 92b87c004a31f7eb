"""Documents: Vietnamese whole, the form of state agencies, text that stays text, bounds that hold."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.utils import translation

from ioc.kernel import documents
from ioc.kernel.documents import Document, DocumentTooLarge, Head, LayoutBroken, render

HEAD = Head(title="Hoạt động xử lý", kind="Sổ ghi", agency="Trung tâm điều hành", superior="Ủy ban nhân dân tỉnh",
            place="Bắc Ninh", day=date(2026, 2, 5), code="12/SG-TTĐH")  # fmt: skip
HOSTILE = (
    '#eval("1 + 1")', '#read("/etc/passwd")', '#import "@preview/x:1.0.0"', "*đậm* _nghiêng_ `mã` $x^2$ // bỏ",
    "= Đầu đề", "@ref <nhãn> \\ #let x = 1; #panic()", '"] #read("state.typ") #[', "<script>alert(1)</script>",
    "#while true {}", "{{ x }} {% y %} ${z}",
)  # fmt: skip
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz"
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


def made(lead: str = "", *, head: Head = HEAD, **said: Any) -> Document:
    content = {"lead": lead, "records": [], "count": "", **said}
    return render("management/processing_register", content=content, head=head)


def text_of(document: Document) -> str:
    """All text of all pages, composed, on one line, without what only allows a break."""
    with pypdfium2.PdfDocument(document.content) as pages:
        text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(unicodedata.normalize("NFC", text).replace("\u200b", "").split())


def alphabet() -> str:
    vowels = "aăâeêioôơuưy"
    toned = [unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in TONES]
    return "".join(dict.fromkeys([*LETTERS, *toned]))


def test_all_of_vietnamese_is_in_the_fonts_that_are_embedded() -> None:
    letters = alphabet()
    document = made(" ".join(letters + letters.upper()))
    assert document.is_archival
    shown = text_of(document)
    assert set(letters + letters.upper()) <= set(shown)
    fonts = set(re.findall(rb"/FontName\s*/(\S+)", document.content))
    assert not fonts or all(b"+" in name for name in fonts)


def test_it_is_tagged_to_be_kept_and_says_its_title_and_language() -> None:
    content = made("Nội dung").content
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    with pypdfium2.PdfDocument(content) as pages:
        assert pages.get_metadata_value("Title") == "SỔ GHI Hoạt động xử lý"
        assert pages.is_tagged()
        assert pages[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)


def test_the_head_is_that_of_state_agencies() -> None:
    shown = text_of(made("Nội dung"))
    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ỦY BAN NHÂN DÂN TỈNH",
                 "TRUNG TÂM ĐIỀU HÀNH", "Số: 12/SG-TTĐH", "Bắc Ninh, ngày 05 tháng 02 năm 2026", "SỔ GHI"):  # fmt: skip
        assert part in shown
    march = Head(title="x", agency="y", place="Bắc Ninh", day=date(2026, 3, 12))
    assert "ngày 12 tháng 3 năm 2026" in text_of(made(head=march))
    with translation.override("en"):
        assert "SOCIALIST REPUBLIC OF VIET NAM" in text_of(made())


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_shown_and_never_run(text: str) -> None:
    wide = Head(title=text, kind=text, agency=text, superior=text, place=text, day=date(2026, 2, 5), code=text)
    record = {"purpose": text, "facts": [[text, text]]}
    shown = text_of(made(text, head=wide, records=[record])).replace(" ", "")
    assert shown.count(text.replace(" ", "")) >= 5
    assert "root:" not in shown


def test_signs_that_steer_are_left_out_and_long_words_break() -> None:
    shown = text_of(
        made("a\x00b\x07c\ud800d\r\ne " + "w" * 500, records=[{"purpose": "p", "facts": [["n", "v" * 500]]}])
    )
    assert "abcd e" in shown
    assert shown.replace(" ", "").count("w") == 500
    assert shown.replace(" ", "").count("v") == 500


def test_letters_that_no_font_has_cost_the_archival_form_and_nothing_else() -> None:
    document = made("Cảm ơn 😀 中文", records=[{"purpose": "Đường ngập", "facts": []}])
    assert not document.is_archival
    assert "Đường ngập" in text_of(document)
    assert b"/MarkInfo" in document.content or b"/StructTreeRoot" in document.content


def test_too_much_is_refused_before_it_is_made() -> None:
    with pytest.raises(DocumentTooLarge):
        made("x" * (documents.MOST_DATA + 1))


@pytest.fixture
def layout(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A layout of one's own: the text in the list."""
    text = [""]
    monkeypatch.setattr(documents, "_layout", lambda _name: text[0])
    return text


def test_a_document_without_an_end_is_stopped(layout: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_SECONDS", 2)
    layout[0] = "#let f(n) = { let a = 0; while a < 1000000000 { a += 1 }; a }\n#f(1)"
    with pytest.raises((DocumentTooLarge, LayoutBroken)):
        made()


def test_a_layout_reads_nothing_outside_its_own_folder(layout: list[str]) -> None:
    layout[0] = '#read("../../../../etc/hostname")'
    with pytest.raises(LayoutBroken):
        made()
    layout[0] = '#import "@preview/cetz:0.3.4": canvas'
    with pytest.raises(LayoutBroken):
        made()


@pytest.mark.parametrize("name", ["", "register", "../x/y", "management/../x", "management/Register"])
def test_a_name_that_leads_elsewhere_is_no_layout(name: str) -> None:
    with pytest.raises(LayoutBroken):
        render(name, content={}, head=HEAD)


def test_no_layout_runs_text() -> None:
    layouts = list((Path(documents.__file__).parents[1]).glob("*/typst/*.typ"))
    assert layouts
    for path in layouts:
        assert not re.search(r"\beval\b|\bplugin\b|@preview", path.read_text(encoding="utf-8")), path
