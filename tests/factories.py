"""A small province for tests, set up through the product's own actions."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from ioc.kernel import rights
from ioc.kernel.actors import SYSTEM, Actor
from ioc.kernel.clock import local_date, now
from ioc.management.actions.records import save_record
from ioc.management.models import Area, Organization, Person
from ioc.management.queries import people
from ioc.onscene import actions

SINCE = date(2020, 1, 1)
PASSWORD = "mot-mat-khau-dai-2026"
MONDAY_9AM = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ROLES = {
    "operator": [rights.TRIAGE, rights.PUBLISH],
    "operating-lead": [rights.TRIAGE, rights.PUBLISH, rights.OPEN_IDENTITY, rights.LEAD, rights.LEAD_TEAM],
    "officer": [rights.HANDLE],
    "head": [rights.HANDLE, rights.APPROVE],
    "leader": [rights.LEAD],
    "agency-administrator": [rights.MANAGE_PEOPLE],
    "administrator": [
        rights.MANAGE,
        rights.READ_AUDIT,
        rights.ANSWER_DATA_REQUESTS,
        rights.WRITE_GUIDANCE,
        rights.IMPORT,
    ],
}


@dataclass
class SmallProvince:
    """Two communes side by side ("07210" west, "07213" east of 106.2° E), their committees, a company, people."""

    areas: dict[str, Area] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, login: str) -> Actor:
        """The actor of one of `people`: operator, officer, officer-east, head, leader…"""
        return people.actor_for(self.people[login].id, day=local_date(now()))

    def file(self, *, at: datetime = MONDAY_9AM, key: str = "", address: str = "", **fields: Any) -> actions.Filed:
        """File a report in the western commune unless `fields` say else."""
        given = {
            "text": "Rác sinh hoạt tồn đọng ba ngày, chảy nước ra đường học sinh đi",
            "category": "waste",
            "latitude": 21.30,
            "longitude": 106.15,
            "phone": "0912345678",
        } | fields
        return actions.file_report(filing=actions.Filing(**given), at=at, key=key, address=address)


def save(kind: str, /, **fields: Any) -> Any:
    """Save a configuration record as the system."""
    return save_record(kind=kind, fields=fields, actor=SYSTEM, at=now())


def small_province() -> SmallProvince:
    """The province, ready to file and handle reports in."""
    made = SmallProvince()
    _areas(made)
    _organizations(made)
    _people(made)
    _catalogue()
    _rules(made)
    return made


def _square(west: float, east: float) -> dict[str, Any]:
    ring = [[west, 21.2], [east, 21.2], [east, 21.4], [west, 21.4], [west, 21.2]]
    return {"type": "Polygon", "coordinates": [ring]}


def _areas(made: SmallProvince) -> None:
    top = save("area", code="24", level="province", name="Tỉnh Bắc Giang", short_name="Bắc Giang", valid_from=SINCE)
    city = save(
        "area", code="213", level="district", name="Thành phố Bắc Giang", short_name="Bắc Giang", parent=top,
        valid_from=SINCE,
    )  # fmt: skip
    made.areas |= {"24": top, "213": city}
    for code, name, west, east in (("07210", "Ngô Quyền", 106.1, 106.2), ("07213", "Trần Phú", 106.2, 106.3)):
        made.areas[code] = save(
            "area", code=code, level="commune", name=f"Phường {name}", short_name=name, parent=city,
            latitude=21.3, longitude=(west + east) / 2, boundary=_square(west, east), valid_from=SINCE,
        )  # fmt: skip


def _organizations(made: SmallProvince) -> None:
    rows = (
        ("province", "Ủy ban nhân dân tỉnh", "province", "24", None),
        ("ioc", "Trung tâm điều hành thông minh", "center", None, "province"),
        ("west", "UBND phường Ngô Quyền", "commune", "07210", "province"),
        ("east", "UBND phường Trần Phú", "commune", "07213", "province"),
        ("waste-company", "Công ty Môi trường đô thị", "enterprise", None, "province"),
    )
    for code, name, kind, area, parent in rows:
        made.organizations[code] = save(
            "organization", code=code, name=name, short_name=name, kind=kind, valid_from=SINCE,
            area=made.areas.get(area or ""), parent=made.organizations.get(parent or ""),
        )  # fmt: skip
    save(
        "province", name="tỉnh Bắc Giang", short_name="Bắc Giang", name_en="Bac Giang", app_name="BacGiang-C",
        code_prefix="BG", area=made.areas["24"], hotline="0204 1022",
    )  # fmt: skip


def _people(made: SmallProvince) -> None:
    roles = {
        code: save("role", code=code, name=code, name_en=code, rights=rights_, delegable=code in {"officer", "head"})
        for code, rights_ in ROLES.items()
    }
    rows = (
        ("operator", "operator", "ioc"),
        ("operating-lead", "operating-lead", "ioc"),
        ("officer", "officer", "west"),
        ("head", "head", "west"),
        ("officer-east", "officer", "east"),
        ("leader", "leader", "province"),
        ("agency-administrator", "agency-administrator", "west"),
        ("administrator", "administrator", "ioc"),
    )
    for login, role, organization in rows:
        person = save("person", username=login, full_name=f"Người {login}", password=PASSWORD)
        made.people[login] = person
        save(
            "position", person=person, role=roles[role], organization=made.organizations[organization],
            valid_from=SINCE,
        )  # fmt: skip


def _catalogue() -> None:
    save("report_kind", code="on_scene", name="Phản ánh hiện trường", name_en="On-scene report", valid_from=SINCE)
    save(
        "report_kind", code="denunciation", name="Tố cáo", name_en="Denunciation", handled_here=False,
        is_published=False, guidance="Tố cáo phải có đơn ký tên (Luật Tố cáo 2018, Điều 22).",
        guidance_en="A denunciation needs a signed form (Law 25/2018/QH14 Art. 22).", valid_from=SINCE,
    )  # fmt: skip
    top = save("category", code="environment", name="Môi trường", name_en="Environment", icon="tree-pine",
               valid_from=SINCE)  # fmt: skip
    save("category", code="waste", name="Rác thải", name_en="Waste", icon="trash-2", parent=top,
         keywords=["rác", "thu gom"], valid_from=SINCE)  # fmt: skip
    save("category", code="officials", name="Thái độ cán bộ", name_en="Officials", icon="user",
         is_public=False, needs_evidence=False, valid_from=SINCE)  # fmt: skip
    for code, purpose in (
        ("not-clear", "refuse"),
        ("not-ours", "return"),
        ("weather", "extend"),
        ("call", "open_identity"),
    ):
        save("reason", code=code, purpose=purpose, name=f"Lý do {code}", name_en=f"Reason {code}", valid_from=SINCE,
             template="Nội dung chưa rõ.", template_en="The content is not clear.")  # fmt: skip


def _rules(made: SmallProvince) -> None:
    basis = "QĐ thử nghiệm"
    terms = (
        ("receive", "", "working_hours", 8, 0, 0),
        ("handle", "urgent", "working_hours", 4, 0, 0),
        ("handle", "", "working_days", 3, 1, 5),
        ("publish", "", "working_hours", 8, 0, 0),
    )
    for step, urgency, unit, limit, extensions, extension_limit in terms:
        save("deadline_rule", step=step, urgency=urgency, unit=unit, limit=limit, extensions=extensions,
             extension_limit=extension_limit, legal_basis=basis, valid_from=SINCE)  # fmt: skip
    save("data_request_term", answer_limit=2, carry_out_limit=10, unit="working_days", legal_basis=basis,
         valid_from=SINCE)  # fmt: skip
    save("routing_rule", lead_level="commune", cooperating=[made.organizations["waste-company"]], valid_from=SINCE)
    for opens, closes in ((time(7, 30), time(11, 30)), (time(13, 30), time(17))):
        save("office_hours", weekdays=[0, 1, 2, 3, 4], opens=opens, closes=closes, valid_from=SINCE)
    for year in range(2023, 2029):
        save("calendar_day", day=date(year, 9, 2), kind="holiday", name="Quốc khánh")
