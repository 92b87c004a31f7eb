"""Every right there is, with what it lets somebody do. Roles are sets of these; the list is not a table because
each right is a check in code."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MANAGE: Final = "management.manage"
READ_AUDIT: Final = "management.audit"
TRIAGE: Final = "onscene.triage"
PUBLISH: Final = "onscene.publish"
HANDLE: Final = "onscene.handle"
APPROVE: Final = "onscene.approve"
OPEN_IDENTITY: Final = "onscene.open_identity"
LEAD: Final = "onscene.lead"
IMPORT: Final = "onscene.import"
FILE_BY_PROGRAM: Final = "onscene.file_by_program"

RIGHTS: Final[dict[str, str | Promise]] = {
    MANAGE: _("Manage areas, agencies, people, roles, categories, routing and deadlines"),
    READ_AUDIT: _("Read the audit log"),
    TRIAGE: _("Receive, correct, refuse, join and dispatch reports"),
    PUBLISH: _("Edit and publish outcomes"),
    HANDLE: _("Handle what is assigned to the agency"),
    APPROVE: _("Approve the agency's outcomes"),
    OPEN_IDENTITY: _("Open a sealed identity, with a reason"),
    LEAD: _("See the leaders' page"),
    IMPORT: _("Import reports from files"),
    FILE_BY_PROGRAM: _("File reports through the exchange interfaces"),
}
