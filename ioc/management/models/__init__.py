"""Tables of the management system."""

from ioc.management.models.absences import Leave
from ioc.management.models.answers import AnswerPurpose, AnswerTemplate, FieldOfWork
from ioc.management.models.area_events import AreaEvent
from ioc.management.models.areas import Area, AreaLevel, AreaLineage, LineageKind
from ioc.management.models.audit import AuditCheck, AuditEntry, AuditHead, AuditTopic
from ioc.management.models.backups import BackupPlan, BackupRun, BackupRunKind
from ioc.management.models.boundaries import BoundaryChange, BoundaryImport, BoundaryState
from ioc.management.models.catalogue import (
    AnswerKind,
    Category,
    CategoryQuestion,
    Colour,
    KindCode,
    Reason,
    ReasonPurpose,
    ReportKind,
    Urgency,
)
from ioc.management.models.guidance import Guide, GuideCount, GuideKind, GuideReaders, GuideReading
from ioc.management.models.invitations import Invitation, InvitationState, PeopleImport
from ioc.management.models.organizations import Organization, OrganizationCode, OrganizationKind
from ioc.management.models.pending import PendingChange, PendingState
from ioc.management.models.people import Person, Position, Role
from ioc.management.models.population import Population
from ioc.management.models.privacy import (
    ConsentPlace,
    ConsentText,
    DataRequest,
    DataRequestTerm,
    ProcessingRecord,
    RequestKind,
    RequestState,
    RetentionRule,
    RetentionRun,
)
from ioc.management.models.province import ApiToken, Province
from ioc.management.models.regulations import Acknowledgement, Regulation, RegulationVersion
from ioc.management.models.reorganizing import (
    ChangeKind,
    ChangeState,
    OrganizationChange,
    OrganizationChangeParty,
    OrganizationPast,
    PartyRole,
)
from ioc.management.models.rollout import Audience, Rollout, System, SystemCode
from ioc.management.models.rules import (
    CalendarDay,
    CalendarDayKind,
    DeadlineRule,
    OfficeHours,
    RoutingRule,
    Step,
)
from ioc.management.models.schemes import CodeCheck, CodeScheme
from ioc.management.models.shifts import Duty, HandOver, RosterTemplate, RosterTemplateLine, Shift
from ioc.management.models.sign_in import IdentityProvider, KnownDevice, MatchBy, SignInPolicy

__all__ = [
    "Acknowledgement",
    "AnswerKind",
    "AnswerPurpose",
    "AnswerTemplate",
    "ApiToken",
    "Area",
    "AreaEvent",
    "AreaLevel",
    "AreaLineage",
    "Audience",
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "AuditTopic",
    "BackupPlan",
    "BackupRun",
    "BackupRunKind",
    "BoundaryChange",
    "BoundaryImport",
    "BoundaryState",
    "CalendarDay",
    "CalendarDayKind",
    "Category",
    "CategoryQuestion",
    "ChangeKind",
    "ChangeState",
    "CodeCheck",
    "CodeScheme",
    "Colour",
    "ConsentPlace",
    "ConsentText",
    "DataRequest",
    "DataRequestTerm",
    "DeadlineRule",
    "Duty",
    "FieldOfWork",
    "Guide",
    "GuideCount",
    "GuideKind",
    "GuideReaders",
    "GuideReading",
    "HandOver",
    "IdentityProvider",
    "Invitation",
    "InvitationState",
    "KindCode",
    "KnownDevice",
    "Leave",
    "LineageKind",
    "MatchBy",
    "OfficeHours",
    "Organization",
    "OrganizationChange",
    "OrganizationChangeParty",
    "OrganizationCode",
    "OrganizationKind",
    "OrganizationPast",
    "PartyRole",
    "PendingChange",
    "PendingState",
    "PeopleImport",
    "Person",
    "Population",
    "Position",
    "ProcessingRecord",
    "Province",
    "Reason",
    "ReasonPurpose",
    "Regulation",
    "RegulationVersion",
    "ReportKind",
    "RequestKind",
    "RequestState",
    "RetentionRule",
    "RetentionRun",
    "Role",
    "Rollout",
    "RosterTemplate",
    "RosterTemplateLine",
    "RoutingRule",
    "Shift",
    "SignInPolicy",
    "Step",
    "System",
    "SystemCode",
    "Urgency",
]
