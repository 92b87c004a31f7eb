"""A person's request about the own data, from asking to the end; each step is an entry of the audit log.

Entries and notices name the request by its code only: what the log keeps for ever must not keep the contact.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ioc.kernel import personal_data
from ioc.kernel.actors import REPORTER, Actor
from ioc.kernel.clock import local_date
from ioc.kernel.contacts import EMAIL, PHONE, bare_phone, contact_key
from ioc.kernel.errors import Conflict, Invalid, NotFound
from ioc.kernel.ids import new_token
from ioc.kernel.personal_data import Correction, FileChoice, Section
from ioc.kernel.rights import ANSWER_DATA_REQUESTS
from ioc.kernel.sealing import digest, seal, unseal
from ioc.kernel.text import clean
from ioc.management.actions.audit import log_access, log_export
from ioc.management.actions.data_request_words import (
    accepted_words,
    asked_words,
    done_words,
    refused_words,
    tell_person,
)
from ioc.management.models import AuditTopic, DataRequest, DataRequestTerm, RequestKind, RequestState
from ioc.management.queries import loading
from ioc.management.rules import data_requests as rules

COPY_KEPT: Final = timedelta(days=30)
_LONGEST: Final = 2000


class NoTerm(Conflict):
    """No row says how long a request may take."""

    code = "no-data-request-term"
    message = gettext_lazy("No row says by when such a request is answered.")
    remedy = gettext_lazy("Ask an administrator to add the limits of requests about data.")


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody asks. `correction` is what the data shall be, for a request to correct."""

    kind: str
    phone: str = ""
    email: str = ""
    words: str = ""
    correction: Correction = field(default_factory=Correction)
    language: str = "vi"


def enter_request(*, asking: Asking, verified_how: str = "", actor: Actor, at: datetime) -> DataRequest:
    """Take in what somebody asked at the counter, by phone or in a letter. `verified_how` says how staff made sure
    that it is the person (empty: the link that is sent to the contact will).

    Raises:
        Forbidden: the actor does not answer such requests.
        Invalid: no contact to find the data by, or nothing to correct.
        NoTerm, CalendarGap: it cannot be said by when it is answered.
    """
    actor.require(ANSWER_DATA_REQUESTS)
    phone, email = bare_phone(clean(asking.phone)), clean(asking.email).lower()
    wrong: dict[str, Any] = {}
    if not phone and not email:
        wrong["phone"] = _("Give the phone number or e-mail address under which the data was given.")
    if phone and not PHONE.match(phone):
        wrong["phone"] = _("This is not a phone number.")
    if email and not EMAIL.match(email):
        wrong["email"] = _("This is not an e-mail address.")
    if wrong:
        raise Invalid(fields=wrong)
    return _take_in(
        asking,
        fingerprint=digest(contact_key(phone=phone, email=email)),
        phone_sealed=seal(phone),
        email_sealed=seal(email),
        verified_how=clean(verified_how)[:200],
        by_link=False,
        actor=actor,
        at=at,
    )


def ask_by_link(
    *, asking: Asking, fingerprint: bytes, phone_sealed: bytes, email_sealed: bytes, at: datetime
) -> DataRequest:
    """Take in what somebody asked on the private page of a report. The link to confirm goes to the contact that the
    report was filed with: who only got hold of the page's address gets nothing.

    Raises:
        Invalid: the report was filed without a contact, or there is nothing to correct.
        Conflict: the same is asked already and open.
        NoTerm, CalendarGap: it cannot be said by when it is answered.
    """
    if not fingerprint:
        raise Invalid(_("This report was filed without a contact: nothing here says who you are."))
    same = DataRequest.objects.filter(contact_digest=fingerprint, kind=asking.kind, state__in=rules.OPEN)
    if same.exists():
        raise Conflict(_("You have asked for this already. Please wait for the answer."))
    return _take_in(
        asking, fingerprint=fingerprint, phone_sealed=phone_sealed, email_sealed=email_sealed, verified_how="",
        by_link=True, actor=REPORTER, at=at,
    )  # fmt: skip


def _take_in(asking: Asking, *, fingerprint: bytes, actor: Actor, at: datetime, **given: Any) -> DataRequest:
    correction = {name: clean(value)[:200] for name, value in asdict(asking.correction).items() if value.strip()}
    _check(asking, correction)
    term = _term(asking.kind, at)
    limits = rules.limits_of(term, start=at, calendar=loading.current().calendar)
    token = new_token()
    with transaction.atomic():
        request = DataRequest.objects.create(
            kind=asking.kind,
            contact_digest=fingerprint,
            correction_sealed=seal(json.dumps(correction)) if correction else b"",
            words=clean(asking.words)[:_LONGEST],
            language=asking.language,
            token_digest=_digest(token),
            asked_at=at,
            answer_by=limits.answer_by,
            carry_out_by=limits.carry_out_by,
            term=term,
            **given,
        )
        _log(request, "data_request_received", actor, at, facts={"kind": request.kind, "by_link": request.by_link})
        tell_person(request, asked_words, at, secret=token)
    return request


