"""More time for handling: asked for by the lead agency, decided by the team."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid
from ioc.kernel.rights import HANDLE, TRIAGE
from ioc.management.models import Step
from ioc.management.queries import loading
from ioc.onscene.actions.clocks import open_deadlines
from ioc.onscene.actions.steps import change, lead_assignment, locked, require_triage
from ioc.onscene.actions.telling import tell_agency, tell_reporter
from ioc.onscene.models import Extension, ExtensionState, Report
from ioc.onscene.rules.workflow import NotNow, State


@transaction.atomic
def ask_extension(*, report_id: UUID, amount: int, reason: str, actor: Actor, at: datetime) -> Extension:
    """Ask for `amount` more units of the handling deadline, as often and as much as its row allows.

    Raises:
        Forbidden, NotFound, NotNow: see `steps`.
        Invalid: no reason, or more than the row allows; says how much it allows.
    """
    report = locked(report_id)
    assignment = lead_assignment(actor, report, right=HANDLE)
    deadline = open_deadlines(report).filter(step=Step.HANDLE).first()
    if State(report.state) is not State.HANDLING or deadline is None:
        raise NotNow(state=report.state)
    if report.extensions.filter(state=ExtensionState.ASKED).exists():
        raise NotNow(_("An extension was asked for already; wait for the team's answer."))
    term = loading.current().term(deadline.rule_id)
    if deadline.extended >= term.extensions:
        raise Invalid(_("This deadline cannot be extended any more."), remedy=term.legal_basis)
    if not 0 < amount <= term.extension_limit:
        raise Invalid(fields={"amount": _("At most %(most)s may be asked for.") % {"most": term.extension_limit}})
    if not reason.strip():
        raise Invalid(fields={"reason": _("Please say why more time is needed.")})
    extension = Extension.objects.create(
        report=report,
        deadline=deadline,
        organization_id=assignment.organization_id,
        amount=amount,
        reason=reason.strip(),
        asked_at=at,
    )
    change(report, verb="extension_asked", actor=actor, at=at, reason=reason.strip(), facts={"amount": amount})
    return extension


@transaction.atomic
def grant_extension(*, report_id: UUID, actor: Actor, at: datetime) -> Extension:
    """Grant the extension that was asked for: the deadline moves, the reporter is told why and to when.

    Raises:
        Forbidden, NotFound: see `steps`.
        NotNow: none was asked for, or the work that it was for has ended.
    """
    report, extension = _asked_extension(report_id, actor)
    deadline = extension.deadline
    if State(report.state) not in {State.HANDLING, State.ASKED} or deadline.met_at or deadline.dropped_at:
        raise NotNow(state=report.state)
    term = loading.current().term(deadline.rule_id)
    deadline.due_at = loading.current().calendar.add(deadline.due_at, extension.amount, term.unit)
    deadline.extended += 1
    deadline.save(update_fields=["due_at", "extended"])
    _decide(extension, ExtensionState.GRANTED, "", at)
    event = change(
        report,
        verb="extension_granted",
        actor=actor,
        at=at,
        reason=extension.reason,
        is_public=True,
        for_reporter=True,
        due_at=deadline.due_at,
    )
    tell_reporter(report, event)
    tell_agency(report, event, organization_id=extension.organization_id, right=HANDLE)
    return extension


@transaction.atomic
def deny_extension(*, report_id: UUID, reason: str, actor: Actor, at: datetime) -> Extension:
    """Not grant the extension that was asked for, and say why.

    Raises:
        Forbidden, NotFound: see `steps`.
        NotNow: none was asked for.
        Invalid: no reason.
    """
    report, extension = _asked_extension(report_id, actor)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Please say why.")})
    _decide(extension, ExtensionState.DENIED, reason.strip(), at)
    event = change(report, verb="extension_denied", actor=actor, at=at, reason=reason.strip())
    tell_agency(report, event, organization_id=extension.organization_id, right=HANDLE)
    return extension


def _asked_extension(report_id: UUID, actor: Actor) -> tuple[Report, Extension]:
    report = locked(report_id)
    require_triage(actor, report, right=TRIAGE)
    extension = report.extensions.filter(state=ExtensionState.ASKED).select_related("deadline").first()
    if extension is None:
        raise NotNow
    return report, extension


def _decide(extension: Extension, state: ExtensionState, decision: str, at: datetime) -> None:
    extension.state, extension.decision, extension.decided_at = state, decision, at
    extension.save(update_fields=["state", "decision", "decided_at"])
