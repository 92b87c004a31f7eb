"""What the list and the form of each kind of record look like: the screens are made from these descriptions.

A new kind of record is one `Screen` here (or in a tuple of its own that is added at the end), one `ListSpec` in
`queries/screens.py`, one form, one entry in `models/editable.py`. Sorting, filters, search, pages by key, export and
the keyboard come with the furniture: name the list's `sorts` and give columns a `sort`.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ioc.kernel.clock import local, local_date, now
from ioc.kernel.templatetags.ioc import vnum
from ioc.management.forms import organizations, people, places, population, roles
from ioc.management.models.named import label_of
from ioc.management.queries.screens import in_force
from ioc.management.queries.staffing import NOT_HANDLING
from ioc.management.views.describing import LEGAL, Column, Part, Screen, page_of
from ioc.management.views.kinds_catalogue import CATALOGUE
from ioc.management.views.kinds_opening import OPENING
from ioc.management.views.kinds_privacy import PRIVACY

__all__ = ["SCREENS", "Column", "Part", "Screen"]


def _positions(person: Any) -> str:
    """The positions held today."""
    today = local_date(now())
    held = [one for one in person.positions.all() if in_force(one, today)]
    return "; ".join(f"{one.role.label}, {one.organization.short_name}" for one in held)


def _has_second_factor(person: Any) -> bool:
    return any(one.type in {"totp", "webauthn"} for one in person.authenticator_set.all())


def _person_state(person: Any) -> Any:
    """What keeps somebody from work: suspended, away, or not yet signed in."""
    if not person.is_active:
        return _("suspended")
    today, at = local_date(now()), now()
    away = [one for one in person.leaves.all() if not one.called_off_at and in_force(one, today)]
    if away:
        return _("away; %(name)s stands in") % {"name": away[0].deputy.full_name}
    invited = max(person.invitations.all(), key=lambda one: one.created_at, default=None)
    if invited and not person.has_usable_password():
        state = invited.state(at)
        return _("invitation: %(state)s") % {"state": state.label}
    return ""


def _role_state(row: Any) -> Any:
    if row.retired_at:
        return _("retired")
    return _("came with the product") if row.is_built_in else _("own")


def _last_sign_in(person: Any) -> Any:
    return local(person.last_login) if person.last_login else _("never")


def _staffing(organization: Any) -> Any:
    """Whether an agency lacks an officer or a head; nothing is said of those that are given no matters."""
    if organization.kind in NOT_HANDLING:
        return ""
    lacks = [
        text
        for missing, text in ((organization.lacks_officer, _("no officer")), (organization.lacks_head, _("no head")))
        if missing
    ]
    return ", ".join(str(text) for text in lacks)


_ACTIVE = (("1", _("active")), ("0", _("suspended")))

SCREENS: Final[Mapping[str, Screen]] = {
    screen.slug: screen
    for screen in (
        *CATALOGUE,
        *OPENING,
        *PRIVACY,
        Screen(
            kind="area",
            slug="areas",
            title=_("Areas"),
            one=_("area"),
            icon="map",
            lead=_("Administrative units as they stood on a day, and what became of them."),
            form=places.AreaForm,
            columns=(
                Column(_("Its name"), lambda row: row.name, quiet=False, sort="name"),
                Column(_("Code"), lambda row: row.code, quiet=False, sort="code"),
                Column(_("Level"), lambda row: row.get_level_display(), sort="level"),
                Column(
                    _("Boundary"),
                    lambda row: _("approximate") if row.boundary_is_approximate else _("from a file"),
                ),
            ),
            filters={"level": _("Level")},
            parts=(Part("lineage", ("before", "after"), _("This unit has not been merged, split or renamed.")),),
        ),
        Screen(
            kind="area_lineage",
            slug="lineage",
            title=_("What became of it"),
            one=_("change of a unit"),
            icon="git-merge",
            lead=_("Ties units that ended to those that followed, so that figures can be compared over the change."),
            form=places.LineageForm,
            columns=(
                Column(_("Before"), lambda row: row.before.name, quiet=False),
                Column(_("After"), lambda row: row.after.name, quiet=False),
                Column(_("Kind of change"), lambda row: row.get_kind_display()),
                Column(_("On"), lambda row: row.at, quiet=False),
                LEGAL,
            ),
            home=lambda row: page_of("areas", row.before_id),
            has_validity=False,
            is_listed=False,
        ),
        Screen(
            kind="population",
            slug="population",
            title=_("Population"),
            one=_("population of a unit"),
            icon="users",
            lead=_("How many people live in a unit, year by year, and who says so. Rates go by the latest year."),
            form=population.PopulationForm,
            columns=(
                Column(_("Unit"), lambda row: row.area.name, quiet=False, sort="area__name"),
                Column(_("Code"), lambda row: row.area.code),
                Column(_("Year"), lambda row: str(row.year), quiet=False, sort="year"),
                Column(_("Population"), lambda row: vnum(row.people), quiet=False, sort="people"),
                Column(_("Source"), lambda row: row.source, sort="source"),
                Column(_("Estimate"), lambda row: _("estimate") if row.is_estimate else ""),
            ),
            has_validity=False,
        ),
        Screen(
            kind="organization",
            slug="agencies",
            title=_("Agencies"),
            one=_("agency"),
            icon="landmark",
            lead=_("Who can be given a matter: departments, People's Committees, central bodies, enterprises."),
            form=places.OrganizationForm,
            columns=(
                Column(_("Its name"), label_of, quiet=False, sort="name"),
                Column(_("Kind"), lambda row: row.get_kind_display(), sort="kind"),
                Column(_("Area"), lambda row: row.area.name if row.area else "", sort="area__name"),
                Column(_("People"), _staffing, href=lambda row: _staffing(row) and reverse("manage_staffing")),
                Column(_("Code"), lambda row: row.code, sort="code"),
            ),
            filters={"kind": _("Kind")},
            home=lambda row: page_of("agencies", row.pk),
            parts=(
                Part("positions", ("organization",), _("Nobody works here yet.")),
                Part("agency-codes", ("organization",), _("No official codes yet.")),
            ),
        ),
        Screen(
            kind="organization_code",
            slug="agency-codes",
            title=_("Official codes"),
            one=_("official code"),
            icon="tag",
            lead=_("The codes by which other systems know the agency."),
            form=places.OrganizationCodeForm,
            columns=(
                Column(_("Scheme"), lambda row: label_of(row.scheme), quiet=False),
                Column(_("Code"), lambda row: row.value, quiet=False),
            ),
            home=lambda row: page_of("agencies", row.organization_id),
            is_listed=False,
        ),
        Screen(
            kind="code_scheme",
            slug="code-schemes",
            title=_("Schemes of official codes"),
            one=_("scheme of codes"),
            icon="tags",
            lead=_("Which codes agencies have, how each is written and which document says so."),
            form=organizations.CodeSchemeForm,
            columns=(
                Column(_("Its name"), label_of, quiet=False, sort="name"),
                Column(_("Code"), lambda row: row.code, quiet=False, sort="code"),
                Column(_("Example"), lambda row: row.example),
                LEGAL,
            ),
        ),
        Screen(
            kind="position",
            slug="positions",
            title=_("Positions"),
            one=_("position"),
            icon="briefcase",
            lead=_("Who has which role where. Rights come from positions only."),
            form=people.PositionForm,
            columns=(
                Column(_("Person"), lambda row: row.person.full_name, quiet=False, sort="person__full_name"),
                Column(_("Role"), lambda row: label_of(row.role), quiet=False, sort="role__name"),
                Column(_("Agency"), lambda row: row.organization.label, sort="organization__name"),
                Column(_("Area"), lambda row: row.area.name if row.area else "", sort="area__name"),
            ),
            home=lambda row: page_of("people", row.person_id),
        ),
        Screen(
            kind="role",
            slug="roles",
            title=_("Roles"),
            one=_("role"),
            icon="shield-check",
            lead=_("Named sets of rights that positions give."),
            form=roles.RoleForm,
            columns=(
                Column(_("Its name"), label_of, quiet=False, sort="name"),
                Column(_("Rights"), lambda row: len(row.rights), quiet=False),
                Column(_("Second factor"), lambda row: _("asked for") if row.requires_second_factor else ""),
                Column(_("Agencies may give it"), lambda row: _("yes") if row.delegable else ""),
                Column(_("State"), _role_state),
                Column(_("Code"), lambda row: row.code, sort="code"),
            ),
            home=lambda row: page_of("roles", row.pk),
            has_validity=False,
        ),
        Screen(
            kind="person",
            slug="people",
            title=_("People"),
            one=_("person"),
            icon="users",
            lead=_("Accounts of staff. What they may do comes from their positions."),
            form=people.PersonForm,
            columns=(
                Column(_("Its name"), lambda row: row.full_name, quiet=False, sort="full_name"),
                Column(_("Login"), lambda row: row.username, sort="username"),
                Column(_("Positions"), _positions, quiet=False),
                Column(_("Second factor"), lambda row: _("set up") if _has_second_factor(row) else ""),
                Column(_("Last sign-in"), _last_sign_in, sort="last_login"),
                Column(_("State"), _person_state, quiet=False, sort="is_active"),
            ),
            filters={"is_active": _("State")},
            choices={"is_active": lambda: _ACTIVE},
            home=lambda row: page_of("people", row.pk),
            has_validity=False,
            may_be_removed=False,
        ),
        Screen(
            kind="province",
            slug="province",
            title=_("The province"),
            one=_("the province"),
            icon="building-2",
            lead=_("Whose centre this is, and how people reach it."),
            form=places.ProvinceForm,
            columns=(),
            home=lambda _row: reverse("manage_province"),
            has_validity=False,
            is_listed=False,
            may_be_removed=False,
        ),
    )
}
