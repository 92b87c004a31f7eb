"""Background work on reports."""

from procrastinate.contrib.django import app

from ioc.kernel.clock import now
from ioc.kernel.postgresql import fresh_connection
from ioc.onscene.actions.duty import tell_of_new_reports
from ioc.onscene.actions.uploads import forget_unused_files


# At a quiet hour in the province: cron counts in UTC.
@app.periodic(cron="23 20 * * *")
@app.task(name="onscene.forget_unused_files", queueing_lock="onscene.forget_unused_files", pass_context=False)
@fresh_connection
def forget_files(timestamp: int) -> int:
    """Delete photos and videos that were sent and never put into a report."""
    return forget_unused_files(at=now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="onscene.tell_duty", queueing_lock="onscene.tell_duty", pass_context=False)
@fresh_connection
def tell_duty(timestamp: int) -> int:
    """Tell those on duty of what came in; screens that are open know at once, this reaches who looks elsewhere."""
    return tell_of_new_reports(at=now())
