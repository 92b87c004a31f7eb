"""What the words of a step are filled with."""

from collections.abc import Mapping
from datetime import datetime

from ioc.kernel.clock import local_date
from ioc.kernel.templatetags.ioc import dated
from ioc.management.queries import loading
from ioc.onscene.models import Report, ReportEvent


def step_facts(report: Report, event: ReportEvent) -> Mapping[str, str]:
    """What the words of a step are filled with, in the present language; empty where the event has none."""
    after = event.after
    lead = loading.current().organizations.get(after.get("lead_id") or 0)
    return {
        "code": report.code,
        "agency": lead.label_on(local_date(event.at)) if lead else event.organization_name,
        "due": due_words(after["due_at"]) if after.get("due_at") else "",
        "reason": event.reason,
        "question": after.get("question", ""),
        "other": after.get("other", ""),
        "result": after.get("result", ""),
        "rating": after.get("rating", ""),
        "source": after.get("source", ""),
        "removed": after.get("removed", ""),
        "kept": after.get("kept", ""),
    }


def due_words(due: str) -> str:
    """A due instant as people say it: "17:00 thứ Năm 27/4", in the words of the screens."""
    return dated(datetime.fromisoformat(due))
