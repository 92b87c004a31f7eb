"""Tables of the management system."""

from ioc.management.models.areas import Area, AreaLevel, AreaLineage, LineageKind
from ioc.management.models.catalogue import (
    AnswerKind,
    Category,
    CategoryQuestion,
    KindCode,
    Reason,
    ReasonPurpose,
    ReportKind,
    Urgency,
)
from ioc.management.models.organizations import Organization, OrganizationCode, OrganizationKind
from ioc.management.models.people import Person, Position, Role
from ioc.management.models.province import ApiToken, ConfigEvent, Province
from ioc.management.models.rules import (
    CalendarDay,
    CalendarDayKind,
    DeadlineRule,
    OfficeHours,
    RoutingRule,
    Step,
)

__all__ = [
    "AnswerKind",
    "ApiToken",
    "Area",
    "AreaLevel",
    "AreaLineage",
    "CalendarDay",
    "CalendarDayKind",
    "Category",
    "CategoryQuestion",
    "ConfigEvent",
    "DeadlineRule",
    "KindCode",
    "LineageKind",
    "OfficeHours",
    "Organization",
    "OrganizationCode",
    "OrganizationKind",
    "Person",
    "Position",
    "Province",
    "Reason",
    "ReasonPurpose",
    "ReportKind",
    "Role",
    "RoutingRule",
    "Step",
    "Urgency",
]
