"""Tables of the on-the-scene information system."""

from ioc.onscene.models.duty import DutyWatch
from ioc.onscene.models.handling import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    Deadline,
    Extension,
    ExtensionState,
    Outcome,
    OutcomeState,
    Question,
    Rating,
    RatingValue,
)
from ioc.onscene.models.reports import (
    Attachment,
    AttachmentPhase,
    Channel,
    Report,
    Reporter,
    ReportEvent,
)

__all__ = [
    "Assignment",
    "AssignmentRole",
    "AssignmentState",
    "Attachment",
    "AttachmentPhase",
    "Channel",
    "Deadline",
    "DutyWatch",
    "Extension",
    "ExtensionState",
    "Outcome",
    "OutcomeState",
    "Question",
    "Rating",
    "RatingValue",
    "Report",
    "ReportEvent",
    "Reporter",
]