def _check(asking: Asking, correction: Mapping[str, str]) -> None:
    if asking.kind not in RequestKind:
        raise Invalid(fields={"kind": _("Please choose what is asked.")})
    if asking.kind == RequestKind.CORRECT and not correction:
        raise Invalid(fields={"name": _("Please say what the data shall be.")})
    phone, email = correction.get("phone", ""), correction.get("email", "")
    if phone and not PHONE.match(bare_phone(phone)):
        raise Invalid(fields={"new_phone": _("This is not a phone number.")})
    if email and not EMAIL.match(email):
        raise Invalid(fields={"new_email": _("This is not an e-mail address.")})


def _term(kind: str, at: datetime) -> DataRequestTerm:
    found = rules.term_for(DataRequestTerm.objects.all(), kind=kind, day=local_date(at))
    if found is None:
        raise NoTerm
    return found


def confirm_by_token(*, token: str, at: datetime) -> DataRequest:
    """Note that who has the link confirmed the request: the link was sent to the contact and nowhere else.

    Raises:
        NotFound: there is no such request.
    """
    with transaction.atomic():
        request = by_token(token, lock=True)
        if not request.verified_how:
            request.verified_how = "link"
            request.save(update_fields=["verified_how"])
            _log(request, "data_request_verified", REPORTER, at, facts={"how": "link"})
    return request


def verify(*, request_id: int, how: str, actor: Actor, at: datetime) -> None:
    """Note how staff made sure that it is the person's own data.

    Raises:
        Forbidden, NotFound, NotNow: see `_held`.
        Invalid: not said how.
    """
    with transaction.atomic():
        request = _held(request_id, actor)
        if request.state not in rules.OPEN:
            raise rules.NotNow
        if len(clean(how)) < 5:
            raise Invalid(fields={"how": _("Please write how you made sure.")})
        request.verified_how = clean(how)[:200]
        request.save(update_fields=["verified_how"])
        # How is kept with the request: staff may write down a number there, and an entry of the log stays for ever.
        _log(request, "data_request_verified", actor, at, facts={"how": "staff"})


def accept(*, request_id: int, answer: str = "", actor: Actor, at: datetime) -> None:
    """Answer that the request will be carried out, and by when.

    Raises:
        Forbidden, NotFound: see `_held`.
        NotNow: it is answered already. NotVerified: nobody has made sure who asks.
    """
    with transaction.atomic():
        request = _held(request_id, actor)
        rules.check_step(request.state, rules.ACCEPTED)
        _require_verified(request)
        _answered(request, RequestState.ACCEPTED, answer, actor, at)
        _log(request, "data_request_accepted", actor, at)
        tell_person(request, accepted_words, at)


def refuse(*, request_id: int, basis: str, answer: str, actor: Actor, at: datetime) -> None:
    """Refuse, naming the provision of the law that it rests on and why, in words that the person reads.

    Raises:
        Forbidden, NotFound: see `_held`.
        NotNow: it has ended.
        Invalid: no provision, or no words.
    """
    with transaction.atomic():
        request = _held(request_id, actor)
        rules.check_step(request.state, rules.REFUSED)
        wrong: dict[str, Any] = {}
        if not clean(basis):
            wrong["basis"] = _("Name the provision of the law that this rests on.")
        if len(clean(answer)) < 10:
            wrong["answer"] = _("Please write the reason in a sentence.")
        if wrong:
            raise Invalid(fields=wrong)
        request.refusal_basis, request.done_at = clean(basis)[:300], at
        _answered(request, RequestState.REFUSED, answer, actor, at)
        _log(request, "data_request_refused", actor, at, reason=request.refusal_basis)
        tell_person(request, refused_words, at)


def carry_out(
    *, request_id: int, choices: Mapping[str, FileChoice] | None = None, actor: Actor, at: datetime
) -> Mapping[str, int]:
    """Do what was asked: hand the copy over, put the data right, or take it away; what → how many.

    To take away, `choices` says of each photo and video that the person sent (`personal_data.files`) whether it stays
    or goes. Law 91/2025/QH15, Art. 14, has personal data erased when its person asks, within the bounds of Art. 4(3):
    not against the lawful interests of others and of the State. A photo of a pothole says nothing of who took it and
    is part of the public matter; one with a face, a number plate or a home does. Only somebody who looks can tell,
    so that nothing is kept, and nothing is lost, because nobody looked.

    After erasing, neither the request nor those that ended before it say who asked.

    Raises:
        Forbidden, NotFound: see `_held`.
        NotNow: it was not accepted, or has ended. NotVerified: nobody has made sure who asks.
        Conflict: a matter of the person is still open, so its data cannot go yet; `FilesUndecided`.
    """
    with transaction.atomic():
        request = _held(request_id, actor)
        rules.check_step(request.state, rules.DONE)
        _require_verified(request)
        done = _DEEDS[RequestKind(request.kind)](request, choices or {}, actor, at)
        counts = {str(what): count for what, count in done.items()}
        request.state, request.done_at = RequestState.DONE, at
        _log(request, "data_request_done", actor, at, facts={"kind": request.kind, **counts})
        tell_person(request, done_words, at)
        if request.kind == RequestKind.ERASE:
            _forget_earlier(request)
            _forget_who(request)
        request.save()
    return counts


