"""Published reports by words, without finding by words what is not shown."""

from collections.abc import Iterator
from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, Lower

from ioc.kernel.text import fold, syllables
from ioc.management.queries import loading
from ioc.onscene.models import Report


def saying(reports: QuerySet[Report], words: str) -> QuerySet[Report]:
    """Those of `reports` that say all of `words`, with or without diacritics; all of them for no word.

    The kept terms hold what the reporter wrote of the place. Where the category keeps places vague that is not
    shown, so it is not found either: there the words must stand in what everybody reads. Those reports' texts are
    folded while searching, which is only done for the few that the kept terms have found.
    """
    terms = " ".join(syllables(words))
    if not terms:
        return reports
    query = SearchQuery(terms, config="simple")
    coarse = [one.id for one in loading.current().categories.values() if one.place_precision_m]
    found = reports.filter(words=query)
    if not coarse:
        return found
    return found.alias(shown=_SHOWN).filter(~Q(category_id__in=coarse) | Q(shown=query))


def _with_diacritics() -> Iterator[str]:
    """Letters of which `fold` leaves one plain letter, as Vietnamese and its neighbours have them."""
    for number in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = fold(chr(number))
        if len(plain) == 1 and plain.isascii():
            yield chr(number)


def _folded(text: Concat) -> Func:
    """`fold` as SQL, other signs than letters and digits as spaces: independent of the database's locale."""
    letters = "".join(_with_diacritics())
    # Combining marks have no counterpart: `translate` leaves them out.
    marks = "".join(map(chr, range(0x300, 0x370)))
    plain = Func(text, Value(letters + marks), Value("".join(map(fold, letters))), function="translate")
    return Func(
        Lower(plain), Value("[^a-z0-9]+"), Value(" "), Value("g"), function="regexp_replace", output_field=TextField()
    )


_SHOWN: Final = SearchVector(
    _folded(Concat(F("code"), Value(" "), F("title"), Value(" "), F("text"), output_field=TextField())),
    config="simple",
)
