"""The kinds of records that administrators change, by the name that the audit log gives them."""

from collections.abc import Mapping
from typing import Final

from django.db import models

from ioc.management.models.answers import AnswerTemplate, FieldOfWork
from ioc.management.models.areas import Area, AreaLineage
from ioc.management.models.catalogue import Category, CategoryQuestion, Reason, ReportKind
from ioc.management.models.organizations import Organization, OrganizationCode
from ioc.management.models.people import Person, Position, Role
from ioc.management.models.population import Population
from ioc.management.models.privacy import ConsentText, DataRequestTerm, ProcessingRecord, RetentionRule
from ioc.management.models.province import Province
from ioc.management.models.regulations import Regulation
from ioc.management.models.rollout import Rollout, System
from ioc.management.models.rules import CalendarDay, DeadlineRule, OfficeHours, RoutingRule
from ioc.management.models.schemes import CodeScheme
from ioc.management.models.shifts import Shift

EDITABLE: Final[Mapping[str, type[models.Model]]] = {
    "province": Province,
    "area": Area,
    "area_lineage": AreaLineage,
    "population": Population,
    "organization": Organization,
    "organization_code": OrganizationCode,
    "code_scheme": CodeScheme,
    "role": Role,
    "person": Person,
    "position": Position,
    "report_kind": ReportKind,
    "category": Category,
    "category_question": CategoryQuestion,
    "reason": Reason,
    "answer_template": AnswerTemplate,
    "field_of_work": FieldOfWork,
    "routing_rule": RoutingRule,
    "system": System,
    "rollout": Rollout,
    "shift": Shift,
    "deadline_rule": DeadlineRule,
    "office_hours": OfficeHours,
    "calendar_day": CalendarDay,
    "regulation": Regulation,
    "processing_record": ProcessingRecord,
    "consent_text": ConsentText,
    "data_request_term": DataRequestTerm,
    "retention_rule": RetentionRule,
}
