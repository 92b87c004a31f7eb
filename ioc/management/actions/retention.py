"""Carrying out the rules of how long data is kept; trying them out first costs nothing and changes nothing."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from ioc.kernel import personal_data
from ioc.kernel.actors import SYSTEM, Actor
from ioc.kernel.personal_data import Retained
from ioc.kernel.rights import MANAGE
from ioc.management.actions.audit import log_access
from ioc.management.models import AuditTopic, RetentionRule, RetentionRun
from ioc.management.queries.retention import rules_in_force

_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What a rule found (`due`) and did (`done`; None: nothing was done, it was a trial or the rule is off)."""

    rule: RetentionRule
    kind: Retained
    before: datetime
    due: int
    done: int | None = None


def try_out(*, actor: Actor, at: datetime) -> list[Swept]:
    """What each rule in force would do at `at`, switched on or not; one statement a rule.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    return [Swept(rule, kind, before, kind.due(before)) for rule, kind, before in _known(at)]


def carry_out_rules(
    *, actor: Actor = SYSTEM, at: datetime, tell: Callable[[str, int, int], object] = lambda kind, done, due: None
) -> list[Swept]:
    """Do what the rules in force that are switched on say, five hundred rows a transaction. May be stopped and run
    again. `tell` hears the kind, how many are done and how many are due.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    return [_sweep(rule, kind, before, actor, at, tell) for rule, kind, before in _known(at)]


def _known(at: datetime) -> Iterator[tuple[RetentionRule, Retained, datetime]]:
    kinds = personal_data.retained()
    for rule in rules_in_force(at=at):
        if rule.kind in kinds:
            yield rule, kinds[rule.kind], at - timedelta(days=rule.days)


def _sweep(
    rule: RetentionRule, kind: Retained, before: datetime, actor: Actor, at: datetime,
    tell: Callable[[str, int, int], object],
) -> Swept:  # fmt: skip
    due = kind.due(before)
    if not rule.is_on or not due:
        return Swept(rule, kind, before, due, 0 if rule.is_on else None)
    began, done = time.monotonic(), 0
    try:
        while taken := kind.carry_out(before, at=at, most=_BATCH):
            done += taken
            tell(rule.kind, done, due)
    finally:  # what is gone is gone, also where it was stopped in the middle
        _keep(rule, done, time.monotonic() - began, actor, at)
    return Swept(rule, kind, before, due, done)


@transaction.atomic
def _keep(rule: RetentionRule, done: int, seconds: float, actor: Actor, at: datetime) -> None:
    """Remember how many a rule took away, for the list and in the audit log."""
    RetentionRun.objects.create(at=at, rule=rule, count=done, seconds=seconds)
    log_access(
        topic=AuditTopic.DATA_REQUEST, verb="retention_carried_out", subject_kind="retention_rule",
        subject_id=rule.pk, subject_name=rule.kind, actor=actor, at=at, reason=rule.legal_basis,
        facts={"rows": done, "days": rule.days},
    )  # fmt: skip
