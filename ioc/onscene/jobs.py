"""Background work on reports."""

from procrastinate.contrib.django import app

from ioc.kernel.clock import now
from ioc.kernel.postgresql import fresh_connection
from ioc.onscene.actions.uploads import forget_unused_files


# At a quiet hour in the province: cron counts in UTC.
@app.periodic(cron="23 20 * * *")
@app.task(name="onscene.forget_unused_files", queueing_lock="onscene.forget_unused_files", pass_context=False)
@fresh_connection
def forget_files(timestamp: int) -> int:
    """Delete photos and videos that were sent and never put into a report."""
    return forget_unused_files(at=now())
