"""PDF documents: a Typst file says how it looks, data says what it says.

A room keeps its layouts in its folder `typst/`. A layout is a file of Typst; it imports `/state.typ`, which has the
form of documents of state agencies (Decree 30/2020/NĐ-CP, Annex I), and reads `/data.json`:

    #import "/state.typ": state-document
    #let data = json("/data.json")
    #show: state-document.with(data)
    #for row in data.content.rows [#row.name]

    render("management/register", content={"rows": [...]}, head=Head(title=_("…"), agency="…", place="…", day=…))

Words come with the content, in the reader's language: a layout has none. What people typed is a string in that data
and is shown as it is; it is never read as Typst. No layout may call `eval`.

Documents are tagged (read aloud, PDF/UA-1) and made to be kept (PDF/A-2a), with the fonts that Typst brings, which
have all of Vietnamese. Text with letters that these fonts do not have, such as emoji, comes with empty boxes for
them, and then as plain tagged PDF: PDF/A forbids them; `Document.is_archival` says so. They can still be copied.

It is made in a child process with bounds on time and memory, so that a document without an end harms nobody.
"""

import json
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ioc.kernel.errors import DomainError

Text = str | Promise
MEDIA_TYPE: Final = "application/pdf"
MOST_DATA: Final = 4 << 20
MOST_BYTES: Final = 32 << 20
MOST_SECONDS: Final = 30
_MOST_MEMORY: Final = 2 << 30
_LONGEST_WORD: Final = 40
_STATE_FORM: Final = Path(__file__).parent / "typst" / "state.typ"
_LAYOUT: Final = re.compile(r"([a-z]+)/([a-z][a-z0-9_]*)")
_NEVER_SHOWN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LONG_WORD: Final = re.compile(rf"\S{{{_LONGEST_WORD}}}(?=\S)")
_BREAK_HERE: Final = "\u200b"
_NOT_ARCHIVAL: Final = 3


class DocumentTooLarge(DomainError):
    """It has more than one document may have, or takes too long."""

    status = 413
    code = "document-too-large"
    message = gettext_lazy("This is too much for one document.")
    remedy = gettext_lazy("Narrow the list down, or take it as Excel.")


class LayoutBroken(Exception):
    """The layout does not fit its data: a fault of ours, with what Typst says of it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a document of a state agency. `superior` stands above the agency that issues it; `kind` is the
    name of the kind of document, and `title` what it is about; `code` is its number, when it has one.
    """

    title: str
    agency: str
    place: str
    day: date
    kind: str = ""
    superior: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A finished PDF. `is_archival`: it is PDF/A; it is not when the fonts lack a letter."""

    content: bytes
    is_archival: bool


def render(layout: str, *, content: Mapping[str, Any], head: Head, landscape: bool = False) -> Document:
    """The document `layout` ("room/name") with `content`, in the language that is active.

    `content` is what JSON can hold, and lazy words, days and moments, which become text as `str` gives it.

    Raises:
        DocumentTooLarge: more than 4 MiB of data, 32 MiB of document, 2 GiB of memory or thirty seconds.
        LayoutBroken: the layout and the data do not fit.
    """
    data = {
        "language": "en" if (get_language() or "").startswith("en") else "vi",
        "landscape": landscape,
        "head": _head(head),
        "content": content,
    }
    text = json.dumps(_shown(data), ensure_ascii=False, default=_plain)
    if len(text.encode()) > MOST_DATA:
        raise DocumentTooLarge
    return _made(_layout(layout), text)


def pdf_response(document: Document, name: str) -> HttpResponse:
    """The document as an answer that downloads as `name`, never kept by a cache."""
    response = HttpResponse(document.content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _layout(name: str) -> str:
    found = _LAYOUT.fullmatch(name)
    if found is None:
        raise LayoutBroken(name)
    return (Path(apps.get_app_config(found[1]).path) / "typst" / f"{found[2]}.typ").read_text(encoding="utf-8")


def _head(head: Head) -> Mapping[str, str]:
    """What stands in the head. Days below ten and the first two months have a zero (Decree 30/2020, Annex I)."""
    day = {"day": f"{head.day:%d}", "year": f"{head.day:%Y}"}
    month = f"{head.day:%m}" if head.day.month < 3 else str(head.day.month)
    return {
        "state": _("SOCIALIST REPUBLIC OF VIET NAM"),
        "motto": _("Independence - Freedom - Happiness"),
        "superior": head.superior.upper(),
        "agency": head.agency.upper(),
        "code": _("No. %(code)s") % {"code": head.code} if head.code else "",
        "dated": _("%(place)s, %(day)s/%(month)s/%(year)s") % {"place": head.place, "month": month, **day},
        "kind": head.kind.upper(),
        "title": head.title,
    }


def _shown(value: Any) -> Any:
    """`value` with every text fit to be shown: nothing that steers, and long words that may break."""
    if isinstance(value, Mapping):
        return {str(name): _shown(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    return _fit(str(value)) if isinstance(value, str | Promise) else value


def _fit(text: str) -> str:
    return _LONG_WORD.sub(rf"\g<0>{_BREAK_HERE}", _NEVER_SHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _plain(value: object) -> str:
    return _fit(str(value))


def _made(layout: str, data: str) -> Document:
    with tempfile.TemporaryDirectory(prefix="ioc-document-") as folder:
        for name, text in (("main.typ", layout), ("state.typ", _STATE_FORM.read_text("utf-8")), ("data.json", data)):
            (Path(folder) / name).write_text(text, encoding="utf-8")
        return _run(folder)


def _run(folder: str) -> Document:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and this file
            [sys.executable, "-I", __file__, folder], capture_output=True, timeout=MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentTooLarge from error
    if done.returncode < 0 or b"memory allocation" in done.stderr or len(done.stdout) > MOST_BYTES:
        raise DocumentTooLarge
    if done.returncode not in {0, _NOT_ARCHIVAL}:
        raise LayoutBroken(done.stderr.decode(errors="replace")[-2000:])
    return Document(done.stdout, is_archival=done.returncode == 0)


def _child(folder: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import typst  # noqa: PLC0415 - in the child only

    compiler = typst.Compiler(
        str(Path(folder) / "main.typ"), root=folder, font_paths=typst.Fonts(include_system_fonts=False),
        package_path=folder, package_cache_path=folder,
    )  # fmt: skip
    try:
        made, ended = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"]), 0
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        made, ended = compiler.compile(format="pdf"), _NOT_ARCHIVAL
    sys.stdout.buffer.write(made)  # type: ignore[arg-type]  # one document, not one for each page
    return ended


if __name__ == "__main__":
    sys.exit(_child(sys.argv[1]))
