"""The code that an authenticator app would show; knows no Django, so a command needs no tables for it."""

import hashlib
import hmac
import struct
import time
from base64 import b32decode


def totp_now(secret: str) -> str:
    """The six digits of `secret` (base32) at this moment (RFC 6238)."""
    key = b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
