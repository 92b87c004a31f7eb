"""Words that nobody could translate: in templates outside a tag, in code inside an f-string."""

import ast
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "ioc"
TAGS = re.compile(
    r"\{%\s*block \w*(?:width|class|home)\w*\s*%\}.*?\{%\s*endblock\s*%\}"
    r"|\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}"
    r"|\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
SHOWN = {"placeholder", "title", "alt", "aria-label", "label", "hint", "lead"}
TRANSLATED = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
LETTERS = re.compile(r"[^\W\d_]{2,}")
SAME_IN_BOTH = {
    "IOC",
    "EN",
    "VI",
    "openapi",
    "json",
    "open",
    "GPS",
    "QR",
    "PDF",
    "CSV",
    "RSS",
    "API",
    "Open311",
    "JSON",
    "XML",
    "TOTP",
    "Enter",
    "Esc",
    "km",
    "English",
    "Tiếng",
    "Việt",
    "kB",
    "MB",
    "vi",
    "en",
}


class Words(HTMLParser):
    """Collects text and shown attributes, with their lines."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        for name, value in attrs:
            if name in SHOWN and value:
                self._note(value)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._note(data)

    def _note(self, text: str) -> None:
        words = [word for word in LETTERS.findall(text) if word not in SAME_IN_BOTH]
        if words:
            self.found.append((self.getpos()[0], " ".join(text.split())[:80]))


def blank(match: re.Match[str]) -> str:
    """The tag's lines without its text, so that line numbers stay."""
    return re.sub(r"[^\n]", "", match.group())


def untranslated() -> list[str]:
    """Each place in a template with words outside a translation tag."""
    places: list[str] = []
    for path in sorted(PACKAGE.rglob("*.html")):
        reader = Words()
        reader.feed(TAGS.sub(blank, path.read_text()))
        places += [f"{path.relative_to(PACKAGE.parent)}:{line}: {text}" for line, text in reader.found]
    return places


def inside_strings() -> list[str]:
    """Each translation inside an f-string, where the words are not found."""
    return [
        f"{path.relative_to(PACKAGE.parent)}:{call.lineno}: {ast.unparse(call)}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for string in ast.walk(ast.parse(path.read_text()))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in TRANSLATED
    ]


def main() -> None:
    """Say each place and fail when there is one."""
    found = untranslated() + inside_strings()
    print("\n".join(found) or "every word can be translated")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
