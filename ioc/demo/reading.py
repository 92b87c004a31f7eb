"""What people read in the demonstration province: a regulation in two versions, announcements, guides, a lesson."""

from datetime import date, timedelta
from typing import Any, Final

from ioc.demo.areas import BEFORE_FROM, AreaKey
from ioc.demo.setup import Province, data
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date
from ioc.management.actions import guidance, regulations
from ioc.management.actions.guidance import GuideFields
from ioc.management.actions.regulations import DraftFields
from ioc.management.models import DeadlineRule, Reason
from ioc.management.rules.guidance import parse_questions

_SHOWN_FOR: Final = timedelta(days=365)
_WRITTEN_AGO: Final = timedelta(days=20)


def write_texts(made: Province) -> None:
    """Put the regulation in force, tie rules to its articles, and write the texts."""
    texts = data("reading")
    regulation_id = _regulation(made, texts["regulation"])
    _tie(made, regulation_id, texts["regulation"])
    for row in texts["guides"]:
        guidance.save_guide(fields=_guide(made, row), actor=SYSTEM, at=made.at)


def _regulation(made: Province, row: dict[str, Any]) -> int:
    regulation = made.save(
        "regulation",
        code=row["code"],
        title=row["title"],
        title_en=row["title_en"],
        issued_by=row["issued_by"],
        is_public=True,
        readers=[made.roles[code] for code in row["readers"]],
    )
    for version in row["versions"]:
        begins: date = version["valid_from"]
        fields = DraftFields(text=version["text"], valid_from=begins, signed_on=begins - timedelta(days=10))
        regulations.write_draft(regulation_id=regulation.pk, fields=fields, actor=SYSTEM, at=made.at)
        regulations.publish(regulation_id=regulation.pk, actor=SYSTEM, at=made.at)
    number: int = regulation.pk
    return number


def _tie(made: Province, regulation_id: int, row: dict[str, Any]) -> None:
    for rule in DeadlineRule.objects.filter(kind=""):
        article = f"{regulation_id}/{row['deadlines'][rule.step]}"
        made.save_again("deadline_rule", rule.pk, article=article)
    for reason in Reason.objects.filter(purpose__in=row["reasons"]):
        made.save_again("reason", reason.pk, article=f"{regulation_id}/{row['reasons'][reason.purpose]}")


def _guide(made: Province, row: dict[str, Any]) -> GuideFields:
    begins = local_date(made.at) - _WRITTEN_AGO
    return GuideFields(
        kind=row["kind"],
        readers=row["readers"],
        title=row["title"],
        title_en=row["title_en"],
        body=row["body"].strip(),
        body_en=row["body_en"].strip(),
        is_pinned=row.get("pinned", False),
        valid_from=begins,
        valid_to=begins + _SHOWN_FOR,
        roles=[made.roles[code] for code in row.get("roles", ())],
        areas=[made.areas[AreaKey("district", row["in"], BEFORE_FROM)]] if "in" in row else [],
        questions=parse_questions(row.get("questions", "")),
    )
