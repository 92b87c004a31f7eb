"""The backend that `DATABASES` names.

Each thread keeps its connection. After a restart of the server every kept one is dead, and each would cost somebody an
error. Asking the server whether it is there costs a round trip a request; looking at the socket costs microseconds: a
connection with nothing to do has nothing to read, unless the server said good-bye.
"""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Notices, before a request uses it, that the server closed the kept connection."""

    def close_if_unusable_or_obsolete(self) -> None:
        """Close a kept connection that is dead, so that the next use opens one anew."""
        if self.in_atomic_block:
            return  # somebody's transaction is under way: it is theirs to end
        if self.connection is not None and not is_open(self.connection):
            self.close()
        super().close_if_unusable_or_obsolete()


def is_open(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has not closed an idle connection, as far as its socket tells."""
    try:
        socket = select.poll()
        socket.register(connection.fileno(), select.POLLIN)
        while socket.poll(0):
            connection.pgconn.consume_input()
    except (psycopg.Error, OSError):
        connection.close()
        return False
    return True
