"""Every right there is, with what it lets somebody do. Roles are sets of these; the list is not a table because
each right is a check in code."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MANAGE: Final = "management.manage"
MANAGE_PEOPLE: Final = "management.people"
WRITE_GUIDANCE: Final = "management.guidance"
ANSWER_DATA_REQUESTS: Final = "management.privacy"
READ_AUDIT: Final = "management.audit"
TRIAGE: Final = "onscene.triage"
PUBLISH: Final = "onscene.publish"
HANDLE: Final = "onscene.handle"
APPROVE: Final = "onscene.approve"
OPEN_IDENTITY: Final = "onscene.open_identity"
LEAD_TEAM: Final = "onscene.lead_team"
LEAD: Final = "onscene.lead"
IMPORT: Final = "onscene.import"
READ_METRICS: Final = "kernel.metrics"
FILE_BY_PROGRAM: Final = "onscene.file_by_program"

NEEDS_SECOND_PERSON: Final = frozenset({OPEN_IDENTITY, ANSWER_DATA_REQUESTS})
"""Rights that open what is sealed: one administrator alone gives them to nobody, and no deputy takes them over."""

RIGHTS: Final[dict[str, str | Promise]] = {
    MANAGE: _("Manage areas, agencies, people, roles, categories, routing and deadlines"),
    MANAGE_PEOPLE: _("Manage the people and positions of the own agency"),
    WRITE_GUIDANCE: _("Write announcements, guides and lessons"),
    ANSWER_DATA_REQUESTS: _("Answer people's requests about their data"),
    READ_AUDIT: _("Read the audit log"),
    TRIAGE: _("Receive, correct, refuse, join and dispatch reports"),
    PUBLISH: _("Edit and publish outcomes"),
    HANDLE: _("Handle what is assigned to the agency"),
    APPROVE: _("Approve the agency's outcomes"),
    OPEN_IDENTITY: _("Open a sealed identity, with a reason"),
    LEAD_TEAM: _("Plan the shifts of the operating team"),
    LEAD: _("See the leaders' page"),
    IMPORT: _("Import reports from files"),
    READ_METRICS: _("Read the figures for monitoring"),
    FILE_BY_PROGRAM: _("File reports through the exchange interfaces"),
}