def _hand_over(
    request: DataRequest, _choices: Mapping[str, FileChoice], _actor: Actor, at: datetime
) -> Mapping[Any, int]:
    request.copy_until = at + COPY_KEPT
    return {gettext_lazy("things found"): len(personal_data.find(bytes(request.contact_digest)))}


def _put_right(
    request: DataRequest, _choices: Mapping[str, FileChoice], actor: Actor, at: datetime
) -> Mapping[Any, int]:
    wanted = Correction(**json.loads(unseal(request.correction_sealed)))
    return personal_data.correct(bytes(request.contact_digest), wanted, actor=actor, at=at).counts


def _take_away(
    request: DataRequest, choices: Mapping[str, FileChoice], actor: Actor, at: datetime
) -> Mapping[Any, int]:
    who = bytes(request.contact_digest)
    return personal_data.erase(who, choices=choices, actor=actor, at=at, reason=request.code).counts


_DEEDS: Final = {
    RequestKind.ACCESS: _hand_over,
    RequestKind.CORRECT: _put_right,
    RequestKind.ERASE: _take_away,
}


def _forget_earlier(request: DataRequest) -> None:
    """What the person asked before, and has ended, no longer says who asked; a copy cannot be taken any more."""
    ended = DataRequest.objects.exclude(state__in=rules.OPEN).filter(contact_digest=bytes(request.contact_digest))
    ended.update(
        contact_digest=b"", phone_sealed=b"", email_sealed=b"", correction_sealed=b"", words="", copy_until=None
    )


def _forget_who(request: DataRequest) -> None:
    request.contact_digest = request.phone_sealed = request.email_sealed = request.correction_sealed = b""
    request.words = ""


def copy_for_staff(*, request_id: int, form: str, actor: Actor, at: datetime) -> tuple[DataRequest, list[Section]]:
    """The person's copy, opened, to be handed over on paper in `form`; leaves an entry, and one of an export.

    Raises:
        Forbidden, NotFound: see `_held`.
        NotNow: it is not a request for a copy that was accepted. NotVerified: nobody has made sure who asks.
    """
    with transaction.atomic():
        request = _held(request_id, actor)
        _require_verified(request)
        if request.kind != RequestKind.ACCESS or request.state not in {RequestState.ACCEPTED, RequestState.DONE}:
            raise rules.NotNow
        return request, _copy(request, form, actor, at)


def copy_for_person(*, token: str, form: str, at: datetime) -> tuple[DataRequest, list[Section]]:
    """The copy for who has the link of the request, for thirty days after it was carried out; leaves the entries of
    `copy_for_staff`.

    Raises:
        NotFound: no such request, or there is no copy (any more).
    """
    with transaction.atomic():
        request = by_token(token)
        if request.copy_until is None or at >= request.copy_until:
            raise NotFound
        return request, _copy(request, form, REPORTER, at)


def _copy(request: DataRequest, form: str, actor: Actor, at: datetime) -> list[Section]:
    sections = personal_data.package(bytes(request.contact_digest), actor=actor, at=at)
    entries = sum(len(section.entries) for section in sections)
    _log(request, "data_copy_taken", actor, at, facts={"rows": entries})
    log_export(what="data_copy", rows=entries, actor=actor, at=at, asked={"request": request.code, "form": form})
    return sections


def by_token(token: str, *, lock: bool = False) -> DataRequest:
    """The request whose link ends with `token`.

    Raises:
        NotFound: there is none.
    """
    rows = DataRequest.objects.select_for_update() if lock else DataRequest.objects.all()
    found = rows.filter(token_digest=_digest(token)).first()
    if found is None:
        raise NotFound
    return found


def _held(request_id: int, actor: Actor) -> DataRequest:
    """The request, held for this transaction.

    Raises:
        Forbidden: the actor does not answer such requests.
        NotFound: there is none.
    """
    actor.require(ANSWER_DATA_REQUESTS)
    try:
        return DataRequest.objects.select_for_update().get(id=request_id)
    except DataRequest.DoesNotExist as error:
        raise NotFound from error


def _require_verified(request: DataRequest) -> None:
    if not request.verified_how:
        raise rules.NotVerified


def _answered(request: DataRequest, state: RequestState, answer: str, actor: Actor, at: datetime) -> None:
    request.state = state
    request.answer = clean(answer)[:_LONGEST]
    request.answered_at, request.answered_by_id = request.answered_at or at, actor.person_id
    request.save()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _log(
    request: DataRequest, verb: str, actor: Actor, at: datetime, *, reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    log_access(
        topic=AuditTopic.DATA_REQUEST, verb=verb, subject_kind="data_request", subject_id=request.pk,
        subject_name=request.code, actor=actor, at=at, reason=reason, facts=facts,
    )  # fmt: skip
