"""Background work on notices."""

from procrastinate.contrib.django import app

from ioc.kernel.clock import now
from ioc.kernel.postgresql import fresh_connection
from ioc.notices.actions import deliver_due


@app.task(name="notices.deliver", queueing_lock="notices.deliver")
@fresh_connection
def deliver() -> int:
    """Send what is queued."""
    return deliver_due(at=now())


@app.periodic(cron="* * * * *")
@app.task(name="notices.deliver_every_minute", queueing_lock="notices.deliver_every_minute", pass_context=False)
@fresh_connection
def deliver_every_minute(timestamp: int) -> int:
    """Send what a lost wake-up or a failed try left queued."""
    return deliver_due(at=now())
