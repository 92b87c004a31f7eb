"""One after the other: transactions that must not do the same thing at the same time wait here for their turn."""

from django.db import connection


def wait_for_turn(name: str) -> None:
    """Wait until no other transaction has the turn of this name, and hold it to the end of the present one.

    What is read afterwards is read as the one before left it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
