"""The words under which the search finds a report."""

from ioc.kernel.text import search_words
from ioc.management.queries import loading
from ioc.onscene.models import Report


def words_of(report: Report) -> str:
    """The terms of its code, title, text and place, its commune and its category, as a tsvector literal."""
    reference = loading.current()
    area = reference.areas.get(report.area_id or 0)
    category = reference.categories[report.category_id]
    return search_words(
        report.code, report.title, report.text, report.place_text, area.name if area else "", category.name
    )
