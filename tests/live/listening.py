"""A browser's side of `/live`, many times over."""

import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Ear:
    """One open connection, and what it heard: (moment, topics)."""

    status: int
    writer: asyncio.StreamWriter
    heard: list[tuple[float, list[str]]] = field(default_factory=list)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def topics(self) -> set[str]:
        """All that was named so far."""
        return {topic for _, topics in self.heard for topic in topics}

    async def close(self) -> None:
        """Hang up."""
        if self.task is not None:
            self.task.cancel()
        self.writer.close()


async def listen(
    *, port: int = 0, socket: str = "", topics: Iterable[str] = (), session: str = "", read: bool = True
) -> Ear:
    """Open a stream, through the front at `port` or the process's own `socket`; wait until it is answered."""
    opening = asyncio.open_unix_connection(socket) if socket else asyncio.open_connection("127.0.0.1", port)
    reader, writer = await opening
    cookie = f"Cookie: sessionid={session}\r\n" if session else ""
    writer.write(f"GET /live?topics={','.join(topics)} HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n".encode())
    status = int((await reader.readline()).split()[1])
    ear = Ear(status=status, writer=writer)
    if status == 200:
        await asyncio.wait_for(reader.readuntil(b"retry: 2000"), 20)
        if read:
            ear.task = asyncio.create_task(_hear(reader, ear))
    return ear


async def _hear(reader: asyncio.StreamReader, ear: Ear) -> None:
    while line := await reader.readline():
        if line.startswith(b"data: "):
            ear.heard.append((time.monotonic(), json.loads(line[6:])["topics"]))
