"""Ways to other machines are encrypted unless somebody says in so many words that they are not."""

from collections.abc import Mapping
from typing import Final

from ioc.kernel.sealed_ways import is_here

_SEALING: Final = ("sslmode", "sslrootcert", "sslcert", "sslkey")


def sealed_way(host: str, asked: Mapping[str, str]) -> dict[str, str]:
    """How a connection to PostgreSQL on `host` is sealed, as libpq's parameters; `asked` is what the address says.

    Elsewhere the server's certificate is checked, by the machine's own list of authorities unless another is named.
    """
    given = {name: asked[name] for name in _SEALING if name in asked}
    if is_here(host) or "sslmode" in given:
        return given
    return {"sslmode": "verify-full", "sslrootcert": "system", **given}
