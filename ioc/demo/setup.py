"""Setting up the demonstration province through management's actions: areas, agencies, people, catalogues, rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from ioc.demo.areas import BAC_GIANG, BEFORE_FROM, AreaKey, AreaRecord, Areas, load_areas
from ioc.kernel.actors import SYSTEM
from ioc.kernel.text import fold
from ioc.management.actions.area_lists import load_units
from ioc.management.actions.organization_codes import known_schemes
from ioc.management.actions.records import save_record
from ioc.management.models import CodeScheme
from ioc.management.queries.holidays import special_days

HOLIDAY_YEARS: Final = range(2023, 2029)
MAP_HELD_AT: Final = date(2025, 6, 30)


@dataclass
class Province:
    """What was set up, by the codes of the data files. `passwords` are in the clear, to be shown once."""

    at: datetime
    passwords: Mapping[str, str]
    areas: dict[AreaKey, Any] = field(default_factory=dict)
    organizations: dict[str, Any] = field(default_factory=dict)
    categories: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    staff: dict[tuple[str, str], Any] = field(default_factory=dict)
    records: Areas = field(default_factory=load_areas)

    def save(self, kind: str, /, **values: Any) -> Any:
        """Save a configuration record as the system."""
        return save_record(kind=kind, fields=values, actor=SYSTEM, at=self.at)

    def save_again(self, kind: str, record_id: object, /, **values: Any) -> None:
        """Change a configuration record as the system."""
        save_record(kind=kind, record_id=record_id, fields=values, actor=SYSTEM, at=self.at)

    def communes(self) -> Iterator[AreaRecord]:
        """The communes of Bắc Giang before the reform."""
        for unit in self.records.of_level("commune", valid_from=BEFORE_FROM):
            if self.parent_of(unit).parent == AreaKey("province", BAC_GIANG, BEFORE_FROM):
                yield unit

    def parent_of(self, unit: AreaRecord) -> AreaRecord:
        """The unit above."""
        return next(one for one in self.records.units if one.key == unit.parent)


@cache
def data(name: str) -> dict[str, Any]:
    """A data file of this package."""
    loaded: dict[str, Any] = yaml.safe_load((files("ioc.demo") / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def set_up(*, at: datetime, passwords: Mapping[str, str]) -> Province:
    """Make everything but the reports; `passwords` maps the logins that may sign in."""
    made = Province(at=at, passwords=passwords)
    _areas(made)
    _province(made)
    _organizations(made)
    _committees(made)
    _catalogue(made)
    _rules(made)
    _calendar(made)
    _roles(made)
    _people(made)
    return made


def _areas(made: Province) -> None:
    made.areas |= load_units(made.records, actor=SYSTEM, at=made.at).areas


def _province(made: Province) -> None:
    made.save(
        "province",
        name="Tỉnh Bắc Giang",
        short_name="Bắc Giang",
        name_en="Bac Giang Province",
        app_name="Bắc Giang số",
        code_prefix="BG",
        area=made.areas[AreaKey("province", BAC_GIANG, BEFORE_FROM)],
        hotline="0204 0000 022",
        email="ioc@demo.example",
        map_held_at=MAP_HELD_AT,
        is_demonstration=True,
    )


def _organizations(made: Province) -> None:
    known_schemes(actor=SYSTEM, at=made.at)
    source = data("organizations")
    for row in source["organizations"]:
        organization = made.save(
            "organization",
            code=row["code"],
            name=row["name"],
            short_name=row["short"],
            name_en=row["en"],
            kind=row["kind"],
            parent=made.organizations.get(row["parent"]),
            area=made.areas[AreaKey("province", BAC_GIANG, BEFORE_FROM)] if row["kind"] == "province" else None,
            phone=row["phone"],
            valid_from=BEFORE_FROM,
        )
        made.organizations[row["code"]] = organization
        _code(made, organization, row["id"])


def _code(made: Province, organization: Any, value: str) -> None:
    if value:
        scheme = CodeScheme.objects.get(code=data("organizations")["scheme"])
        made.save("organization_code", organization=organization, scheme=scheme, value=value, valid_from=BEFORE_FROM)


def _committees(made: Province) -> None:
    """The People's Committees of districts, then of communes below them."""
    province = AreaKey("province", BAC_GIANG, BEFORE_FROM)
    districts = made.records.children(province)
    for number, unit in enumerate(districts, start=1):
        _committee(made, unit, parent="ubnd-tinh", code=f"H02.{100 + number}")
    for number, unit in enumerate(made.communes(), start=1):
        above = unit.parent
        if above is not None:
            _committee(made, unit, parent=f"ubnd-{above.code}", code=f"H02.{200 + number}")


def _committee(made: Province, unit: AreaRecord, *, parent: str, code: str) -> None:
    name = unit.name[0].lower() + unit.name[1:]
    plain = fold(unit.short_name).title()
    organization = made.save(
        "organization",
        code=f"ubnd-{unit.key.code}",
        name=f"Ủy ban nhân dân {name}",
        short_name=f"UBND {name}",
        name_en=f"People's Committee of {plain}",
        kind=unit.key.level,
        parent=made.organizations[parent],
        area=made.areas[unit.key],
        valid_from=BEFORE_FROM,
    )
    made.organizations[organization.code] = organization
    _code(made, organization, code)


