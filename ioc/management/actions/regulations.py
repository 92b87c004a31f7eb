"""Regulations: writing a version, putting it in force, and saying that one has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel import events
from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.kernel.text import clean
from ioc.management.actions.audit import log_change
from ioc.management.actions.scope import require_whole_province
from ioc.management.models import Acknowledgement, Person, Regulation, RegulationVersion
from ioc.management.queries.regulations import those_who_have_not, those_who_must_read
from ioc.management.rules.regulations import articles_of

TO_READ: Final = "regulations.to_read"
"""The event by which people are told: `people`, `regulation`, `version`, `at`."""
REMIND_AFTER: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class DraftFields:
    """A version as it is entered. `document` is the SHA-256 of a kept file, empty without one."""

    text: str
    valid_from: date
    signed_on: date | None = None
    document: str = ""


def write_draft(*, regulation_id: int, fields: DraftFields, actor: Actor, at: datetime) -> RegulationVersion:
    """Write the next version, or write it anew; nobody is bound by it yet.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such regulation.
        Invalid: no article is found in the text, or it begins before the version in force.
    """
    require_whole_province(actor)
    with transaction.atomic():
        regulation = _locked(regulation_id)
        _check(regulation, fields)
        draft = regulation.versions.filter(published_at=None).first() or _next(regulation)
        is_new, before = draft.pk is None, _facts(draft)
        draft.text, draft.signed_on, draft.valid_from = clean(fields.text), fields.signed_on, fields.valid_from
        draft.document_id = fields.document or draft.document_id
        draft.save()
        _log("drafted" if is_new else "changed", draft, actor, at, before={} if is_new else before)
    return draft


def _check(regulation: Regulation, fields: DraftFields) -> None:
    if not articles_of(fields.text):
        raise Invalid(fields={"text": _("No article is found: each begins on a line of its own, “Điều 1. …”.")})
    latest = regulation.versions.exclude(published_at=None).order_by("-number").first()
    if latest is not None and fields.valid_from <= latest.valid_from:
        raise Invalid(fields={"valid_from": _("It must begin after the version before it.")})


def _next(regulation: Regulation) -> RegulationVersion:
    last = regulation.versions.order_by("-number").first()
    return RegulationVersion(regulation=regulation, number=last.number + 1 if last else 1)


def discard_draft(*, regulation_id: int, actor: Actor, at: datetime) -> None:
    """Throw the draft away; one that is gone already stays so.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such regulation.
    """
    require_whole_province(actor)
    with transaction.atomic():
        draft = _locked(regulation_id).versions.filter(published_at=None).first()
        if draft is not None:
            _log("discarded", draft, actor, at, before=_facts(draft), after={})
            draft.delete()


def publish(*, regulation_id: int, actor: Actor, at: datetime) -> None:
    """Put the draft in force from its day on; the version before it ends then, and those who must read it are told.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such regulation, or no draft.
    """
    require_whole_province(actor)
    with transaction.atomic():
        regulation = _locked(regulation_id)
        draft = regulation.versions.filter(published_at=None).first()
        if draft is None:
            raise NotFound
        before = regulation.versions.exclude(published_at=None).order_by("-number").first()
        if before is not None and (before.valid_to is None or before.valid_to > draft.valid_from):
            before.valid_to = draft.valid_from
            before.save(update_fields=["valid_to"])
        draft.published_at = at
        draft.save(update_fields=["published_at"])
        _log("published", draft, actor, at, before={})
        _tell(regulation, draft, those_who_must_read(regulation, day=local_date(at)), at)


def end_regulation(*, regulation_id: int, day: date, actor: Actor, at: datetime, reason: str) -> None:
    """Have the regulation bind nobody from `day` on.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such regulation.
        Invalid: no reason is given, no version is in force, or it would end before it began.
    """
    require_whole_province(actor)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why.")})
    with transaction.atomic():
        last = _locked(regulation_id).versions.exclude(published_at=None).order_by("-number").first()
        if last is None or day <= last.valid_from:
            raise Invalid(fields={"day": _("It must end after it began.")})
        before = _facts(last)
        last.valid_to = day
        last.save(update_fields=["valid_to"])
        _log("ended", last, actor, at, before=before, reason=reason)


def acknowledge(*, version_id: int, actor: Actor, at: datetime) -> None:
    """Say that one has read a version; saying it again changes nothing.

    Raises:
        Forbidden: the actor is nobody with an account.
        NotFound: there is no such version, or it is a draft.
        Conflict: it was replaced or ended meanwhile.
    """
    if actor.person_id is None:
        raise Forbidden
    version = RegulationVersion.objects.filter(pk=version_id, published_at__isnull=False).first()
    if version is None:
        raise NotFound
    if version.valid_to is not None and version.valid_to <= local_date(at):
        raise Conflict(_("This version is no longer in force."), remedy=_("Read the newest one."))
    Acknowledgement.objects.get_or_create(version=version, person_id=actor.person_id, defaults={"at": at})


def remind(*, regulation_id: int, actor: Actor, at: datetime, reason: str = "") -> int:
    """Tell those again who have not read the newest version; how many. Not more than twice a day.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such regulation, or nothing of it was published.
        Conflict: they were told within the last twelve hours.
    """
    require_whole_province(actor)
    with transaction.atomic():
        regulation = _locked(regulation_id)
        version = regulation.versions.exclude(published_at=None).order_by("-number").first()
        if version is None:
            raise NotFound
        if regulation.reminded_at is not None and at - regulation.reminded_at < REMIND_AFTER:
            raise Conflict(_("They were reminded within the last twelve hours."), remedy=_("Try again later."))
        people = those_who_have_not(version, day=local_date(at))
        regulation.reminded_at = at
        regulation.save(update_fields=["reminded_at"])
        _log("reminded", version, actor, at, before={}, after={"people": len(people)}, reason=reason)
        _tell(regulation, version, people, at)
    return len(people)


def _tell(regulation: Regulation, version: RegulationVersion, people: Sequence[Person], at: datetime) -> None:
    if regulation.must_be_read and people:
        events.publish(TO_READ, people=people, regulation=regulation, version=version, at=at)


def _locked(regulation_id: int) -> Regulation:
    try:
        return Regulation.objects.select_for_update().get(pk=regulation_id)
    except Regulation.DoesNotExist as error:
        raise NotFound from error


def _facts(version: RegulationVersion) -> dict[str, Any]:
    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "number": version.number,
        "valid_from": day(version.valid_from),
        "valid_to": day(version.valid_to),
        "signed_on": day(version.signed_on),
        "letters": len(version.text),
        "document": version.document_id,
    }


def _log(
    verb: str,
    version: RegulationVersion,
    actor: Actor,
    at: datetime,
    *,
    before: dict[str, Any],
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    log_change(
        verb=verb,
        kind="regulation",
        record_id=version.regulation_id,
        record_name=str(version),
        actor=actor,
        at=at,
        before=before,
        after=_facts(version) if after is None else after,
        reason=reason.strip(),
    )
