"""Opening the seal on who reported."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid, NotFound
from ioc.kernel.rights import OPEN_IDENTITY
from ioc.kernel.sealing import reseal_rows, unseal
from ioc.management.actions.audit import log_access
from ioc.management.models import AuditTopic, ReasonPurpose
from ioc.onscene.actions.steps import locked, record, require_triage
from ioc.onscene.actions.triage import reason_of
from ioc.onscene.models import Reporter


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reported, in the clear."""

    name: str
    phone: str
    email: str


@transaction.atomic
def open_identity(*, report_id: UUID, reason_code: str, words: str, actor: Actor, at: datetime) -> Identity:
    """Open a sealed identity, for a reason from the list and in words; leaves an event and an entry in the audit log.

    Raises:
        Forbidden, NotFound: see `steps`.
        Invalid: no reason, or no words.
    """
    report = locked(report_id)
    require_triage(actor, report, right=OPEN_IDENTITY)
    reason = reason_of(reason_code, ReasonPurpose.OPEN_IDENTITY)
    if len(words.strip()) < 10:
        raise Invalid(fields={"words": _("Please write why you need to know, in a sentence.")})
    reporter = Reporter.objects.filter(report=report).first()
    if reporter is None:
        raise NotFound
    record(
        report,
        verb="identity_opened",
        actor=actor,
        at=at,
        reason=f"{reason.label}: {words.strip()}",
        after={"reason_code": reason.code},
    )
    log_access(
        topic=AuditTopic.IDENTITY,
        verb="identity_opened",
        subject_kind="report",
        subject_id=report.id,
        subject_name=report.code,
        actor=actor,
        at=at,
        reason=f"{reason.label}: {words.strip()}",
        facts={"reason_code": reason.code},
    )
    return Identity(
        name=unseal(reporter.name_sealed),
        phone=unseal(reporter.phone_sealed),
        email=unseal(reporter.email_sealed),
    )


def reseal_all() -> int:
    """Seal every identity again under the newest key; how many. May be stopped and run again."""
    return reseal_rows(Reporter.objects.all(), columns=("name_sealed", "phone_sealed", "email_sealed"))
