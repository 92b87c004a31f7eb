"""The `live` process: server-sent events that name what changed.

It carries names of topics, never data; a screen then asks `web`, where rights are checked. What a connection may
hear is worked out once, when it opens, from the same session cookie; after `LIFETIME` the browser reconnects and
the rights are looked at again.
"""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

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
from ioc.kernel.actors import ActorKind  # noqa: E402
from ioc.kernel.live import CHANNEL  # noqa: E402
from ioc.kernel.middleware import believed  # noqa: E402

BEAT: Final = 20.0
LIFETIME: Final = 15 * 60.0
MOST: Final = 4000
MOST_BY_ADDRESS: Final = 40
_RECONNECT: Final = 0.5
_log = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="hears")


class Listener:
    """One open connection: what it may hear, and what it has yet to be told.

    `address` is the client's where its connections are counted, else empty.
    """

    def __init__(self, may_hear: Hears, address: str = "") -> None:
        self.may_hear = may_hear
        self.address = address
        self.waiting: set[str] = set()
        self.wake = asyncio.Event()

    def tell(self, topics: list[str]) -> None:
        """Keep those of `topics` that this connection may hear; topics that come together are sent together."""
        heard = {topic for topic in topics if self.may_hear(topic)}
        if heard:
            self.waiting |= heard
            self.wake.set()


class Hub:
    """All open connections of this process, fed by one LISTEN."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.connected = False

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

    def tell_all(self, topics: list[str]) -> None:
        """Pass `topics` to every connection."""
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
    return make_conninfo(**{key: settings[name] for key, name in given.items() if settings[name]})


async def live(request: Request) -> Response:
    """Open a stream of "changed" events for the topics that are asked for and may be heard."""
    if len(hub.listeners) >= MOST:
        return _not_now("too many connections", seconds=30)
    address, session = _counted_address(request), request.cookies.get("sessionid", "")
    if not session and hub.is_full_for(address):
        return _too_many_from_there()
    asked = request.query_params.get("topics", "").replace(",", " ").split()
    loop = asyncio.get_running_loop()
    try:
        ask = loop.run_in_executor(_threads, _in_own_connection, lambda: _listener(session, asked, address))
        listener = await ask
    except DatabaseError:
        return _not_now("no database", seconds=2)
    if hub.is_full_for(listener.address):
        return _too_many_from_there()
    return StreamingResponse(
        _stream(listener),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _counted_address(request: Request) -> str:
    """The client's address; empty for this machine's own and a proxy's, behind which anybody may be."""
    forwarded = ", ".join(request.headers.getlist("x-forwarded-for"))
    address = believed(peer=request.client.host if request.client else "", forwarded=forwarded)
    return "" if address in settings.TRUSTED_PROXIES else address


def _listener(session: str, asked: list[str], address: str) -> Listener:
    """What the session's person hears. Staff are not counted by address: a whole office may share one."""
    actor = actor_of(session)
    return Listener(hears_as(actor, asked), "" if actor.kind is ActorKind.PERSON else address)


def _too_many_from_there() -> Response:
    return _not_now("too many connections from this address", seconds=60)


def _not_now(why: str, *, seconds: int) -> Response:
    return PlainTextResponse(why, status_code=503, headers={"Retry-After": str(seconds)})


def _in_own_connection(ask: Callable[[], Listener]) -> Listener:
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
    task = asyncio.create_task(hub.run())
    yield
    task.cancel()


application = Starlette(routes=[Route("/live", live), Route("/live/health", health)], lifespan=lifespan)
