"""The kinds of records that administrators change, by the name that the audit log gives them."""

from collections.abc import Mapping
from typing import Final

from django.db import models

from ioc.management.models.areas import Area, AreaLineage
from ioc.management.models.catalogue import Category, CategoryQuestion, Reason, ReportKind
from ioc.management.models.organizations import Organization, OrganizationCode
from ioc.management.models.people import Person, Position, Role
from ioc.management.models.province import Province
from ioc.management.models.rules import CalendarDay, DeadlineRule, OfficeHours, RoutingRule

EDITABLE: Final[Mapping[str, type[models.Model]]] = {
    "province": Province,
    "area": Area,
    "area_lineage": AreaLineage,
    "organization": Organization,
    "organization_code": OrganizationCode,
    "role": Role,
    "person": Person,
    "position": Position,
    "report_kind": ReportKind,
    "category": Category,
    "category_question": CategoryQuestion,
    "reason": Reason,
    "routing_rule": RoutingRule,
    "deadline_rule": DeadlineRule,
    "office_hours": OfficeHours,
    "calendar_day": CalendarDay,
}
