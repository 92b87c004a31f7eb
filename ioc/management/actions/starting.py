"""Starting a real province from nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel import rights
from ioc.kernel.actors import SYSTEM
from ioc.kernel.calendar import Unit
from ioc.kernel.clock import local_date
from ioc.kernel.errors import Conflict, Invalid
from ioc.management.actions.organization_codes import known_schemes
from ioc.management.actions.records import save_record
from ioc.management.models import Organization, OrganizationKind, Person, Province, Role

FIRST_ROLES: Final = {
    "operator": ("Nhân viên tổ vận hành", "Operator", [rights.TRIAGE, rights.PUBLISH], True),
    "operating-lead": (
        "Tổ trưởng tổ vận hành",
        "Operating team lead",
        [rights.TRIAGE, rights.PUBLISH, rights.OPEN_IDENTITY, rights.IMPORT, rights.LEAD, rights.LEAD_TEAM],
        True,
    ),
    "officer": ("Cán bộ xử lý", "Agency officer", [rights.HANDLE], True),
    "head": ("Lãnh đạo đơn vị", "Agency head", [rights.HANDLE, rights.APPROVE], True),
    "agency-administrator": ("Quản trị đơn vị", "Agency administrator", [rights.MANAGE_PEOPLE], True),
    "leader": ("Lãnh đạo tỉnh", "Leader", [rights.LEAD], True),
    "administrator": (
        "Quản trị",
        "Administrator",
        [rights.MANAGE, rights.READ_AUDIT, rights.WRITE_GUIDANCE, rights.ANSWER_DATA_REQUESTS],
        True,
    ),
}
"""Role code → names, rights, whether a second factor is asked for: a start that an administrator may change."""
FIRST_TERM: Final = {
    "answer_limit": 2,
    "carry_out_limit": 10,
    "unit": Unit.WORKING_DAYS.value,
    "carry_out_unit": Unit.CALENDAR_DAYS.value,
    "legal_basis": "Luật 91/2025/QH15; Nghị định 356/2025/NĐ-CP",
    "source": "Bài của công ty luật (cdlaf.vn, frasersvn.com, 01/2026): trả lời trong 02 ngày làm việc; thực hiện trong"
    " 10 đến 20 ngày tùy yêu cầu. Lấy mức ngắn nhất; chưa đối chiếu với nguyên văn nghị định.",
    "must_be_checked": True,
    "valid_from": date(2026, 1, 1),
}
"""By when a request about personal data is answered (Decree 356/2025/NĐ-CP: two working days) and carried out.

The decree's own text was not at hand: two law firms write of ten to twenty days for carrying out, by the kind of
request. The shortest serves for all of them, and the row says that it must be checked.
"""
DELEGABLE: Final = frozenset({"officer", "head"})
"""The first roles that agencies' own administrators may give."""


class AlreadyStarted(Conflict):
    """The installation holds a province."""

    code = "already-started"
    message = _("This installation already holds a province.")
    remedy = _("Use another data folder, or `make demo-reset` for a demonstration.")


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """Who sets everything else up."""

    login: str
    full_name: str
    password: str


@transaction.atomic
def start_province(
    *, name: str, short_name: str, name_en: str, code_prefix: str, administrator: FirstAdministrator, at: datetime
) -> Person:
    """Make the province's row, its centre, the first roles and the administrator.

    Raises:
        AlreadyStarted: there is a province.
        Invalid: a value is not acceptable, or the password is too weak.
    """
    if Province.objects.exists():
        raise AlreadyStarted
    _check_password(administrator)
    _save(
        "province", at, name=name, short_name=short_name, name_en=name_en, app_name=short_name, code_prefix=code_prefix
    )
    known_schemes(actor=SYSTEM, at=at)
    _first_roles(at)
    _save("data_request_term", at, **FIRST_TERM)
    return _appointed(administrator, _centre(at), at)


def _save(kind: str, at: datetime, /, **fields: object) -> Any:
    return save_record(kind=kind, fields=fields, actor=SYSTEM, at=at)


def _centre(at: datetime) -> Organization:
    made: Organization = _save(
        "organization",
        at,
        code="ioc",
        name="Trung tâm điều hành thông minh",
        short_name="IOC",
        name_en="Intelligent Operations Center",
        kind=OrganizationKind.CENTER,
        valid_from=local_date(at),
    )
    return made


def _first_roles(at: datetime) -> None:
    for code, (vietnamese, english, held, second_factor) in FIRST_ROLES.items():
        _save(
            "role",
            at,
            code=code,
            name=vietnamese,
            name_en=english,
            rights=held,
            requires_second_factor=second_factor,
            is_built_in=True,
            delegable=code in DELEGABLE,
        )


def _appointed(administrator: FirstAdministrator, centre: Organization, at: datetime) -> Person:
    person: Person = _save(
        "person",
        at,
        username=administrator.login,
        full_name=administrator.full_name,
        password=administrator.password,
    )
    role = Role.objects.get(code="administrator")
    _save("position", at, person=person, organization=centre, role=role, valid_from=local_date(at))
    return person


def _check_password(administrator: FirstAdministrator) -> None:
    try:
        validate_password(administrator.password, Person(username=administrator.login))
    except ValidationError as error:
        raise Invalid(fields={"password": " ".join(error.messages)}) from error
