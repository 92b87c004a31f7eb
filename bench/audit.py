"""(d) Following the chain of the audit log over a million entries, against reading the same rows and no more.

Both stream the same columns of the same rows to the same client; the plain read throws each row away. So the ratio
says what hashing and comparing cost on top of reading.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure, at_least
from tests.stack import clean_environment

ROWS = 1_000_000
ROUNDS = 3
GOAL = 0.3
ROOT = Path(__file__).resolve().parents[1]
_MADE = """
    COPY (SELECT ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                 timestamptz '2026-01-01' + n * interval '7 seconds',
                 (ARRAY['config', 'sign_in', 'identity', 'export'])[1 + n % 4], 'changed', 'person',
                 'Nguyễn Thị ' || n % 997, ('018f0000-0000-7000-8000-' || lpad(to_hex(n % 997), 12, '0'))::uuid,
                 n % 300, 'UBND phường số ' || n % 300, '',
                 jsonb_build_object('name', 'Tên cũ ' || n, 'keywords', jsonb_build_array('rác', 'thu gom')),
                 jsonb_build_object('name', 'Tên mới ' || n, 'keywords', jsonb_build_array('rác', 'thu gom', n)),
                 'category', (n % 5000)::text, 'Danh mục ' || n % 5000, '10.0.' || n % 256 || '.' || n % 199,
                 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', md5((n % 9999)::text)::char(12)
          FROM generate_series(1, {rows}) AS n) TO STDOUT
"""


def figures() -> list[Figure]:
    """The ratio, and both speeds."""
    from ioc.conf import embedded  # noqa: PLC0415 - starts a server

    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as folder:
        data = Path(folder)
        told = {"IOC_DATA": folder, "DATABASE_URL": embedded.start(data), "DJANGO_SETTINGS_MODULE": "ioc.conf.settings"}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bench.audit"], cwd=ROOT, env=clean_environment() | told, check=True,
                stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        finally:
            embedded.stop(data)
    seen = json.loads(done.stdout)
    verified, plain = seen["verified"], seen["plain"]
    name = "(d) audit chain verified over 1,000,000 rows ÷ plain read"
    return [
        at_least(name, verified / plain, "ratio", GOAL),
        Figure("    chain verified", verified, "rows/s"),
        Figure("    plain sequential read of the same rows", plain, "rows/s"),
        Figure("    memory of the verifying process, highest", seen["memory_mb"], "MB"),
    ]


def _measure() -> None:
    """Fill the log of an empty installation, then read and verify in turns; prints what was seen."""
    import resource  # noqa: PLC0415

    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from ioc.management.queries.audit_chain import verify  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    _fill()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) management_auditentry")
    plain, verified = [], []
    for _ in range(ROUNDS):
        plain.append(_plain_read())
        began = time.perf_counter()
        found = verify()
        verified.append(ROWS / (time.perf_counter() - began))
        assert found.holds, found.faults[:3]
        assert found.rows == ROWS
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seen = {"plain": statistics.median(plain), "verified": statistics.median(verified), "memory_mb": memory}
    print(json.dumps(seen))


def _fill() -> None:
    """Write the entries with their places in the chain by COPY, as fast as the server takes them."""
    from django.db import connection, transaction  # noqa: PLC0415

    from ioc.management.queries.audit_chain import COLUMNS, plain_text  # noqa: PLC0415

    with tempfile.TemporaryFile() as made:
        with transaction.atomic(), connection.cursor() as cursor:
            plain_text(cursor)
            with cursor.copy(_MADE.format(rows=ROWS)) as rows:
                last = b""
                for line in _chained(bytes(row) for row in rows):
                    made.write(line)
                    last = line
        made.seek(0)
        with transaction.atomic(), connection.cursor() as cursor:
            plain_text(cursor)
            with cursor.copy(f"COPY management_auditentry (digest, number, previous, {COLUMNS}) FROM STDIN") as rows:
                while block := made.read(1 << 20):
                    rows.write(block)
            digest = last.split(b"\t", 1)[0].decode()[3:]
            cursor.execute("UPDATE management_audithead SET number = %s, digest = decode(%s, 'hex')", [ROWS, digest])


def _chained(contents: Iterator[bytes]) -> Iterator[bytes]:
    from ioc.management.queries.audit_chain import keys  # noqa: PLC0415
    from ioc.management.rules.audit_chain import digest_of, message_of  # noqa: PLC0415

    key, previous = keys()[0], b""
    for number, content in enumerate(contents, start=1):
        digest = digest_of(message_of(number=number, previous=previous, content=content[:-1]), key=key)
        yield b"\\\\x%s\t%d\t\\\\x%s\t%s" % (digest, number, previous, content)
        previous = digest


def _plain_read() -> float:
    """Rows a second."""
    from django.db import connection  # noqa: PLC0415

    from ioc.management.queries.audit_chain import COLUMNS  # noqa: PLC0415

    began = time.perf_counter()
    with connection.cursor() as cursor:
        sql = f"COPY (SELECT digest, number, previous, {COLUMNS} FROM management_auditentry) TO STDOUT"
        with cursor.copy(sql) as rows:
            count = sum(1 for _ in rows)
    assert count == ROWS
    return ROWS / (time.perf_counter() - began)


if __name__ == "__main__":
    _measure()
