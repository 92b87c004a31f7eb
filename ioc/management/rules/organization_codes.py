"""How official codes of organizations are written.

- QĐ 20/2020/QĐ-TTg Art. 4 (amended by QĐ 09/2025/QĐ-TTg): at most 35 characters, groups of 0–9 and A–Z joined by dots,
  read left to right: the first group names the body at the top (a letter A–Y and two digits), each further one a level
  below it: "H02.10.2".
- QCVN 102:2016/BTTTT (Circular 10/2016/TT-BTTTT): four groups read right to left: "000.00.00.H49". A level that is not
  used is written with zeros, and so are all below it.
- Tax number: ten digits, the tenth a check digit; a branch adds three more after a dash. Organizations only: people's
  tax numbers are their personal identification numbers, without this check.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Invalid, Text

LONGEST_CODE: Final = 35
"""QĐ 20/2020/QĐ-TTg Art. 4: no code is longer; the same is enough for every other scheme."""
_TAX_WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def tidy_code(text: str) -> str:
    """The code without blanks, in capitals."""
    return "".join(text.split()).upper()


def check_code(code: str, *, pattern: str, check_rule: str) -> None:
    """Pass in silence when `code` is written as its scheme asks: `pattern` over the whole of it, then `check_rule`.

    Raises:
        Invalid: it is not; says what is wrong, beside the field "value".
    """
    if not code or len(code) > LONGEST_CODE:
        raise _wrong(_("Write 1 to 35 characters."))
    if pattern and not re.fullmatch(pattern, code):
        raise _wrong(_("It is not written as codes of this scheme are."))
    check = _CHECKS.get(check_rule)
    if check is not None:
        check(code)


def check_pattern(pattern: str, *, example: str) -> None:
    """Pass in silence when `pattern` can be read and the example follows it.

    Raises:
        Invalid: says which of the two is wrong.
    """
    try:
        follows = not pattern or not example or re.fullmatch(pattern, example) is not None
    except re.error as error:
        raise Invalid(fields={"pattern": _("This pattern cannot be read: %(why)s") % {"why": error}}) from error
    if not follows:
        raise Invalid(fields={"example": _("The example does not follow the pattern.")})


def tax_check_digit(digits: str) -> int | None:
    """The tenth digit for the first nine of a tax number; None for nine that are never given out.

    The weighted sum is taken modulo 11 and from 10 (General Department of Taxation, TCT numbering).
    """
    total = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, digits, strict=True))
    check = 10 - total % 11
    return check if check < 10 else None


def _left_to_right(code: str) -> None:
    """A letter A–Y and two digits name the top; every further group is a level and is not empty.

    The last letter, Z, names no body: QĐ 20/2020/QĐ-TTg Art. 4 gives A to Y.
    """
    first, *rest = code.split(".")
    if not re.fullmatch(r"[A-Y][0-9]{2}", first):
        raise _wrong(_("It begins with a letter from A to Y and two digits, e.g. H02."))
    if any(not re.fullmatch(r"[0-9A-Z]+", group) for group in rest):
        raise _wrong(_("Each level is digits and capital letters, with one dot between levels."))


def _right_to_left(code: str) -> None:
    """The level below one that is not used is not used either."""
    groups = code.split(".")
    used = [group.strip("0") != "" for group in reversed(groups)]
    if not re.fullmatch(r"[A-Y][0-9]{2}", groups[-1]):
        raise _wrong(_("It ends with a letter from A to Y and two digits, e.g. H02."))
    if used != sorted(used, reverse=True):
        raise _wrong(_("A level is used while the one above it is zeros. Read from right to left."))


def _tax_number(code: str) -> None:
    main, _dash, branch = code.partition("-")
    if not re.fullmatch(r"[0-9]{10}", main) or (_dash and not re.fullmatch(r"[0-9]{3}", branch)):
        raise _wrong(_("Write ten digits; for a branch a dash and three more."))
    if _dash and branch == "000":
        raise _wrong(_("Branches are counted from 001."))
    if tax_check_digit(main[:9]) != int(main[9]):
        raise _wrong(_("The last of the ten digits does not fit the others. Look for a typing mistake."))


def _wrong(text: Text) -> Invalid:
    return Invalid(fields={"value": text})


_CHECKS: Final[Mapping[str, Callable[[str], None]]] = {
    "left_to_right": _left_to_right,
    "right_to_left": _right_to_left,
    "tax_number": _tax_number,
}
