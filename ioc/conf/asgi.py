"""The `live` process: server-sent events that name what changed.

It carries names of topics, never data; a screen then asks `web`, where rights are checked. What a connection may
hear is worked out when it opens, from the same session cookie, and again within seconds when rights, agencies or
sessions change; after `LIFETIME` the browser reconnects, for what changes with the day.
"""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

import django
import psycopg
from psycopg.conninfo import make_conninfo
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ioc.conf.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import Error as DatabaseError  # noqa: E402
from django.db import connection  # noqa: E402

from ioc.conf.hearing import Hears, actor_of, hears_as  # noqa: E402
from ioc.kernel.actors import PUBLIC, Actor, ActorKind  # noqa: E402
from ioc.kernel.browsers import sent_name  # noqa: E402
from ioc.kernel.live import CHANNEL, RIGHTS  # noqa: E402
from ioc.kernel.middleware import believed  # noqa: E402

BEAT: Final = 20.0
LIFETIME: Final = 15 * 60.0
MOST: Final = 4000
MOST_BY_ADDRESS: Final = 40
_RECONNECT: Final = 0.5
_TOGETHER: Final = 1.5
"""Seconds in which changes of rights are looked at together; longer than reference data may be old."""
T = TypeVar("T")
_log = logging.getLogger(__name__)
_SESSION: Final = sent_name(settings.SESSION_COOKIE_NAME)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": settings.CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    **({"Strict-Transport-Security": "max-age=31536000; includeSubDomains"} if settings.HTTPS else {}),
}
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="hears")


class Listener:
    """One open connection: what it may hear, and what it has yet to be told.

    `address` is the client's where its connections are counted, else empty. `actor` is who listens in `session`.
    """

    def __init__(
        self,
        may_hear: Hears,
        address: str = "",
        *,
        session: str = "",
        asked: Sequence[str] = (),
        actor: Actor = PUBLIC,
    ) -> None:
        self.may_hear = may_hear
        self.address = address
        self.session = session
        self.asked = asked
        self.actor = actor
        self.waiting: set[str] = set()
        self.wake = asyncio.Event()

    def tell(self, topics: list[str]) -> None:
        """Keep those of `topics` that this connection may hear; topics that come together are sent together."""
        heard = {topic for topic in topics if self.may_hear(topic)}
        if heard:
            self.waiting |= heard
            self.wake.set()

    def take_on(self, actor: Actor, may_hear: Hears) -> None:
        """Hear as `actor` from now on; who has other rights than before looks at the screen anew."""
        self.may_hear = may_hear
        if actor != self.actor:
            self.actor = actor
            self.waiting.add("*")
            self.wake.set()


class Hub:
    """All open connections of this process, fed by one LISTEN."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.connected = False
        self.rights_changed = asyncio.Event()

    async def run(self) -> None:
        """Listen for ever; after a loss of the database everybody is told to look again."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError):
                if self.connected:
                    _log.warning("live: the database went away; trying again")
                self.connected = False
                await asyncio.sleep(_RECONNECT)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(_database_address(), autocommit=True) as listening:
            await listening.execute(f"LISTEN {CHANNEL}")
            if self.listeners:
                self.tell_all(["*"])
            self.connected = True
            async for notification in listening.notifies():
                self.tell_all(_topics_of(notification.payload))

    def is_full_for(self, address: str) -> bool:
        """Whether the client at `address` has as many connections as it may have; never for an empty one."""
        return bool(address) and sum(one.address == address for one in self.listeners) >= MOST_BY_ADDRESS

    async def keep_rights(self) -> None:
        """For ever: look at everybody's rights again soon after some changed."""
        while True:
            await self.rights_changed.wait()
            await asyncio.sleep(_TOGETHER)
            self.rights_changed.clear()
            try:
                changed = await _in_thread(lambda: _with_other_rights(tuple(self.listeners)))
            except DatabaseError:
                self.rights_changed.set()
                continue
            for listener, actor, may_hear in changed:
                listener.take_on(actor, may_hear)

    def tell_all(self, topics: list[str]) -> None:
        """Pass `topics` to every connection."""
        if RIGHTS in topics or "*" in topics:
            self.rights_changed.set()
        for listener in tuple(self.listeners):
            listener.tell(topics)


