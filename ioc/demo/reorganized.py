"""What becomes of agencies in the demonstration: one that was renamed, and a merger that waits for its day."""

from datetime import timedelta
from typing import Any, Final

from ioc.demo.setup import Province
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date
from ioc.management.actions.reorganizing import plan_change
from ioc.management.rules.reorganizing import MERGE, RENAME, NewOrganization, Part, Plan

_AHEAD: Final = timedelta(days=21)


def reorganize(made: Province) -> None:
    """Plan the merger of construction and transport, as many provinces did in 2025; rename a service centre today."""
    today = local_date(made.at)
    centre = made.organizations["ttpvhcc"]
    _plan(
        made,
        Plan(
            kind=RENAME,
            sources=(centre.pk,),
            name="Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục tỉnh",
            short_name="TT Phục vụ HCC",
            name_en="Provincial Public Administration and Procedures Centre",
        ),
        day=today,
        legal_basis="QĐ minh hoạ 01/QĐ-UBND",
    )
    new = NewOrganization(
        code="so-xay-dung-moi",
        name="Sở Xây dựng và Giao thông",
        short_name="Sở XD&GT",
        name_en="Department of Construction and Transport",
        kind="department",
        parent_id=made.organizations["ubnd-tinh"].pk,
    )
    sources = (made.organizations["so-xay-dung"].pk, made.organizations["so-gtvt"].pk)
    _plan(
        made,
        Plan(kind=MERGE, sources=sources, parts=(Part(new=new),)),
        day=today + _AHEAD,
        legal_basis="NQ minh hoạ 02/NQ-HĐND",
    )


def _plan(made: Province, plan: Plan, **given: Any) -> None:
    plan_change(plan=plan, actor=SYSTEM, at=made.at, **given)
