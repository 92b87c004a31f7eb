"""The audit log in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.rights import RIGHTS
from ioc.management.forms.base import LABELS
from ioc.management.models import AuditTopic
from ioc.management.templatetags.sign_in import ways_words
from ioc.management.views.kinds import SCREENS

Text = str | Promise

VERBS: Final[Mapping[str, Text]] = {
    "added": _("added"),
    "changed": _("changed"),
    "removed": _("removed"),
    "issued": _("issued"),
    "revoked": _("revoked"),
    "asked": _("asked for"),
    "confirmed": _("confirmed"),
    "refused": _("refused"),
    "withdrawn": _("withdrew"),
    "suspended": _("suspended"),
    "readmitted": _("opened again"),
    "password_reset": _("gave a new password"),
    "second_factor_set_up": _("set up the second factor"),
    "second_factor_reset": _("took the second factor away"),
    "planned": _("planned"),
    "carried_out": _("carried out"),
    "handed_over": _("handed over"),
    "invited": _("invited"),
    "invitation_revoked": _("withdrew an invitation"),
    "invitation_accepted": _("accepted an invitation"),
    "leave_entered": _("entered leave"),
    "leave_ended": _("ended leave"),
    "renamed": _("renamed"),
    "merged": _("merged"),
    "moved": _("moved"),
    "split": _("split"),
    "closed": _("dissolved"),
    "ended": _("ended"),
    "signed_in": _("signed in"),
    "signed_out": _("signed out"),
    "sign_in_failed": _("failed to sign in"),
    "second_factor_failed": _("gave a wrong second factor"),
    "locked_out": _("was locked out"),
    "session_over": _("was signed out, as the time was over"),
    "sessions_ended": _("ended sessions"),
    "factor_added": _("added a way to sign in"),
    "factor_removed": _("took a way to sign in away"),
    "factor_reset": _("made new recovery codes"),
    "password_changed": _("changed the own password"),
    "provider_linked": _("linked an identity provider"),
    "provider_unlinked": _("unlinked an identity provider"),
    "identity_opened": _("opened a sealed identity"),
    "exported": _("exported"),
    "asked_for": _("asked for"),
    "boundary_applied": _("applied boundaries"),
    "boundary_restored": _("restored boundaries"),
    "undone": _("undone"),
    "absent": _("noted an absence"),
    "present": _("took an absence back"),
    "called_in": _("called somebody in"),
    "data_request_received": _("took in a request about data"),
    "data_request_verified": _("made sure who asks"),
    "data_request_accepted": _("accepted a request about data"),
    "data_request_refused": _("refused a request about data"),
    "data_request_done": _("carried out a request about data"),
    "data_copy_taken": _("took a copy of personal data"),
    "retention_carried_out": _("carried out a rule of how long data is kept"),
    "discarded": _("discarded"),
    "drafted": _("drafted"),
    "published": _("published"),
    "reminded": _("reminded"),
    "told": _("told people of"),
}
TOPICS: Final[Mapping[str, Text]] = dict(AuditTopic.choices)
FAULTS: Final[Mapping[str, Text]] = {
    "edited": _("edited"),
    "moved": _("does not follow the entry before it"),
    "missing": _("missing"),
    "cut_off": _("cut off at the end"),
    "replaced": _("not the entry that a checkpoint saw"),
    "forged_checkpoint": _("a checkpoint that was not written by this installation"),
}
KIND_NAMES: Final[Mapping[str, Text]] = {
    **{screen.kind: screen.one for screen in SCREENS.values()},
    "api_token": _("key of a program"),
    "pending_change": _("change that takes two"),
    "report": _("report"),
    "audit": _("audit log"),
    "duty": _("duty"),
    "guide": _("guide"),
    "roster": _("roster"),
    "roster_template": _("pattern of the roster"),
    "adoption": _("figures of adoption"),
    "data_request": _("request about personal data"),
    "backup": _("back-up"),
    "backup_plan": _("plan of back-ups"),
    "sign_in_policy": _("rules of sessions"),
    "identity_provider": _("identity provider"),
    "organization_change": _("reorganization of agencies"),
    "area_change": _("change of units"),
    "area_event": _("change of units"),
    "code_scheme": _("scheme of codes"),
}
_FACTS: Final[Mapping[str, Text]] = {
    "how": _("How"),
    "by_link": _("by private link"),
    "days": _("Number of days"),
    "rows": _("Rows"),
    "form": _("File"),
    "factor": _("Way to sign in"),
    "reason_code": _("Reason"),
    "why": _("Why"),
    "rights": _("Rights"),
    "boundary": _("Boundary"),
    "is_active": _("Active"),
    "q": _("Search"),
    "topic": _("About"),
    "person": _("Who"),
    "record": _("Record"),
    "address": _("Address"),
    "since": _("From day"),
    "until": _("To day"),
    "state": _("Show"),
    "day": _("as of"),
    "managers": _("Who comes to manage its accounts"),
    "from_day": _("From this day on"),
    "sort": _("Order"),
}
_VALUES: Final[Mapping[str, Text]] = {"True": _("yes"), "False": _("no")}
_LABELS: Final[Mapping[str, Mapping[str, Text]]] = {
    screen.kind: {**LABELS, **screen.form.labels} for screen in SCREENS.values()
}


def field_name(kind: str, field: str) -> Text:
    """What the forms call a field; else what the log calls a fact; else its own name."""
    return _LABELS.get(kind, LABELS).get(field) or _FACTS.get(field, field)


def value_name(field: str, value: str) -> Text:
    """A value in words, where it is one of few; else as it is."""
    if field == "rights":
        return ", ".join(str(RIGHTS.get(one, one)) for one in value.split(", "))
    if field == "how":
        return ways_words(value)
    return _VALUES.get(value, value)
