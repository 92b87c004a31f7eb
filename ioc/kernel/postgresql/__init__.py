"""Django's PostgreSQL backend, with kept connections that survive a restart of the server."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")


def fresh_connection(work: Callable[P, R]) -> Callable[P, R]:
    """Run `work` on a connection that is alive: what a request gets from Django, for background jobs."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        return work(*args, **kwargs)

    return run
