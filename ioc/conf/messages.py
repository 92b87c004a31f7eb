"""Keeping the Vietnamese catalogue whole: `python -m ioc.conf.messages` after changing words.

Finds every translatable string in Python and templates, keeps the translations that there are, and says which are
missing. Runs on Babel alone, so no gettext tools are needed.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE: Final = Path(__file__).resolve().parents[1]
PO: Final = PACKAGE / "locale" / "vi" / "LC_MESSAGES" / "django.po"
_KEYWORDS: Final = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
SIGN_IN: Final = "allauth"
"""Where strings are marked that people meet in the sign-in package, which brings no Vietnamese of its own."""
Key = str | tuple[str, ...]


def messages() -> dict[Key, set[str]]:
    """Every translatable string (a pair for plurals) → the files that use it."""
    found: dict[Key, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts or "locale" in path.parts:
            continue
        for key in _in_file(path):
            found.setdefault(key, set()).add(str(path.relative_to(PACKAGE.parent)))
    return found


def _in_file(path: Path) -> Iterator[Key]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        lines = templatize(source, origin=str(path)).splitlines()
        source = "\n".join(line.strip() for line in lines)  # what is left of a template is no indented Python
    stream = io.BytesIO(source.encode())
    for _line, function, text, _comments in extract_python(stream, _KEYWORDS, [], {"encoding": "utf-8"}):
        parts = tuple(str(part) for part in (text if isinstance(text, tuple) else (text,)) if part)
        if parts:
            yield parts if str(function).startswith("n") and len(parts) > 1 else parts[0]


def read() -> Catalog:
    """The catalogue as it stands."""
    if not PO.exists():
        return Catalog(
            locale="vi",
            project="ioc",
            charset="utf-8",
            fuzzy=False,
            header_comment="# The words of the centre in Vietnamese.",
        )
    with PO.open("rb") as file:
        return pofile.read_po(file, locale="vi")


def update() -> list[str]:
    """Write the catalogue anew with the strings of now; those that still have no Vietnamese."""
    old, new = (
        read(),
        Catalog(
            locale="vi",
            project="ioc",
            charset="utf-8",
            fuzzy=False,
            header_comment="# The words of the centre in Vietnamese.",
        ),
    )
    missing: list[str] = []
    for key, files in sorted(messages().items(), key=lambda item: str(item[0])):
        kept = old.get(key[0] if isinstance(key, tuple) else key)
        string = kept.string if kept else ""
        new.add(key, string=string, locations=[(name, 0) for name in sorted(files)], flags=kept.flags if kept else ())
        if not any(string if isinstance(string, tuple) else (string,)):
            missing.append(key[0] if isinstance(key, tuple) else key)
    for entry in old:
        if entry.id and [name for name, _line in entry.locations] == [SIGN_IN] and entry.id not in new:
            new.add(entry.id, string=entry.string, locations=entry.locations, flags=entry.flags)
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        pofile.write_po(file, new, sort_output=True, include_lineno=False, width=110, omit_header=False)
    return missing


def compile_catalogue() -> None:
    """Write the binary catalogue that the processes read."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, read())


def main() -> None:
    """Update, compile, and say what is missing; with `--compile` only compile what is there."""
    if "--compile" in sys.argv:
        compile_catalogue()
        return
    if not settings.configured:
        settings.configure(USE_I18N=False)
    missing = update()
    compile_catalogue()
    for text in missing:
        sys.stdout.write(f"no Vietnamese: {text}\n")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
