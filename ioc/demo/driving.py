"""Filing the invented reports and taking each through its life, in the order of time, through onscene's actions."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from ioc.demo.illustrating import Album
from ioc.demo.setup import Province, data
from ioc.demo.stories_reader import Telling, tellings
from ioc.kernel.actors import PUBLIC, Actor
from ioc.kernel.clock import local_date
from ioc.management.queries import loading, people
from ioc.onscene import actions

_METRE: Final = 1 / 111_000  # degrees
_CHANNELS: Final = ("web", "app", "hotline", "desk")
_CHANNEL_WEIGHTS: Final = (45, 32, 17, 6)
_HANDLING_MINUTES: Final = {"urgent": (35, 260), "normal": (160, 1250), "complex": (700, 2700)}
_LATE_MINUTES: Final = {"urgent": (420, 900), "normal": (1800, 2700), "complex": (3400, 4600)}
_LEFT_LYING_DAYS: Final = range(6, 26)


@dataclass(frozen=True, slots=True)
class Known:
    """A report that was filed, and where."""

    filed: actions.Filed
    latitude: float | None
    longitude: float | None


class Driver:
    """Runs the lives of all tellings side by side, one step at a time, until `now`."""

    def __init__(self, made: Province, album: Album, *, now: datetime) -> None:
        self.made = made
        self.album = album
        self.now = now
        self.known: dict[int, Known] = {}
        self.reference = loading.current()
        self.communes = {unit.short_name: unit for unit in made.communes()}
        self.words: dict[str, Any] = data("ratings")
        self._actors: dict[Any, Actor] = {}

    def run(self) -> int:
        """File and drive every telling; how many there are."""
        lives = {telling.number: self.life(telling) for telling in tellings(self.now)}
        queue = [(next(life), number) for number, life in lives.items()]
        heapq.heapify(queue)
        while queue and queue[0][0] <= self.now:
            _, number = heapq.heappop(queue)
            moment = next(lives[number], None)
            if moment is not None:
                heapq.heappush(queue, (moment, number))
        return len(lives)

    def life(self, telling: Telling) -> Iterator[datetime]:
        """The steps of a report: yields the moment of the next one, does it when resumed."""
        random = Random(telling.number)  # noqa: S311 - believable, repeatable spans
        yield telling.filed_at
        known = self._file(telling, random)
        if not telling.way and telling.number % 5 == 3 and self._age(telling) < 1:
            return
        at = self._later(telling, telling.filed_at, random, 5, 110)
        yield at
        if telling.way in {"refused", "guided", "joined"}:
            self._turn_away(telling, known, at=at)
            return
        yield from self._received(telling, known, at, random)

    def _received(self, telling: Telling, known: Known, at: datetime, random: Random) -> Iterator[datetime]:
        report_id, operator = known.filed.id, self._operator(telling)
        actions.receive(report_id=report_id, actor=operator, at=at)
        if telling.number % 9 == 0 and self._age(telling) < 3:
            return
        if telling.way == "asked":
            at = self._later(telling, at, random, 4, 30)
            yield at
            actions.ask_reporter(report_id=report_id, question=telling.detail, actor=operator, at=at)
            if not telling.outcome or telling.number % 2:
                return
            at += timedelta(minutes=random.randint(40, 900))
            yield at
            answer = self.words["answers"][telling.number % 2]
            actions.answer_question(token=known.filed.token, answer=answer, at=at)
        at = self._later(telling, at, random, 3, 45)
        yield at
        lead = self._dispatch(telling, known, at=at)
        if telling.way == "returned":
            at = self._later(telling, at, random, 30, 120)
            yield at
            self._give_back(known, lead, at=at)
            lead = self.made.organizations["so-gtvt"].id
            at = self._later(telling, at, random, 10, 60)
            yield at
            actions.dispatch(report_id=report_id, lead_id=lead, actor=operator, at=at)
        yield from self._handled(telling, known, at, random, lead)

    def _handled(self, telling: Telling, known: Known, at: datetime, random: Random, lead: int) -> Iterator[datetime]:
        at = self._later(telling, at, random, 10, 210)
        lies = telling.way == "overdue" or (telling.number % 9 == 1 and self._age(telling) in _LEFT_LYING_DAYS)
        if lies and telling.number % 3 == 0:
            return
        yield at
        officer = self._staff(lead, "officer")
        actions.accept(report_id=known.filed.id, actor=officer, at=at)
        if lies:
            return
        if telling.way == "extended" or telling.number % 3 == 0:
            at = self._later(telling, at, random, 20, 120)
            yield at
            self._progress(telling, known, officer, at=at)
        span = _HANDLING_MINUTES if random.random() < 0.88 else _LATE_MINUTES
        at = self._later(telling, at, random, *span[telling.urgency])
        yield at
        yield from self._finished(telling, known, at, random, lead, again=False)

    def _finished(
        self, telling: Telling, known: Known, at: datetime, random: Random, lead: int, *, again: bool
    ) -> Iterator[datetime]:
        report_id = known.filed.id
        text = (
            telling.outcome
            if not again
            else f"Đã kiểm tra lại theo ý kiến người phản ánh và làm bổ sung. {telling.outcome}"
        )
        media = self.album.after(telling, at=at)
        actions.submit_outcome(report_id=report_id, text=text, media=media, actor=self._staff(lead, "officer"), at=at)
        at = self._later(telling, at, random, 15, 150)
        yield at
        actions.approve_outcome(report_id=report_id, actor=self._staff(lead, "head"), at=at)
        at = self._later(telling, at, random, 15, 260)
        yield at
        actions.publish(report_id=report_id, text=text, actor=self._operator(telling), at=at)
        if random.random() < 0.34:
            return
        at += timedelta(minutes=random.randint(30, 2800))
        yield at
        value = self._rate(known, random, at=at, again=again)
        if value == "not_satisfied" and not again:
            yield from self._once_more(telling, known, at, random, lead)

    def _once_more(self, telling: Telling, known: Known, at: datetime, random: Random, lead: int) -> Iterator[datetime]:
        at = self._later(telling, at, random, 120, 500)
        yield at
        actions.dispatch(
            report_id=known.filed.id,
            lead_id=lead,
            note="Người phản ánh chưa hài lòng, đề nghị kiểm tra lại tại chỗ.",
            actor=self._operator(telling),
            at=at,
        )
        at = self._later(telling, at, random, 15, 100)
        yield at
        actions.accept(report_id=known.filed.id, actor=self._staff(lead, "officer"), at=at)
        at = self._later(telling, at, random, 300, 1100)
        yield at
        yield from self._finished(telling, known, at, random, lead, again=True)

    def _file(self, telling: Telling, random: Random) -> Known:
        latitude, longitude = self._place(telling)
        names = self.words["names"]
        channel = random.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0]
        filing = actions.Filing(
            text=telling.text,
            category=telling.category,
            kind=telling.kind,
            urgency=telling.urgency,
            latitude=latitude,
            longitude=longitude,
            accuracy_m=round(random.uniform(4, 40), 1) if latitude else None,
            area_code=self.communes[telling.commune].key.code,
            place_text=telling.place,
            name=names[telling.number % len(names)],
            phone=f"0900000{telling.number:03d}",
            hides_name=random.random() < 0.7,
            answers=telling.answers,
            media=self.album.before(telling),
            channel=channel,
            language=telling.language,
        )
        actor = self._operator(telling) if channel in {"hotline", "desk"} else PUBLIC
        filed = actions.file_report(filing=filing, at=telling.filed_at, actor=actor)
        self.known[telling.number] = Known(filed, latitude, longitude)
        return self.known[telling.number]

    def _place(self, telling: Telling) -> tuple[float | None, float | None]:
        """Near the commune's centre, the same for the same place words; beside the report that it repeats."""
        if telling.joins is not None:
            first = self.known[telling.joins]
            if first.latitude is not None and first.longitude is not None:
                return first.latitude + 12 * _METRE, first.longitude - 9 * _METRE
        if not telling.place:
            return None, None
        unit = self.communes[telling.commune]
        random = Random(f"{telling.commune}/{telling.place}")  # noqa: S311 - a place on a map
        latitude = round(unit.latitude + random.uniform(-650, 650) * _METRE, 6)
        longitude = round(unit.longitude + random.uniform(-650, 650) * _METRE, 6)
        day = self.reference.map_day(telling.filed_at)
        found = self.reference.commune_at(latitude=latitude, longitude=longitude, day=day)
        if found is None or found.code != unit.key.code:
            return unit.latitude, unit.longitude
        return latitude, longitude

    def _turn_away(self, telling: Telling, known: Known, *, at: datetime) -> None:
        report_id, operator = known.filed.id, self._operator(telling)
        if telling.joins is not None:
            other = self.known[telling.joins].filed.id
            actions.join(report_id=report_id, other_id=other, actor=operator, at=at)
        elif telling.way == "guided":
            actions.guide(report_id=report_id, kind=telling.detail, actor=operator, at=at)
        else:
            actions.refuse(report_id=report_id, reason_code=telling.detail, actor=operator, at=at)

    def _dispatch(self, telling: Telling, known: Known, *, at: datetime) -> int:
        category = self.reference.category(telling.category)
        day = self.reference.map_day(at)
        area = self.reference.commune_by_code(self.communes[telling.commune].key.code, day=day)
        routed = self.reference.routed(category_id=category.id, area_id=area.id if area else None, moment=at)
        if routed is None:
            raise LookupError(telling.category)
        cooperating: Sequence[int] = [one for one in routed.cooperating if one != routed.lead]
        actions.dispatch(
            report_id=known.filed.id,
            lead_id=routed.lead,
            cooperating_ids=cooperating,
            actor=self._operator(telling),
            at=at,
        )
        return routed.lead

    def _give_back(self, known: Known, lead: int, *, at: datetime) -> None:
        actions.return_to_team(
            report_id=known.filed.id,
            reason_code="return-owner",
            words="Đường tỉnh do Sở Giao thông vận tải quản lý.",
            actor=self._staff(lead, "officer"),
            at=at,
        )

    def _progress(self, telling: Telling, known: Known, officer: Actor, *, at: datetime) -> None:
        lines = self.words["progress"]
        text = lines[telling.number // 3 % len(lines)]
        actions.record_progress(report_id=known.filed.id, text=text, actor=officer, at=at)
        if telling.way == "extended":
            reason = self.words["extension"][telling.number % 2]
            actions.ask_extension(report_id=known.filed.id, amount=3, reason=reason, actor=officer, at=at)
            actions.grant_extension(
                report_id=known.filed.id, actor=self._operator(telling), at=at + timedelta(minutes=1)
            )

    def _rate(self, known: Known, random: Random, *, at: datetime, again: bool) -> str:
        weights = (40, 45, 15) if again else (58, 22, 20)
        value = random.choices(("satisfied", "acceptable", "not_satisfied"), weights)[0]
        words = random.choice(self.words[value])
        actions.rate(token=known.filed.token, value=value, words=words, at=at)
        return value

    def _later(self, telling: Telling, at: datetime, random: Random, least: int, most: int) -> datetime:
        """Some minutes after `at`: of the clock for urgent matters, else of office hours."""
        span = timedelta(minutes=random.randint(least, most))
        if telling.urgency == "urgent":
            return at + span
        return self.reference.calendar.add_time(at, span)

    def _age(self, telling: Telling) -> int:
        return (self.now - telling.filed_at).days

    def _operator(self, telling: Telling) -> Actor:
        return self._actor(self.made.people["truc1" if telling.number % 5 < 3 else "truc2"])

    def _staff(self, organization_id: int, role: str) -> Actor:
        code = self.reference.organizations[organization_id].code
        return self._actor(self.made.staff[(code, role)])

    def _actor(self, person: Any) -> Actor:
        if person.id not in self._actors:
            self._actors[person.id] = people.actor_for(person.id, day=local_date(self.now))
        return self._actors[person.id]
