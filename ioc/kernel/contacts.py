"""How to reach somebody from outside, written one way, so that the same person is found again."""

import re
from typing import Final

PHONE: Final = re.compile(r"^(0|\+?84)\d{9,10}$|^\+\d{8,15}$|^1\d{3,9}$")
EMAIL: Final = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]{2,}$")


def bare_phone(phone: str) -> str:
    """A phone number without its punctuation: digits, and a leading +."""
    return re.sub(r"[\s.\-()]", "", phone)


def national(phone: str) -> str:
    """One spelling a number: +84912… and 84912… are 0912…"""
    return re.sub(r"^\+?84(?=\d{9}$)", "0", phone)


def contact_key(*, phone: str, email: str) -> str:
    """The same for the same person: the phone number, else the e-mail address; empty without both."""
    return national(bare_phone(phone)) or email.strip().lower()
