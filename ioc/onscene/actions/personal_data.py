"""What reports hold about one person: found by the contact's fingerprint, handed over, put right, taken away."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local
from ioc.kernel.contacts import bare_phone, contact_key
from ioc.kernel.errors import Conflict, NotFound
from ioc.kernel.ids import new_token
from ioc.kernel.models import StoredFile
from ioc.kernel.personal_data import Correction, Done, FileChoice, Found, GivenFile, Section
from ioc.kernel.sealing import digest, seal, unseal
from ioc.management.actions.data_requests import Asking, ask_by_link
from ioc.management.models import DataRequest
from ioc.management.queries import loading
from ioc.notices.actions import forget_addresses
from ioc.onscene.actions.given_files import BY_THE_REPORTER, carry_out_choices, given_file, given_files
from ioc.onscene.actions.searching import words_of
from ioc.onscene.actions.steps import record
from ioc.onscene.models import Report, Reporter
from ioc.onscene.queries.timeline import steps_for_reporter
from ioc.onscene.rules.redacting import redacted, redacted_values
from ioc.onscene.rules.workflow import OPEN_STATES


class MatterOpen(Conflict):
    """A matter of the person is still under way."""

    code = "matter-open"
    message = gettext_lazy("A matter of this person is still open: the contact is needed to answer it.")
    remedy = gettext_lazy("Carry it out when the matter is closed, or refuse with the provision that it rests on.")


def ask_about_my_data(*, token: str, asking: Asking, at: datetime) -> DataRequest:
    """Ask about the own data on the private page of a report.

    Raises:
        NotFound: no such link.
        Invalid, Conflict: see `management.actions.data_requests.ask_by_link`.
    """
    reporter = Reporter.objects.filter(report__token=token).first()
    if reporter is None:
        raise NotFound
    return ask_by_link(
        asking=asking,
        fingerprint=bytes(reporter.contact_digest),
        phone_sealed=bytes(reporter.phone_sealed),
        email_sealed=bytes(reporter.email_sealed),
        at=at,
    )


class Matters:
    """Keeps what people gave with their reports (see `kernel.personal_data.Keeper`)."""

    def find(self, fingerprint: bytes) -> list[Found]:
        """Each report that was filed with the contact."""
        return [
            Found(key=f"report:{one.report_id}", label=one.report.code, at=one.report.filed_at, what=_("report"),
                  link=f"/desk/{one.report_id}/")
            for one in _of(fingerprint)
        ]  # fmt: skip

    def package(self, fingerprint: bytes, *, actor: Actor, at: datetime) -> list[Section]:
        """Who the person said to be, and each report with its texts, place, pictures and steps."""
        rows = list(_of(fingerprint).prefetch_related("report__attachments", "report__events", "report__questions"))
        if not rows:
            return []
        return [
            Section(_("Who you are"), _identities(rows)),
            Section(_("Your reports"), [_report(one) for one in rows]),
        ]

    def correct(self, fingerprint: bytes, correction: Correction, *, actor: Actor, at: datetime) -> Done:
        """Seal the new name and contact in each report; a new contact also becomes what the reports are found by."""
        rows = list(_of(fingerprint).select_for_update(of=("self",)))
        for row in rows:
            _set(row, correction)
            row.save()
            record(row.report, verb="data_corrected", actor=actor, at=at)
        return Done({gettext_lazy("reports"): len(rows)})

    def files(self, fingerprint: bytes) -> list[GivenFile]:
        """The photos and videos that came with the reports, and those sent on request."""
        return given_files(fingerprint)

    def file(self, fingerprint: bytes, key: str) -> StoredFile | None:
        """One of them as it is kept."""
        return given_file(fingerprint, key)

    def erase(
        self, fingerprint: bytes, *, choices: Mapping[str, FileChoice], actor: Actor, at: datetime, reason: str
    ) -> Done:
        """Wipe the identity, take it out of the texts, and take away the files that `choices` says go. What was
        reported, its way and its figures stay.

        Raises:
            MatterOpen: one of the reports is still under way.
            FilesUndecided: `choices` leaves a file out.
        """
        rows = list(_of(fingerprint).select_for_update(of=("self",)))
        if any(row.report.state in OPEN_STATES for row in rows):
            raise MatterOpen
        # Before the identity goes, as the files are found by it.
        gone = carry_out_choices(fingerprint, choices, actor=actor, at=at, reason=reason)
        for row in rows:
            row.report.refresh_from_db(fields=["thumbnail"])
            wipe(row, actor=actor, at=at, reason=reason)
        return Done({gettext_lazy("reports"): len(rows), gettext_lazy("photos and videos"): gone})


def _of(fingerprint: bytes) -> QuerySet[Reporter]:
    rows = Reporter.objects.filter(contact_digest=fingerprint) if fingerprint else Reporter.objects.none()
    return rows.select_related("report").order_by("-report__filed_at")


def wipe(row: Reporter, *, actor: Actor, at: datetime, reason: str) -> None:
    """Wipe who filed a report: sealed fields, the name and contact in its texts, the private link, the addresses of
    its messages. An event says so. Pictures are not touched: whether they show somebody is for a person to say.
    """
    names = [unseal(row.name_sealed)]
    report = row.report
    _redact(report, [name for name in names if name])
    report.token = new_token()
    report.words = words_of(report)
    report.save()
    row.name_sealed = row.phone_sealed = row.email_sealed = row.contact_digest = b""
    row.hides_name, row.wiped_at = True, at
    row.save()
    forget_addresses(recipients=[f"reporter:{report.id}"])
    record(report, verb="identity_wiped", actor=actor, at=at, reason=reason)


def _redact(report: Report, names: Sequence[str]) -> None:
    report.title = redacted(report.title, names=names)[:160]
    report.text = redacted(report.text, names=names)
    report.place_text = redacted(report.place_text, names=names)[:300]
    report.answers = redacted_values(report.answers, names=names)
    for question in report.questions.exclude(answer=""):
        question.answer = redacted(question.answer, names=names)
        question.save(update_fields=["answer"])
    for rating in report.ratings.exclude(words=""):
        rating.words = redacted(rating.words, names=names)
        rating.save(update_fields=["words"])
    for event in report.events.all():
        event.reason = redacted(event.reason, names=names)
        event.before = redacted_values(event.before, names=names)
        event.after = redacted_values(event.after, names=names)
        event.save(update_fields=["reason", "before", "after"])


def _set(row: Reporter, correction: Correction) -> None:
    if correction.name:
        row.name_sealed = seal(correction.name)
    if correction.phone:
        row.phone_sealed = seal(bare_phone(correction.phone))
    if correction.email:
        row.email_sealed = seal(correction.email.lower())
    key = contact_key(phone=unseal(row.phone_sealed), email=unseal(row.email_sealed))
    row.contact_digest = digest(key) if key else b""


def _identities(rows: Sequence[Reporter]) -> list[Mapping[str, Any]]:
    """Each identity that was given, once."""
    seen = {
        (unseal(row.name_sealed), unseal(row.phone_sealed), unseal(row.email_sealed), row.hides_name) for row in rows
    }
    return [
        {_("Name"): name, _("Phone"): phone, _("E-mail"): email, _("Name shown"): _("no") if hidden else _("yes")}
        for name, phone, email, hidden in sorted(seen)
    ]


def _report(row: Reporter) -> Mapping[str, Any]:
    report = row.report
    area = loading.current().areas.get(report.area_id or 0)
    pictures = [one for one in report.attachments.all() if one.phase in BY_THE_REPORTER]
    return {
        _("Code"): report.code,
        _("Filed"): _moment(report.filed_at),
        _("Text"): report.text,
        _("Answers"): "; ".join(f"{name}: {value}" for name, value in report.answers.items()),
        _("Place"): ", ".join(filter(None, (report.place_text, area.name if area else ""))),
        _("Latitude, longitude"): f"{report.latitude}, {report.longitude}" if report.latitude is not None else "",
        _("Photos and videos"): len(pictures),
        _("Agreed to text"): str(row.consent_id or ""),
        _("Private link"): f"{settings.ORIGIN}/citizen/r/{report.token}/",
        _("Steps"): "\n".join(_steps(report)),
    }


def _steps(report: Report) -> Iterator[str]:
    seen = [one for one in report.events.all() if one.for_reporter or one.is_public]
    for step in steps_for_reporter(report, sorted(seen, key=lambda one: one.at)):
        yield f"{_moment(step.at)} {step.line}"


def _moment(at: datetime) -> str:
    return f"{local(at):%d/%m/%Y %H:%M}"
