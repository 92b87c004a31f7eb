"""Identities: sortable by time for rows, short and unguessable for links."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): unique everywhere and in order of making, so indexes stay compact."""
    return uuid7()


def new_token() -> str:
    """A secret for a private link: 160 random bits, safe in an address."""
    return secrets.token_urlsafe(20)
