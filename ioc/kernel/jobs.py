"""Background work of the kernel."""

from procrastinate.contrib.django import app

from ioc.kernel import health, idempotency, limits
from ioc.kernel.clock import now
from ioc.kernel.postgresql import fresh_connection


@app.periodic(cron="* * * * * */15")
@app.task(name="kernel.beat", queueing_lock="kernel.beat")
@fresh_connection
def beat(timestamp: int) -> None:
    """Say that the worker is alive."""
    health.beat("worker")


@app.periodic(cron="17 * * * *")
@app.task(name="kernel.tidy", queueing_lock="kernel.tidy")
@fresh_connection
def tidy(timestamp: int) -> int:
    """Drop what only mattered for a while: old keys and limit windows."""
    return idempotency.forget_old(at=now()) + limits.forget_old(at=now())
