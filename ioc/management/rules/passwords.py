"""What makes a password good enough (NIST SP 800-63B-4, 3.1.1.2).

Length counts, composition does not: no rule asks for digits or signs, none makes people change a password that did
not leak. A password that stands alone has at least 15 characters; 8 would be enough beside a second factor, we ask
for 12. Spaces and every letter of Unicode are welcome. What is refused is what is tried first: passwords that leaked,
and those made of nothing but the words that everybody here would think of.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Final

from ioc.kernel.text import fold

LEAST_ALONE: Final = 15
LEAST_WITH_SECOND_FACTOR: Final = 12
MOST: Final = 256
GIVEN_FOR: Final = timedelta(days=7)
"""How long a password opens the way in that an administrator gave; as long as an invitation does."""
OWN_LETTERS: Final = 4
"""So many letters or digits must be left when the words that are easy to think of are taken out."""

_RUNS: Final = (
    "0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba", "qwertyuiop", "asdfghjkl",
    "zxcvbnm",
)  # fmt: skip
_SHORTEST: Final = 3
_LOOKALIKES: Final = str.maketrans("@4031!$5", "aaoeiiss")
COMMON_WORDS: Final = (
    "password", "matkhau", "admin", "administrator", "quantri", "welcome", "letmein", "changeme", "login", "dangnhap",
    "xinchao", "anhyeuem", "emyeuanh", "yeuem", "yeuanh", "tinhyeu", "iloveyou", "saranghae", "giadinh", "hanhphuc",
    "vietnam", "hanoi", "saigon", "bacgiang", "bacninh", "haiphong", "danang", "hochiminh", "bacho", "ubnd", "hdnd",
    "congan", "conganhuyen", "vanphong", "trungtam", "dieuhanh", "thongminh", "phananh", "hientruong", "chinhquyen",
    "tinh", "huyen", "phuong", "thanhpho", "canbo", "congchuc", "lanhdao", "test", "demo", "abc", "qwerty", "khongbiet",
    "khongnho", "quenmatkhau", "deptrai", "xinhgai", "conyeu", "concho", "meocon", "nhatban", "hoahong", "bongda",
)  # fmt: skip


def normalized(password: str) -> str:
    """The one form of a password: the same letters whether a keyboard sent them whole or in pieces (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def least_length(*, has_second_factor: bool) -> int:
    """How many characters a password needs."""
    return LEAST_WITH_SECOND_FACTOR if has_second_factor else LEAST_ALONE


def length_of(password: str) -> int:
    """The number of characters, each letter with its accents as one (code points after NFKC)."""
    return len(normalized(password))


def is_guessable(password: str, *, words: Iterable[str]) -> bool:
    """Whether nearly nothing is left of it without `words`, common words, rows of keys, repetitions and years.

    Looks at the password as a whole: a sentence that contains such a word and more is fine.
    """
    known = _longest_first((*words, *COMMON_WORDS))
    text = re.sub(r"[\s._\-+*#]", "", fold(normalized(password)))
    read_as_letters = _without(text, _runs()).translate(_LOOKALIKES)
    return any(_own(one, known) < OWN_LETTERS for one in (text, read_as_letters))


def _own(text: str, known: Sequence[str]) -> int:
    """How many characters are left of `text`."""
    left = re.sub(r"(?:19|20)\d\d|(.)\1{2,}", " ", _without(text, known))
    return sum(one.isalnum() or not one.isascii() for one in _without(left, _runs()))


def _without(text: str, pieces: Sequence[str]) -> str:
    for piece in pieces:
        text = text.replace(piece, " ")
    return text


def _longest_first(words: Iterable[str]) -> Sequence[str]:
    plain = {re.sub(r"[^a-z0-9]", "", fold(word)) for word in words}
    return sorted((word for word in plain if len(word) >= _SHORTEST), key=len, reverse=True)


@lru_cache(maxsize=1)
def _runs() -> Sequence[str]:
    """Pieces of rows of keys, longest first."""
    pieces = {
        row[start:end] for row in _RUNS for start in range(len(row)) for end in range(start + _SHORTEST, len(row) + 1)
    }
    return sorted(pieces, key=len, reverse=True)
