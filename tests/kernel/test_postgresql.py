"""After a restart of the server no request gets a dead connection."""

import psycopg
import pytest
from django.core.signals import request_started
from django.db import connection

from ioc.kernel.postgresql.base import is_open


def _connect() -> psycopg.Connection:
    return psycopg.connect(**connection.get_connection_params() | {"autocommit": True})


def _end(dead: psycopg.Connection) -> None:
    with _connect() as other:
        other.execute("SELECT pg_terminate_backend(%s, 2000)", [dead.info.backend_pid])


@pytest.mark.django_db(transaction=True)
def test_a_living_connection_is_open_and_stays_so():
    with _connect() as living:
        living.execute("DO $$ BEGIN RAISE NOTICE 'something to read'; END $$")
        assert is_open(living)
        assert living.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_not_open():
    dead = _connect()
    _end(dead)
    assert not is_open(dead)
    assert dead.closed


@pytest.mark.django_db(transaction=True)
def test_a_request_after_a_restart_of_the_server_gets_a_new_connection():
    connection.ensure_connection()
    before = connection.connection
    _end(before)
    request_started.send(sender=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert connection.connection is not before


@pytest.mark.django_db(transaction=True)
def test_a_request_keeps_a_living_connection():
    connection.ensure_connection()
    before = connection.connection
    request_started.send(sender=None)
    connection.ensure_connection()
    assert connection.connection is before
