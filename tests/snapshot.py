"""What many tests begin with is set up through the actions once a worker; each further test gets the same rows back."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.db import connection

from tests.factories import SmallProvince, small_province

PREFIXES = ("management_", "kernel_referenceversion", "account_emailaddress")


Made = TypeVar("Made")


@dataclass
class Snapshot:
    """Rows by table, in an order that foreign keys allow, and the objects that tests hold."""

    rows: list[tuple[str, str]]
    made: Any


_kept: dict[Callable[[], Any], Snapshot] = {}


def province() -> SmallProvince:
    """The small province in the present test's database."""
    return once(small_province)


def once(make: Callable[[], Made]) -> Made:
    """What `make` makes in an empty database, in the present test's: made the first time, put back after that."""
    if make in _kept:
        _put_back(_kept[make].rows)
    else:
        made = make()
        _kept[make] = Snapshot(rows=_rows(), made=made)
    found: Made = copy.deepcopy(_kept[make].made)
    return found


def _rows() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(PREFIXES):
                cursor.execute(f"SELECT coalesce(json_agg(t), '[]')::text FROM \"{table}\" t")
                (text,) = cursor.fetchone()
                if json.loads(text):
                    found.append((table, text))
    return found


@cache
def _columns(table: str) -> str:
    """The columns of a table that can be written: the database works the others out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return str(cursor.fetchone()[0])


def _put_back(rows: list[tuple[str, str]]) -> None:
    """One statement: foreign keys are looked at when it ends."""
    parts = [
        f'r{number} AS (INSERT INTO "{table}" ({columns}) SELECT {columns}'
        f' FROM json_populate_recordset(NULL::"{table}", %s::json) ON CONFLICT DO NOTHING)'
        for number, (table, columns) in enumerate((table, _columns(table)) for table, _ in rows)
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT 1", [text for _, text in rows])
        for table, _ in rows:
            cursor.execute(
                "SELECT pg_get_serial_sequence(%s, column_name) FROM information_schema.columns"
                " WHERE table_name = %s AND column_name = 'id' AND is_identity = 'YES'",
                [table, table],
            )
            for (sequence,) in cursor.fetchall():
                cursor.execute(f'SELECT setval(%s, (SELECT max(id) FROM "{table}") + 1000)', [sequence])