def _catalogue(made: Province) -> None:
    source = data("categories")
    for number, group in enumerate(source["categories"]):
        top = _category(made, group, parent=None, position=number)
        for place, row in enumerate(group["of"]):
            category = _category(made, row, parent=top, position=place)
            for turn, code in enumerate(row.get("questions", [])):
                _question(made, category, code, source["questions"][code], position=turn)


def _category(made: Province, row: Mapping[str, Any], *, parent: Any, position: int) -> Any:
    words = row.get("words", [])
    category = made.save(
        "category",
        code=row["code"],
        parent=parent,
        name=row["name"],
        name_en=row["en"],
        description=row.get("about", ""),
        icon=row["icon"],
        keywords=list(dict.fromkeys([*words, *(fold(word) for word in words)])),
        is_public=not row.get("not_public", False),
        needs_evidence=not row.get("no_evidence", False),
        place_precision_m=row.get("precision", 0),
        position=position,
        valid_from=BEFORE_FROM,
    )
    made.categories[row["code"]] = category
    return category


def _question(made: Province, category: Any, code: str, row: Mapping[str, Any], *, position: int) -> None:
    made.save(
        "category_question",
        category=category,
        code=code,
        datatype=row["datatype"],
        text=row["text"],
        text_en=row["en"],
        hint=row.get("hint", ""),
        required=row.get("required", False),
        values=[{"key": key, "name": name} for key, name in row.get("values", {}).items()],
        position=position,
    )


def _rules(made: Province) -> None:
    law = data("law")
    for row in law["kinds"]:
        made.save(
            "report_kind",
            code=row["code"],
            name=row["name"],
            name_en=row["en"],
            handled_here=row.get("handled_here", True),
            is_published=row["published"],
            guidance=row["guidance"],
            guidance_en=row["guidance_en"],
            legal_basis=row["legal_basis"],
            valid_from=BEFORE_FROM,
        )
    for row in law["deadlines"]:
        made.save("deadline_rule", **row, valid_from=BEFORE_FROM)
    for number, row in enumerate(law["reasons"]):
        english = {"name_en": row["en"]}
        values = {name: value for name, value in row.items() if name != "en"} | english
        made.save("reason", **values, position=number, valid_from=BEFORE_FROM)
    for row in law["routing"]:
        _route(made, row)
    for row in law["office_hours"]:
        opens, closes = time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"])
        made.save("office_hours", weekdays=row["weekdays"], opens=opens, closes=closes, valid_from=BEFORE_FROM)


def _route(made: Province, row: Mapping[str, Any]) -> None:
    lead = row.get("lead")
    made.save(
        "routing_rule",
        category=made.categories.get(row["category"]),
        area=made.areas[AreaKey("district", row["in"], BEFORE_FROM)] if "in" in row else None,
        lead=made.organizations[lead] if lead else None,
        lead_level=row.get("level", ""),
        cooperating=[made.organizations[code] for code in row.get("with", [])],
        legal_basis=data("law")["routing_basis"],
        valid_from=BEFORE_FROM,
    )


def calendar_days() -> dict[date, tuple[str, str]]:
    """Day → kind and name: the public holidays of Viet Nam and the working days moved for them."""
    return {day: facts for year in HOLIDAY_YEARS for day, facts in special_days(year).items()}


def _calendar(made: Province) -> None:
    basis = data("law")["holiday_basis"]
    for day, (kind, name) in calendar_days().items():
        made.save("calendar_day", day=day, kind=kind, name=name, legal_basis=basis)


def _roles(made: Province) -> None:
    for row in data("law")["roles"]:
        made.roles[row["code"]] = made.save(
            "role",
            code=row["code"],
            name=row["name"],
            name_en=row["en"],
            rights=row["rights"],
            requires_second_factor=row.get("second_factor", False),
            delegable=row.get("delegable", False),
            is_built_in=True,
        )


def _people(made: Province) -> None:
    for row in data("people")["people"]:
        code = f"ubnd-{row['at']}" if row["at"].isdigit() else row["at"]
        _person(made, login=row["login"], name=row["name"], role=row["role"], at=code, title=row["title"])
    _colleagues(made)


def _colleagues(made: Province) -> None:
    """An officer and a head for each agency that has none yet: accounts that cannot sign in."""
    names = data("ratings")["officers"]
    titles = {"officer": "Cán bộ đầu mối", "head": "Lãnh đạo phụ trách"}
    for number, code in enumerate(made.organizations):
        for shift, (role, title) in enumerate(titles.items()):
            if (code, role) not in made.staff and code not in {"ubnd-tinh", "ioc", "to-van-hanh"}:
                name = names[(number * 7 + shift * 5) % len(names)]
                _person(made, login=f"{role}.{code}", name=name, role=role, at=code, title=title)


def _person(made: Province, *, login: str, name: str, role: str, at: str, title: str) -> None:
    values: dict[str, Any] = {"username": login, "full_name": name}
    if login in made.passwords:
        values["password"] = made.passwords[login]
    person = made.save("person", **values)
    made.save(
        "position",
        person=person,
        organization=made.organizations[at],
        role=made.roles[role],
        title=title,
        valid_from=BEFORE_FROM,
    )
    made.people[login] = person
    made.staff.setdefault((at, role), person)
