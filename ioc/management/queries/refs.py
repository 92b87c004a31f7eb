"""The single things that the reference data is made of, as rooms read them."""

from dataclasses import dataclass
from datetime import date, datetime

from ioc.kernel.languages import in_language
from ioc.management.rules.deadlines import DeadlineTerm


@dataclass(frozen=True, slots=True)
class AreaRef:
    """An administrative unit with its validity."""

    id: int
    code: str
    level: str
    name: str
    short_name: str
    parent_id: int | None
    path: str
    latitude: float | None
    longitude: float | None
    valid_from: date
    valid_to: date | None
    boundary_is_approximate: bool

    def valid_on(self, day: date) -> bool:
        """Whether the unit stood on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class QuestionRef:
    """A question of a category."""

    code: str
    datatype: str
    text: str
    text_en: str
    hint: str
    required: bool
    values: tuple[tuple[str, str], ...]
    asked_after: str = ""
    asked_if: str = ""

    @property
    def label(self) -> str:
        """The question in the reader's language."""
        return in_language(self.text, self.text_en)


@dataclass(frozen=True, slots=True)
class CategoryRef:
    """A category with its questions."""

    id: int
    code: str
    parent_id: int | None
    path: str
    name: str
    name_en: str
    description: str
    icon: str
    colour: str
    keywords: tuple[str, ...]
    is_public: bool
    needs_evidence: bool
    place_precision_m: int
    questions: tuple[QuestionRef, ...]
    is_current: bool

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that an agency had until a day (not included)."""

    name: str
    name_en: str
    until: date


@dataclass(frozen=True, slots=True)
class OrganizationRef:
    """An agency. `former` are its earlier names, the oldest first."""

    id: int
    code: str
    name: str
    short_name: str
    name_en: str
    kind: str
    area_id: int | None
    path: str
    is_current: bool
    phone: str = ""
    former: tuple[FormerName, ...] = ()

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)

    def label_on(self, day: date) -> str:
        """The name that it had on `day`, in the reader's language."""
        named: FormerName | OrganizationRef = next((one for one in self.former if day < one.until), self)
        return in_language(named.name, named.name_en)


@dataclass(frozen=True, slots=True)
class KindRef:
    """How a kind of report is treated."""

    code: str
    name: str
    name_en: str
    handled_here: bool
    is_published: bool
    guidance: str
    guidance_en: str
    legal_basis: str

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def advice(self) -> str:
        """What to tell somebody whose matter goes another way."""
        return in_language(self.guidance, self.guidance_en)


@dataclass(frozen=True, slots=True)
class ReasonRef:
    """A reason from the list."""

    id: int
    code: str
    purpose: str
    name: str
    name_en: str
    template: str
    template_en: str
    legal_basis: str

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def words(self) -> str:
        """The text for the reporter in the reader's language."""
        return in_language(self.template, self.template_en)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline and the row that set it."""

    term: DeadlineTerm
    start: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ProvinceRef:
    """Whose centre this is."""

    name: str
    short_name: str
    name_en: str
    app_name: str
    code_prefix: str
    area_id: int | None
    hotline: str
    email: str
    map_held_at: date | None
    base_map: str
    is_demonstration: bool

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class SystemRef:
    """A system, and what people read where it is not open yet."""

    id: int
    code: str
    name: str
    name_en: str
    closed_text: str
    closed_text_en: str

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def closed_words(self) -> str:
        """The words for closed places in the reader's language; empty where the usual ones do."""
        return in_language(self.closed_text, self.closed_text_en)
