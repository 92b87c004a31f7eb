"""The schemes of official codes that the law knows."""

from datetime import date, datetime
from typing import Any, Final

from ioc.kernel.actors import Actor
from ioc.management.actions.records import save_record
from ioc.management.models import CodeCheck, CodeScheme

KNOWN_SCHEMES: Final[tuple[dict[str, Any], ...]] = (
    {
        "code": "QD20-2020",
        "name": "Mã định danh điện tử (QĐ 20/2020)",
        "name_en": "Electronic identifier (QĐ 20/2020)",
        "pattern": r"[A-Y][0-9]{2}(\.[0-9A-Z]+)*",
        "check_rule": CodeCheck.LEFT_TO_RIGHT,
        "example": "H02.10.2",
        "legal_basis": "QĐ 20/2020/QĐ-TTg, Điều 4; QĐ 09/2025/QĐ-TTg",
        "valid_from": date(2020, 9, 15),
    },
    {
        "code": "QCVN102",
        "name": "Mã định danh cũ (QCVN 102:2016)",
        "name_en": "Earlier identifier (QCVN 102:2016)",
        "pattern": r"[0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-Y][0-9]{2}",
        "check_rule": CodeCheck.RIGHT_TO_LEFT,
        "example": "000.00.10.H02",
        "legal_basis": "QCVN 102:2016/BTTTT; TT 10/2016/TT-BTTTT",
        "valid_from": date(2016, 4, 1),
    },
    {
        "code": "TAX",
        "name": "Mã số thuế",
        "name_en": "Tax number",
        "pattern": r"[0-9]{10}(-[0-9]{3})?",
        "check_rule": CodeCheck.TAX_NUMBER,
        "example": "0100109106",
        "legal_basis": "Luật Quản lý thuế 38/2019/QH14, Điều 35; QĐ 20/2020/QĐ-TTg, Điều 5",
        "valid_from": date(2020, 7, 1),
    },
)
"""A start that an administrator may change on the screen."""


def known_schemes(*, actor: Actor, at: datetime) -> None:
    """Add the schemes that the law knows, those that are there already left as they are.

    Raises:
        Forbidden: the actor does not manage the whole province.
    """
    there = set(CodeScheme.objects.values_list("code", flat=True))
    for number, scheme in enumerate(KNOWN_SCHEMES):
        if scheme["code"] not in there:
            save_record(kind="code_scheme", fields={**scheme, "position": number}, actor=actor, at=at)
