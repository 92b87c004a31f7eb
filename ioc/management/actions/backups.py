"""The plan of back-ups, and making them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.backup import database, keeping, making, sealed
from ioc.kernel.backup.making import Installation, Place, Tell
from ioc.kernel.backup.restoring import Outcome
from ioc.kernel.clock import local, now
from ioc.kernel.errors import Conflict, DomainError, Invalid
from ioc.management.actions.audit import log_change
from ioc.management.actions.scope import require_whole_province
from ioc.management.models import BackupPlan, BackupRun, BackupRunKind

_FIELDS: Final = ("is_on", "to", "keys_to", "keys", "hour", "keep_days", "keep_weeks", "keep_months")


class NoPlan(Conflict):
    """Nobody said where back-ups go."""

    code = "no-backup-plan"
    message = _("Nobody has said yet where back-ups go.")
    remedy = _("Fill in the plan under Administration › Back-ups, or give --to and --key.")


@dataclass(frozen=True, slots=True)
class PlanFields:
    """The plan as it is entered: `keys` are public keys, one a line; an empty `keys_to` keeps no secrets."""

    is_on: bool
    to: str
    keys_to: str
    keys: Sequence[str]
    hour: int
    keep_days: int
    keep_weeks: int
    keep_months: int


def save_plan(*, fields: PlanFields, actor: Actor, at: datetime) -> None:
    """Say when back-ups are made, where they go and how long they stay.

    Raises:
        Forbidden: the actor does not manage the whole province.
        Invalid: a folder is not a full path, both are the same, or a key is none.
    """
    require_whole_province(actor)
    _check(fields)
    with transaction.atomic():
        plan = BackupPlan.objects.select_for_update().first()
        before = _facts(plan) if plan else {}
        plan = plan or BackupPlan()
        for name in _FIELDS:
            setattr(plan, name, list(fields.keys) if name == "keys" else getattr(fields, name))
        _save(plan)
        log_change(
            verb="changed" if before else "added", kind="backup_plan", record_id=plan.pk, record_name=plan.to,
            actor=actor, at=at, before=before, after=_facts(plan),
        )  # fmt: skip


def _check(fields: PlanFields) -> None:
    wrong: dict[str, Any] = {}
    for name in ("to", "keys_to"):
        folder = getattr(fields, name)
        if folder and not Path(folder).is_absolute():
            wrong[name] = _("Give the whole path, from / on.")
    if fields.keys_to and Path(fields.keys_to) == Path(fields.to):
        wrong["keys_to"] = _("Keep the keys apart: who finds both can read everything.")
    if _is_ours(fields.to):
        wrong["to"] = _("Choose a folder outside the installation's own, best on another disk.")
    if wrong:
        raise Invalid(fields=wrong)
    sealed.recipients(fields.keys)


def _is_ours(folder: str) -> bool:
    return Path(folder).resolve().is_relative_to(Path(settings.FILES_ROOT).resolve().parent)


def _save(plan: BackupPlan) -> None:
    try:
        plan.full_clean()
    except ValidationError as error:
        raise Invalid(fields={name: " ".join(texts) for name, texts in error.message_dict.items()}) from error
    plan.save()


def _facts(plan: BackupPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in _FIELDS}


def ask_for_backup(*, actor: Actor, at: datetime) -> None:
    """Have a back-up made in the background, now.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NoPlan: nobody said where it would go.
    """
    from ioc.management.jobs import make_backup_now  # noqa: PLC0415 - jobs stand on actions

    require_whole_province(actor)
    planned = _plan()
    with transaction.atomic():
        make_backup_now.defer()
        log_change(verb="asked_for", kind="backup", record_id="", record_name=planned.to, actor=actor, at=at)


def make_due(*, at: datetime) -> bool:
    """Make the back-up of today when its hour has come and it was not made yet; whether one was made."""
    plan = BackupPlan.objects.first()
    if plan is None or not plan.is_on:
        return False
    due = local(at).replace(hour=plan.hour, minute=0, second=0, microsecond=0)
    if local(at) < due:
        due -= timedelta(days=1)
    if BackupRun.objects.filter(kind=BackupRunKind.BACKUP, problem="", began_at__gte=due).exists():
        return False
    make_planned(at=at)
    return True


def make_planned(*, at: datetime, tell: Tell = lambda _done, _of: None) -> BackupRun:
    """Make a back-up as the plan says, and take away those that it no longer keeps.

    Raises:
        NoPlan: nobody said where it would go.
        DomainError: it could not be made; the run says why.
    """
    plan = _plan()
    keys_to = Path(plan.keys_to) if plan.keys_to else None
    run = make_backup(place=Place(to=Path(plan.to), keys_to=keys_to, keys=tuple(plan.keys)), at=at, tell=tell)
    keep = keeping.Keep(days=plan.keep_days, weeks=plan.keep_weeks, months=plan.keep_months)
    with suppress(making.BackupRunning):  # the next one takes them away
        keeping.prune(to=Path(plan.to), keys_to=keys_to, keep=keep)
    return run


def make_backup(*, place: Place, at: datetime, tell: Tell = lambda _done, _of: None) -> BackupRun:
    """Make a back-up at a place of one's own choice, and keep what became of it.

    Raises:
        DomainError: it could not be made; the run says why.
    """
    run = BackupRun.objects.create(kind=BackupRunKind.BACKUP, began_at=at)
    try:
        folder, manifest = making.make(of=own_installation(), place=place, at=at, tell=tell)
    except DomainError as error:
        _end(run, problem=_said(error))
        raise
    run.name = folder.name
    run.rows, run.files = sum(manifest.tables.values()), manifest.files
    run.size = manifest.database.size + manifest.files_size
    _end(run)
    return run


def keep_outcome(*, kind: BackupRunKind, name: str, outcome: Outcome, began_at: datetime) -> BackupRun:
    """Remember that a back-up was read through or restored on trial, and how that went."""
    run = BackupRun(kind=kind, name=name, began_at=began_at, rows=outcome.rows, files=outcome.files)
    _end(run, problem="; ".join(f"{part}: {said}" for part, said in list(outcome.wrong.items())[:20]))
    return run


def _end(run: BackupRun, *, problem: str = "") -> None:
    run.ended_at, run.problem = now(), problem
    run.save()


def _said(error: DomainError) -> str:
    cause = error.facts.get("said") or error.facts.get("cause") or ""
    return " ".join(filter(None, (str(error.message), str(cause))))


def own_installation() -> Installation:
    """The installation that this process belongs to."""
    return Installation(
        database_url=database.own_address(),
        files=Path(settings.FILES_ROOT),
        secrets=Path(settings.SEALING_KEY_FILE).parent,
    )


def _plan() -> BackupPlan:
    plan = BackupPlan.objects.first()
    if plan is None:
        raise NoPlan
    return plan
