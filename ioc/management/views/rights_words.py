"""Rights, and how far they reach, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ioc.kernel.actors import Grant
from ioc.kernel.rights import RIGHTS
from ioc.management.queries import loading
from ioc.management.queries.explaining import Missing, Reason
from ioc.management.rules.reach import asks_for_agency, asks_for_area, asks_for_matter

Text = str | Promise


def right_name(right: str) -> Text:
    """What the right lets somebody do."""
    return RIGHTS.get(right, right)


def reach_words(grant: Grant) -> str:
    """How far a right reaches: "UBND phường Ngô Quyền and below · Phường Ngô Quyền · Môi trường"."""
    return " · ".join(_parts(grant)) or _("everywhere")


def _parts(grant: Grant) -> Iterable[str]:
    reference = loading.current()
    organization = reference.organizations.get(_last(grant.organization_path))
    area = reference.areas.get(_last(grant.area_path if asks_for_area(grant.right) else grant.limit_path))
    category = reference.categories.get(_last(grant.category_path))
    if asks_for_agency(grant.right) and organization is not None:
        yield _("%(agency)s and below") % {"agency": organization.label}
    if asks_for_area(grant.right) and area is None:
        yield _("the whole province")
    if area is not None and (asks_for_area(grant.right) or asks_for_matter(grant.right)):
        yield area.name
    if category is not None:
        yield reference.category_label(category.id)


def _last(path: str) -> int:
    return int(path.strip("/").rsplit("/", 1)[-1] or 0)


def reason_sentence(reason: Reason) -> str:
    """One position's part of the answer, as a sentence."""
    said = _position_words(reason)
    if reason.gives:
        return _("%(position)s: gives this right over %(reach)s.") % {**said, "reach": reach_words(reason.grant)}
    return " ".join([_("%(position)s:") % said, *(_missing(one, reason) for one in reason.missing)])


def _position_words(reason: Reason) -> dict[str, Any]:
    position = reason.position
    role, agency = position.role.label, position.organization.label
    named = {"role": role, "agency": agency, "since": f"{position.valid_from:%d/%m/%Y}"}
    text = _("“%(role)s” at %(agency)s, since %(since)s") % named
    if reason.absent is not None:
        text = _("Standing in for %(name)s, %(position)s") % {"name": reason.absent.full_name, "position": text}
    return {"position": text}


def _missing(missing: Missing, reason: Reason) -> str:
    position = reason.position
    facts = {
        "from": f"{position.valid_from:%d/%m/%Y}",
        "to": f"{position.valid_to:%d/%m/%Y}" if position.valid_to else "",
        "reach": reach_words(reason.grant),
    }
    sentences = {
        Missing.ROLE: _("the role does not hold this right."),
        Missing.BEGINS: _("the position begins on %(from)s."),
        Missing.ENDED: _("the position ended on %(to)s."),
        Missing.DEPUTY: _("rights that open what is sealed do not pass to a deputy."),
        Missing.ORGANIZATION: _("the agency asked about lies outside (%(reach)s)."),
        Missing.AREA: _("the place lies outside (%(reach)s)."),
        Missing.CATEGORY: _("the category lies outside (%(reach)s)."),
        Missing.NOBODY_HAS_IT: _("the report has not been given to this agency or one below it."),
    }
    return sentences[missing] % facts
