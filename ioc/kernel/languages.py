"""The language that the reader reads."""

from django.utils.translation import get_language


def in_language(vietnamese: str, english: str) -> str:
    """The words in the reader's language; Vietnamese where there is no English."""
    return english if english and (get_language() or "").startswith("en") else vietnamese
