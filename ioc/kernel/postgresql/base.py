"""The backend that `DATABASES` names.

After a restart of the server every connection in the pool is dead, and each would cost somebody an error. Asking the
server whether it is there costs a round trip a request; looking at the socket costs microseconds: a connection with
nothing to do has nothing to read, unless the server said good-bye.
"""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes connections from the pool until it gets a living one."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that was open a moment ago; those found dead go back to the pool, which drops them."""
        while True:
            connection = super().get_new_connection(conn_params)
            if self.pool is None or is_open(connection):
                return connection
            self.pool.putconn(connection)


def is_open(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has not closed an idle connection, as far as its socket tells."""
    try:
        while select.select([connection.fileno()], [], [], 0)[0]:
            connection.pgconn.consume_input()
    except (psycopg.Error, OSError, ValueError):
        connection.close()
        return False
    return True
