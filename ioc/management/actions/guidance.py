"""Guidance: writing it, telling staff of it, and counting who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel import events
from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.kernel.models import valid_on
from ioc.kernel.rights import WRITE_GUIDANCE
from ioc.management.actions.audit import log_change
from ioc.management.models import Area, Guide, GuideCount, GuideReaders, GuideReading, Role
from ioc.management.queries.guidance import those_it_is_for
from ioc.management.rules.guidance import Question, kept, wrong_answers

TOLD: Final = "guidance.told"
"""The event by which staff are told of a text: `people`, `guide`, `at`."""
_COUNT: Final = {
    True: "(guide_id, area_id, day) WHERE area_id IS NOT NULL",
    False: "(guide_id, day) WHERE area_id IS NULL",
}


@dataclass(frozen=True, slots=True)
class GuideFields:
    """A text as it is entered."""

    kind: str
    readers: str
    title: str
    title_en: str
    body: str
    body_en: str
    is_pinned: bool
    valid_from: date
    valid_to: date | None
    roles: Sequence[Role] = ()
    areas: Sequence[Area] = ()
    questions: Sequence[Question] = ()


def save_guide(*, fields: GuideFields, actor: Actor, at: datetime, guide_id: int | None = None) -> Guide:
    """Write a text, or change one.

    Raises:
        Forbidden: the actor may not write guidance.
        NotFound: there is no such text.
        Invalid: it ends before it begins, or only a lesson may have questions.
    """
    actor.require(WRITE_GUIDANCE)
    _check(fields)
    with transaction.atomic():
        guide = _locked(guide_id) if guide_id else Guide()
        before = _facts(guide) if guide_id else {}
        _assign(guide, fields)
        guide.save()
        guide.roles.set(fields.roles if fields.readers == GuideReaders.STAFF else ())
        guide.areas.set(fields.areas)
        _log("changed" if guide_id else "added", guide, actor, at, before=before, after=_facts(guide))
    return guide


def _check(fields: GuideFields) -> None:
    if fields.valid_to is not None and fields.valid_to <= fields.valid_from:
        raise Invalid(fields={"valid_to": _("The end must be after the beginning.")})
    if fields.questions and fields.kind != "lesson":
        raise Invalid(fields={"questions": _("Only a lesson has questions.")})


def _assign(guide: Guide, fields: GuideFields) -> None:
    for name in ("kind", "readers", "title", "title_en", "body", "body_en", "is_pinned", "valid_from", "valid_to"):
        setattr(guide, name, getattr(fields, name))
    guide.questions = kept(fields.questions)


def tell(*, guide_id: int, actor: Actor, at: datetime) -> int:
    """Tell the staff whom a text is for, once; how many.

    Raises:
        Forbidden: the actor may not write guidance.
        NotFound: there is no such text.
        Conflict: it is for citizens, is not shown today, or they were told already.
    """
    actor.require(WRITE_GUIDANCE)
    with transaction.atomic():
        guide, day = _locked(guide_id), local_date(at)
        if guide.readers != GuideReaders.STAFF or not Guide.objects.filter(valid_on(day), pk=guide.pk).exists():
            raise Conflict(_("Staff are told of texts for staff, on days when they are shown."))
        if guide.told_at is not None:
            raise Conflict(_("They were told already."))
        guide.told_at = at
        guide.save(update_fields=["told_at"])
        people = those_it_is_for(guide, day=day)
        _log("told", guide, actor, at, before={}, after={"people": len(people)})
        if people:
            events.publish(TOLD, people=people, guide=guide, at=at)
    return len(people)


def remove_guide(*, guide_id: int, actor: Actor, at: datetime) -> None:
    """Remove a text that nobody has read; one that was read is ended instead.

    Raises:
        Forbidden: the actor may not write guidance.
        NotFound: there is no such text.
        Conflict: somebody has read it.
    """
    actor.require(WRITE_GUIDANCE)
    with transaction.atomic():
        guide = _locked(guide_id)
        if guide.readings.exists() or guide.counts.exists():
            raise Conflict(_("This was read and cannot be removed."), remedy=_("Give it an end date instead."))
        _log("removed", guide, actor, at, before=_facts(guide), after={})
        guide.delete()


def note_reading(*, guide_id: int, actor: Actor, at: datetime) -> None:
    """Note that somebody of the staff opened a text; the first time counts."""
    if actor.person_id is None:
        raise Forbidden
    GuideReading.objects.get_or_create(guide_id=guide_id, person_id=actor.person_id, defaults={"at": at})


def answer_lesson(*, guide_id: int, answers: Sequence[int | None], actor: Actor, at: datetime) -> list[int]:
    """Answer the questions of a lesson; the numbers (from 0) of those answered wrongly. None: it is passed.

    Raises:
        Forbidden: the actor is nobody with an account.
        NotFound: there is no such lesson.
    """
    if actor.person_id is None:
        raise Forbidden
    guide = Guide.objects.filter(pk=guide_id).first()
    if guide is None or not guide.questions:
        raise NotFound
    wrong = wrong_answers(guide.questions, answers)
    with transaction.atomic():
        note_reading(guide_id=guide_id, actor=actor, at=at)
        if not wrong:
            mine = GuideReading.objects.filter(guide=guide, person_id=actor.person_id, passed_at=None)
            mine.update(passed_at=at)
    return wrong


def count_reading(*, guide_id: int, area_id: int | None, day: date) -> None:
    """Count that a citizen opened a text, in the commune that they chose if any."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {GuideCount._meta.db_table} AS c (guide_id, area_id, day, count) VALUES (%s, %s, %s, 1)"  # noqa: S608 - our own names
            f" ON CONFLICT {_COUNT[area_id is not None]} DO UPDATE SET count = c.count + 1",
            [guide_id, area_id, day],
        )


def _locked(guide_id: int) -> Guide:
    try:
        return Guide.objects.select_for_update().get(pk=guide_id)
    except Guide.DoesNotExist as error:
        raise NotFound from error


def _facts(guide: Guide) -> dict[str, Any]:
    return {
        "kind": guide.kind,
        "readers": guide.readers,
        "title": guide.title,
        "valid_from": guide.valid_from.isoformat(),
        "valid_to": guide.valid_to.isoformat() if guide.valid_to else None,
        "roles": sorted(guide.roles.values_list("code", flat=True)),
        "areas": sorted(guide.areas.values_list("code", flat=True)),
        "letters": len(guide.body),
        "questions": len(guide.questions),
    }


def _log(verb: str, guide: Guide, actor: Actor, at: datetime, *, before: dict[str, Any], after: dict[str, Any]) -> None:
    log_change(
        verb=verb, kind="guide", record_id=guide.pk, record_name=guide.title,
        actor=actor, at=at, before=before, after=after,
    )  # fmt: skip
