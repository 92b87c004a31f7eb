"""How much a file of boundaries may hold. The 3,321 communes of the whole country in full detail stay below."""

from typing import Final

MIB: Final = 2**20
MAX_BYTES: Final = 60 * MIB
MAX_UNPACKED: Final = 256 * MIB
MAX_MEMBERS: Final = 64
MAX_FEATURES: Final = 20_000
MAX_POINTS: Final = 5_000_000
MAX_SQL_STEPS: Final = 200_000_000
