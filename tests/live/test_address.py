"""One client cannot take all connections of the `live` process; a whole office can listen."""

import asyncio

import httpx
import pytest
from starlette.requests import Request

from ioc.conf import asgi
from ioc.conf.asgi import Listener, hub

PROXY = "127.0.0.1"


@pytest.fixture(autouse=True)
def _listeners(monkeypatch, settings):
    """Three connections of one address, three of nobody's that are not counted."""
    settings.TRUSTED_PROXIES = [PROXY]
    listeners = {Listener(bool, address) for address in ("10.1.1.1",) * 3 + ("",) * 3}
    monkeypatch.setattr(hub, "listeners", listeners)
    monkeypatch.setattr(asgi, "MOST_BY_ADDRESS", 3)


def _ask(*, peer: str, forwarded: str) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(asgi.application, client=(peer, 0))
        async with httpx.AsyncClient(transport=transport, base_url="http://live") as client:
            return await client.get("/live", headers={"X-Forwarded-For": forwarded})

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("peer", "forwarded"),
    [(PROXY, "10.1.1.1"), ("", "10.1.1.1"), (PROXY, "192.0.2.9, 10.1.1.1"), ("10.1.1.1", "192.0.2.9")],
)
def test_an_address_with_many_connections_gets_no_more(peer, forwarded):
    answer = _ask(peer=peer, forwarded=forwarded)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


@pytest.mark.parametrize("forwarded", ["10.1.1.2", "10.1.1.1, 10.1.1.2", "", PROXY])
def test_others_are_let_in(forwarded):
    headers = [(b"x-forwarded-for", forwarded.encode())]
    asked = Request({"type": "http", "method": "GET", "path": "/live", "headers": headers, "client": (PROXY, 0)})
    assert not hub.is_full_for(asgi._counted_address(asked))


@pytest.mark.django_db
def test_a_made_up_session_is_counted():
    assert asgi._listener("made-up", [], "10.1.1.1").address == "10.1.1.1"


@pytest.mark.django_db
def test_a_session_of_staff_is_not_counted(client, small):
    client.force_login(small.people["operator"])
    assert asgi._listener(client.cookies["sessionid"].value, [], "10.1.1.1").address == ""
