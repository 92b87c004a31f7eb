"""What people are asked to agree to, from memory."""

from dataclasses import dataclass
from typing import Final

from ioc.kernel.clock import local_date, now
from ioc.kernel.models import valid_on
from ioc.kernel.reference import Versioned
from ioc.management.models import ConsentText
from ioc.management.queries.reference import in_language


@dataclass(frozen=True, slots=True)
class ConsentRef:
    """A version of a text that is in force. With `needs_tick` people tick it themselves."""

    id: int
    version: int
    text: str
    text_en: str
    needs_tick: bool

    @property
    def label(self) -> str:
        """The words in the reader's language."""
        return in_language(self.text, self.text_en)


def consent(*, place: str) -> ConsentRef | None:
    """The text in force at `place`; None while there is none."""
    return _consents.get().get(place)


def _load() -> dict[str, ConsentRef]:
    rows = ConsentText.objects.filter(valid_on(local_date(now()))).order_by("version")
    return {row.place: ConsentRef(row.pk, row.version, row.text, row.text_en, row.needs_tick) for row in rows}


_consents: Final = Versioned(_load)
