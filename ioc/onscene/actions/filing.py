"""Taking in a report: the hot path.

Everything that can be worked out beforehand is (reference data is in memory, photos are stored already); one
statement then writes the key, the report, the sealed reporter, the deadline, the event and the notice together, and
waits for nobody else's lock. With the limits and now and then a block of running numbers that makes two to three
statements, whatever the province holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from ioc.kernel import idempotency, limits
from ioc.kernel.actors import PUBLIC, Actor
from ioc.kernel.clock import local, local_date
from ioc.kernel.errors import Invalid, TooMany
from ioc.kernel.ids import new_id, new_token
from ioc.kernel.numbers import RunningNumbers
from ioc.kernel.quadkeys import quadkey
from ioc.kernel.sealing import digest, seal
from ioc.kernel.text import clean, first_line
from ioc.management.models import KindCode, Step, SystemCode, Urgency
from ioc.management.queries import loading, rollout
from ioc.management.queries.reference import AreaRef, CategoryRef, Due, Reference
from ioc.notices.actions import deliver_soon
from ioc.onscene.actions.attaching import attachments_of
from ioc.onscene.actions.searching import words_of
from ioc.onscene.actions.steps import event_of, tell_screens
from ioc.onscene.actions.telling import notices_to_reporter
from ioc.onscene.models import AttachmentPhase, Channel, Deadline, Report, Reporter
from ioc.onscene.rules.filing import (
    BY_ADDRESS,
    BY_CONTACT,
    Asked,
    Contact,
    GuidedElsewhere,
    NotOpen,
    asked_only,
    check_filing,
    clean_contact,
)
from ioc.onscene.rules.media import Media
from ioc.onscene.rules.workflow import State

_numbers: Final = RunningNumbers("onscene_report_number")

SYSTEMS_BY_CHANNEL: Final[Mapping[Channel, tuple[str, ...]]] = {
    Channel.WEB: (SystemCode.ON_SCENE, SystemCode.CITIZEN),
    Channel.APP: (SystemCode.ON_SCENE, SystemCode.CITIZEN),
    Channel.OPEN311: (SystemCode.ON_SCENE,),
}
"""What must be open at the place for a report that comes this way; what staff enter or import is always taken."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What somebody reports. `area_code` (a commune's) is used where there are no coordinates.

    `consent_id` is the text about personal data that was agreed to.
    """

    text: str
    category: str
    kind: str = KindCode.ON_SCENE
    urgency: str = Urgency.NORMAL
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    area_code: str = ""
    place_text: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    hides_name: bool = True
    answers: Mapping[str, Any] = field(default_factory=dict)
    media: Sequence[Media] = ()
    channel: str = Channel.WEB
    language: str = "vi"
    consent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """What the reporter is told: the code to quote, the token of the private link, by when it is received."""

    id: UUID
    code: str
    token: str
    due_at: datetime


def file_report(
    *,
    filing: Filing,
    at: datetime,
    actor: Actor = PUBLIC,
    key: str = "",
    address: str = "",
    needs_contact: bool = True,
) -> Filed:
    """Take in a report and acknowledge it: durable with its event and notice, once for each `key`.

    `address` is the sender's network address, for the limits (empty: no limit, as for staff and imports).

    Raises:
        Invalid: says for each field what is wrong.
        NotOpen: the system is not open at the place yet.
        GuidedElsewhere: the kind has a legal way of its own.
        TooMany: the address or the contact filed too often.
        KeyReused: the key came with other content before.
    """
    filing = replace(filing, text=clean(filing.text), place_text=clean(filing.place_text))
    try:
        return _take_in(filing, actor=actor, at=at, key=key, address=address, needs_contact=needs_contact)
    except (Invalid, TooMany):
        # Who asks again is answered as the first time, though a limit is reached or a category closed meanwhile.
        earlier = idempotency.earlier(scope="file", key=key, content=asdict(filing))
        if earlier is None:
            raise
        return _filed(earlier)


def _take_in(filing: Filing, *, actor: Actor, at: datetime, key: str, address: str, needs_contact: bool) -> Filed:
    reference = loading.current()
    contact = clean_contact(name=filing.name, phone=filing.phone, email=filing.email)
    category = _check(reference, filing, contact, needs_contact=needs_contact)
    area = find_place(reference, filing, at=at)
    require_open(filing, area, at=at)
    if address:
        by_contact = digest(contact.key).hex() if contact.key else ""
        limits.hit([(BY_ADDRESS, address), (BY_CONTACT, by_contact)], at=at)
    due = reference.due(step="receive", kind=filing.kind, urgency=filing.urgency, category_id=category.id, start=at)
    return _write(reference, filing, contact, category, area, due, actor=actor, at=at, key=key)


def _check(reference: Reference, filing: Filing, contact: Contact, *, needs_contact: bool) -> CategoryRef:
    kind = reference.kinds.get(filing.kind)
    if kind is None:
        raise Invalid(fields={"kind": _("Please choose what kind of report this is.")})
    if not kind.handled_here:
        raise GuidedElsewhere(kind.advice, kind=kind.code)
    category = reference.categories_by_code.get(filing.category)
    if category is None:
        raise Invalid(fields={"category": _("Please choose what it is about.")})
    check_filing(
        text=filing.text,
        place_text=filing.place_text,
        contact=contact,
        needs_contact=needs_contact,
        files=len(filing.media),
        answers=filing.answers,
        questions=asked_of(category),
    )
    return category


def asked_of(category: CategoryRef | None) -> list[Asked]:
    """What a category asks, as the rules check it."""
    return [
        Asked(
            code=one.code,
            label=one.label,
            required=one.required,
            keys=frozenset(key for key, _name in one.values),
            asked_after=one.asked_after,
            asked_if=one.asked_if,
        )
        for one in (category.questions if category else ())
    ]


def find_place(reference: Reference, filing: Filing, *, at: datetime) -> AreaRef:
    """The commune in which the matter lies.

    Raises:
        Invalid: no place was given, or it lies outside the province.
    """
    day = reference.map_day(at)
    if filing.latitude is not None and filing.longitude is not None:
        found = reference.commune_at(latitude=filing.latitude, longitude=filing.longitude, day=day)
        if found is None:
            raise Invalid(fields={"place": _("This place is outside the province. Please move the point.")})
        return found
    found = reference.commune_by_code(filing.area_code, day=day)
    if found is None:
        raise Invalid(fields={"place": _("Please say where: use your location, the map, or choose a commune.")})
    return found


def require_open(filing: Filing, area: AreaRef, *, at: datetime) -> None:
    """Pass in silence where the systems that the channel goes through are open to who files. No statement.

    Raises:
        NotOpen: one is not; says from when it will be and what can be done meanwhile.
    """
    systems = SYSTEMS_BY_CHANNEL.get(Channel(filing.channel), ())
    found = rollout.closed(systems=systems, area=area, day=local_date(at), audience=rollout.audience_of(filing.kind))
    if found is not None:
        raise NotOpen(found.sentence, remedy=found.other_way, fields={"place": found.whole})


def _write(
    reference: Reference,
    filing: Filing,
    contact: Contact,
    category: CategoryRef,
    area: AreaRef,
    due: Due,
    *,
    actor: Actor,
    at: datetime,
    key: str,
) -> Filed:
    filed = Filed(id=new_id(), code=next_code(reference, at), token=new_token(), due_at=due.due_at)
    report = _report(filing, filed, category, area, at=at)
    report.words = words_of(report)
    reporter = _reporter(report, contact, filing)
    deadline = Deadline(report=report, step=Step.RECEIVE, rule_id=due.term.id, started_at=at, due_at=due.due_at)
    event = event_of(
        report,
        verb="filed",
        actor=actor,
        at=at,
        after={"state": report.state, "due_at": due.due_at.isoformat()},
        is_public=True,
        for_reporter=True,
    )
    rows: list[Model] = [report, reporter, deadline, event]
    rows += attachments_of(report, filing.media, phase=AttachmentPhase.REPORT, at=at)
    rows += notices_to_reporter(report, event, reporter)
    earlier = idempotency.insert_once(
        rows, scope="file", key=key, content=asdict(filing), outcome=_outcome(filed), at=at
    )
    if earlier is not None:
        return _filed(earlier)
    deliver_soon()
    tell_screens(report)
    return filed


def _report(filing: Filing, filed: Filed, category: CategoryRef, area: AreaRef, *, at: datetime) -> Report:
    located = filing.latitude is not None and filing.longitude is not None
    return Report(
        id=filed.id,
        code=filed.code,
        token=filed.token,
        kind=filing.kind,
        urgency=filing.urgency,
        state=State.FILED,
        category_id=category.id,
        area_id=area.id,
        area_path=area.path,
        title=first_line(filing.text),
        text=filing.text,
        answers=asked_only(filing.answers, asked_of(category)),
        latitude=filing.latitude,
        longitude=filing.longitude,
        accuracy_m=filing.accuracy_m,
        place_text=filing.place_text,
        quadkey=quadkey(filing.latitude or 0, filing.longitude or 0) if located else None,
        channel=filing.channel,
        language=filing.language,
        thumbnail=next((media.sha256 for media in filing.media if media.kind == "photo"), ""),
        filed_at=at,
        changed_at=at,
        due_at=filed.due_at,
        due_from=at,
    )


def _reporter(report: Report, contact: Contact, filing: Filing) -> Reporter:
    return Reporter(
        report=report,
        name_sealed=seal(contact.name),
        phone_sealed=seal(contact.phone),
        email_sealed=seal(contact.email),
        contact_digest=digest(contact.key) if contact.key else b"",
        hides_name=filing.hides_name,
        consent_id=filing.consent_id,
    )


def next_code(reference: Reference, at: datetime) -> str:
    """A code that people can read out: province, year and month, a running number."""
    prefix = reference.province.code_prefix if reference.province else "IOC"
    return f"{prefix}-{local(at):%y%m}-{_numbers.take():05d}"


def _outcome(filed: Filed) -> dict[str, Any]:
    return {"id": str(filed.id), "code": filed.code, "token": filed.token, "due_at": filed.due_at.isoformat()}


def _filed(outcome: Mapping[str, Any]) -> Filed:
    return Filed(
        id=UUID(outcome["id"]),
        code=outcome["code"],
        token=outcome["token"],
        due_at=datetime.fromisoformat(outcome["due_at"]),
    )
