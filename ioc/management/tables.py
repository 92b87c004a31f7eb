"""What the rows of our tables are called where it is counted in how many of them something is used."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TABLES: Final[Mapping[str, str | Promise]] = {
    "management.area": _("areas"),
    "management.arealineage": _("changes of units"),
    "management.answertemplate": _("ready answers"),
    "management.category": _("categories"),
    "management.categoryquestion": _("questions"),
    "management.datarequest": _("requests about data"),
    "management.deadlinerule": _("deadline rows"),
    "management.fieldofwork": _("fields of work"),
    "management.leave": _("leaves"),
    "management.organization": _("agencies"),
    "management.organizationchange": _("reorganizations"),
    "management.organizationchangeparty": _("reorganizations"),
    "management.organizationcode": _("official codes"),
    "management.organizationpast": _("earlier names"),
    "management.person": _("people"),
    "management.areaevent": _("changes of units"),
    "management.population": _("populations"),
    "management.position": _("positions"),
    "management.province": _("the province"),
    "management.rollout": _("openings"),
    "management.routingrule": _("routing rows"),
    "management.shift": _("shifts"),
}
