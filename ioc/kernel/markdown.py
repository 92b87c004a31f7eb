"""Markdown, made safe to show."""

from typing import Final

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

# HTML in the text is shown as it is typed, not run; links to other protocols than the web's are refused.
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")


def as_html(text: str) -> SafeString:
    """Markdown as HTML that is safe to show: the renderer escapes all HTML of its source."""
    return SafeString(_MARKDOWN.render(text))
