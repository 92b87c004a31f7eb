"""Vietnamese text inside the database: found without diacritics, ordered by the Vietnamese alphabet.

`ioc_fold` and `ioc_alphabet` are made by migration 0008; both are immutable, so indexes are built on them.
"""

from typing import Final

from django.db.models import F, Func, TextField
from django.db.models.functions import Collate

SQL: Final = r"""
CREATE FUNCTION ioc_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(normalize(replace(lower($1), 'đ', 'd'), NFD), '[\u0300-\u036f]', '', 'g') $$;
CREATE FUNCTION ioc_alphabet(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT translate(replace(
    regexp_replace(normalize(lower($1), NFD), '[\u0300\u0301\u0303\u0309\u0323]', '', 'g'), 'đ', U&'d\0302'),
    U&'\0306', U&'\0301') $$;
"""
"""`ioc_fold` is `kernel.text.fold`; `ioc_alphabet` drops tones and keeps letters: a < ă < â, d < đ, o < ô < ơ."""
SQL_AWAY: Final = "DROP FUNCTION ioc_alphabet(text); DROP FUNCTION ioc_fold(text);"


class Folded(Func):
    """The words of text columns of one row, in lower case without diacritics, each column after a space.

    The columns must not be null: an index on the same columns serves `contains`.
    """

    function = "ioc_fold"
    template = "%(function)s(' ' || %(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


def alphabetical(column: str) -> Collate:
    """A column's place in the Vietnamese alphabet, whatever the database's own collation is."""
    return Collate(Func(F(column), function="ioc_alphabet", output_field=TextField()), "C")
