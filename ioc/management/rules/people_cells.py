"""The cells of a file of people: which heading is which column, and what may stand in each. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.text import clean, fold
from ioc.management.rules.headings import Columns

Text = str | Promise

COLUMNS: Final[Columns] = {
    "full_name": ("ho va ten", "ho ten", "ten", "full name", "name"),
    "email": ("email", "thu dien tu", "dia chi email"),
    "phone": ("dien thoai", "so dien thoai", "sdt", "di dong", "phone"),
    "login": ("ten dang nhap", "dang nhap", "tai khoan", "login", "username"),
    "organization": ("don vi", "co quan", "ma don vi", "ma co quan", "ten don vi", "don vi cong tac", "agency"),
    "role": ("vai tro", "ma vai tro", "role"),
    "title": ("chuc danh", "chuc vu", "title"),
    "valid_from": ("tu ngay", "ngay bat dau", "from"),
    "valid_to": ("den het ngay", "den ngay", "ngay ket thuc", "to", "until"),
}
NEEDED: Final = ("full_name", "organization", "role")
LENGTHS: Final[Mapping[str, int]] = {"full_name": 120, "email": 254, "phone": 20, "login": 150, "title": 100}
HEADINGS: Final[Mapping[str, Text]] = {
    "full_name": _("Full name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "login": _("Login"),
    "organization": _("Agency"),
    "role": _("Role"),
    "title": _("Title of the post"),
    "valid_from": _("From"),
    "valid_to": _("Until the end of"),
}
"""What the screens call each column."""
_DAY: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_LOGIN: Final = re.compile(r"[\w.@+-]+")
_NOT_A_DAY: Final = _("This is not a day. Write it as 31/12/2026.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a column, with how to mend it."""

    column: str
    text: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that makes sense. `valid_to` is the first day after."""

    full_name: str
    email: str
    phone: str
    login: str
    organization_id: int
    role_id: int
    title: str
    valid_from: date | None
    valid_to: date | None


def missing_columns(found: Iterable[str]) -> list[str]:
    """The columns that a file must have and has not: name, agency, role, and one that tells people apart."""
    present = set(found)
    missing = [column for column in NEEDED if column not in present]
    return missing if present & {"email", "phone", "login"} else [*missing, "email"]


def tidy_phone(text: str) -> str:
    """A phone number in digits; a leading 0 that a spreadsheet dropped comes back, +84 becomes 0."""
    digits = re.sub(r"[^\d+]", "", text)
    digits = re.sub(r"^(\+84|0084|84(?=\d{9,10}$))", "0", digits).replace("+", "")
    return f"0{digits}" if len(digits) == 9 and digits[0] in "35789" else digits


def read_day(text: str) -> date | None:
    """The day in "31/12/2026" (also with . or -) or "2026-12-31"; None when it is none."""
    if found := _DAY.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    else:
        return None
    if not 1900 <= year <= 2200:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def last_day(valid_to: date | None) -> str:
    """The last day of a validity that ends before `valid_to`, as people write it."""
    return f"{valid_to - timedelta(days=1):%d/%m/%Y}" if valid_to else ""


def login_for(full_name: str, email: str, taken: set[str]) -> str:
    """A login that nobody has: the e-mail's name, else the person's; added to `taken`."""
    base = login_base(full_name, email)
    number, login = 1, base
    while login.lower() in taken:
        number += 1
        login = f"{base}{number}"
    taken.add(login.lower())
    return login


def login_base(full_name: str, email: str) -> str:
    """What a login is made from: the part of the e-mail before the @, else "nguyen.van.an"."""
    local = re.sub(r"[^\w.+-]", "", email.partition("@")[0])
    return (local or ".".join(re.findall(r"[a-z0-9]+", fold(full_name))) or "nguoi-dung")[:140]


def _missing(values: Mapping[str, str]) -> Iterator[Problem]:
    for column in NEEDED:
        if not values[column]:
            yield Problem(column, _("This is empty. Fill it in."))
    if not (values["email"] or values["phone"] or values["login"]):
        yield Problem("email", _("Give an e-mail, a phone or a login: one of them tells people apart."))


def _malformed(values: Mapping[str, str]) -> Iterator[Problem]:
    for column, most in LENGTHS.items():
        if len(values[column]) > most:
            yield Problem(column, _("This is too long: at most %(most)s characters.") % {"most": most})
    if values["email"] and not _is_email(values["email"]):
        yield Problem("email", _("This is not an e-mail address. Write it as name@agency.vn."))
    if values["login"] and not _LOGIN.fullmatch(values["login"]):
        yield Problem("login", _("A login has letters, digits and . - _ @ only."))
    if values["phone"] and not 8 <= len(values["phone"]) <= 15:
        yield Problem("phone", _("This is not a phone number. Write its digits, e.g. 0912345678."))


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _periods(values: Mapping[str, str], begins: date | None, ends: date | None) -> Iterator[Problem]:
    for column, day in (("valid_from", begins), ("valid_to", ends)):
        if values[column] and day is None:
            yield Problem(column, _NOT_A_DAY)
    if begins and ends and ends <= begins:
        yield Problem("valid_to", _("The end must be after the beginning."))


def problems_of(values: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the tidied values of a row, whoever and wherever it is about."""
    begins, ends = read_day(values["valid_from"]), read_day(values["valid_to"])
    return [*_missing(values), *_malformed(values), *_periods(values, begins, ends)]


def tidied(cells: Mapping[str, str]) -> dict[str, str]:
    """The cells by column, without outer space; e-mail and phone as they are kept."""
    values = {column: " ".join(clean(cells.get(column, "")).split()) for column in COLUMNS}
    return values | {"email": values["email"].lower(), "phone": tidy_phone(values["phone"])}