def _topics_of(payload: str) -> list[str]:
    """The topics that an announcement names; everything for one that cannot be read."""
    try:
        topics = json.loads(payload)
    except ValueError:
        topics = None
    return [str(topic) for topic in topics] if isinstance(topics, list) else ["*"]


hub: Final = Hub()


def _database_address() -> str:
    settings = connection.settings_dict
    given = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    sealed = {name: text for name, text in settings["OPTIONS"].items() if name.startswith("ssl")}
    return make_conninfo(**{key: settings[name] for key, name in given.items() if settings[name]}, **sealed)


async def live(request: Request) -> Response:
    """Open a stream of "changed" events for the topics that are asked for and may be heard."""
    if len(hub.listeners) >= MOST:
        return _not_now("too many connections", seconds=30)
    address, session = _counted_address(request), request.cookies.get(_SESSION, "")
    if not session and hub.is_full_for(address):
        return _too_many_from_there()
    asked = request.query_params.get("topics", "").replace(",", " ").split()
    try:
        listener = await _in_thread(lambda: _listener(session, asked, address))
    except DatabaseError:
        return _not_now("no database", seconds=2)
    if hub.is_full_for(listener.address):
        return _too_many_from_there()
    return StreamingResponse(
        _stream(listener),
        media_type="text/event-stream",
        headers={**_HEADERS, "X-Accel-Buffering": "no"},
    )


def _counted_address(request: Request) -> str:
    """The client's address; empty for this machine's own and a proxy's, behind which anybody may be."""
    forwarded = ", ".join(request.headers.getlist("x-forwarded-for"))
    address = believed(peer=request.client.host if request.client else "", forwarded=forwarded)
    return "" if address in settings.TRUSTED_PROXIES else address


def _listener(session: str, asked: list[str], address: str) -> Listener:
    """What the session's person hears. Staff are not counted by address: a whole office may share one."""
    actor = actor_of(session)
    counted = "" if actor.kind is ActorKind.PERSON else address
    return Listener(hears_as(actor, asked), counted, session=session, asked=asked, actor=actor)


def _with_other_rights(listeners: Sequence[Listener]) -> list[tuple[Listener, Actor, Hears]]:
    """Who each signed-in listener is now, and what they may hear; a session with several is asked about once."""
    actor_by_session = cache(actor_of)
    signed_in = (listener for listener in listeners if listener.session)
    found = ((listener, actor_by_session(listener.session)) for listener in signed_in)
    return [(listener, actor, hears_as(actor, listener.asked)) for listener, actor in found]


async def _in_thread(ask: Callable[[], T]) -> T:
    """What `ask` answers, on a database connection of its own beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _in_own_connection, ask)


def _too_many_from_there() -> Response:
    return _not_now("too many connections from this address", seconds=60)


def _not_now(why: str, *, seconds: int) -> Response:
    return PlainTextResponse(why, status_code=503, headers={**_HEADERS, "Retry-After": str(seconds)})


def _in_own_connection(ask: Callable[[], T]) -> T:
    """Run `ask` on a database connection that is closed after it."""
    try:
        return ask()
    finally:
        connection.close()


async def _stream(listener: Listener) -> AsyncIterator[str]:
    ends_at = asyncio.get_running_loop().time() + LIFETIME
    hub.listeners.add(listener)
    try:
        yield "retry: 2000\n\n"
        while asyncio.get_running_loop().time() < ends_at:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(listener.wake.wait(), BEAT)
            yield _message(listener)
    finally:
        hub.listeners.discard(listener)


def _message(listener: Listener) -> str:
    listener.wake.clear()
    if not listener.waiting:
        return ": beat\n\n"
    topics, listener.waiting = sorted(listener.waiting), set()
    return f"event: changed\ndata: {json.dumps({'topics': topics})}\n\n"


async def health(_request: Request) -> Response:
    """200 while the database can be listened to."""
    return PlainTextResponse("ok" if hub.connected else "no database", status_code=200 if hub.connected else 503)


@contextlib.asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Keep the hub running while the process does."""
    tasks = [asyncio.create_task(hub.run()), asyncio.create_task(hub.keep_rights())]
    yield
    for task in tasks:
        task.cancel()


application = Starlette(routes=[Route("/live", live), Route("/live/health", health)], lifespan=lifespan)
