"""Background work of the management room."""

from procrastinate.contrib.django import app

from ioc.kernel.clock import now
from ioc.kernel.postgresql import fresh_connection
from ioc.management.actions import backups
from ioc.management.actions.area_following import follow_successors
from ioc.management.actions.audit_chain import lengthen, write_checkpoint
from ioc.management.actions.audit_checking import check_chain
from ioc.management.actions.reorganizing import carry_out_due
from ioc.management.actions.retention import carry_out_rules


@app.periodic(cron="* * * * *")
@app.task(name="management.chain_audit", queueing_lock="management.chain_audit")
@fresh_connection
def chain_audit(timestamp: int) -> int:
    """Put entries in the chain whose process ended before it did."""
    return lengthen()


@app.periodic(cron="7 * * * *")
@app.task(name="management.audit_checkpoint", queueing_lock="management.audit_checkpoint")
@fresh_connection
def audit_checkpoint(timestamp: int) -> None:
    """Keep the head of the chain outside the database."""
    write_checkpoint(at=now())


@app.task(name="management.check_audit_now", queueing_lock="management.check_audit_now")
@fresh_connection
def check_audit_now() -> int:
    """Follow the whole chain because somebody asked; how many faults."""
    return check_chain(at=now()).fault_count


# Every hour, of which one run is just after midnight in the province: a machine that was off then catches up.
@app.periodic(cron="5 * * * *")
@app.task(name="management.follow_areas", queueing_lock="management.follow_areas")
@fresh_connection
def follow_areas(timestamp: int) -> int:
    """Agencies follow units that were renamed or moved from today on."""
    return follow_successors(at=now())


@app.periodic(cron="43 18 * * *")
@app.task(name="management.carry_out_retention", queueing_lock="management.carry_out_retention")
@fresh_connection
def carry_out_retention(timestamp: int) -> int:
    """Let go, at night, what was kept for its time; how many rows."""
    return sum(swept.done or 0 for swept in carry_out_rules(at=now()))


@app.periodic(cron="23 19 * * *")
@app.task(name="management.check_audit", queueing_lock="management.check_audit")
@fresh_connection
def check_audit(timestamp: int) -> int:
    """Follow the whole chain at night (19:23 UTC is 2:23 in the province); how many faults."""
    return check_chain(at=now()).fault_count


@app.task(name="management.back_up", queueing_lock="management.back_up", lock="management.back_up")
@fresh_connection
def make_backup_now() -> None:
    """Make a back-up that somebody asked for."""
    backups.make_planned(at=now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="management.back_up_when_due", queueing_lock="management.back_up_when_due", lock="management.back_up")
@fresh_connection
def back_up_when_due(timestamp: int) -> bool:
    """Make the back-up of today when its hour has come; one that failed is tried again every ten minutes."""
    return backups.make_due(at=now())


# The first run after midnight in the province (17:00 UTC) carries out what is planned for the day.
@app.periodic(cron="*/10 * * * *")
@app.task(
    name="management.reorganize_when_due", queueing_lock="management.reorganize_when_due", lock="management.reorganize"
)
@fresh_connection
def reorganize_when_due(timestamp: int) -> int:
    """Carry out the changes of agencies whose day has come; what could not be done is tried again."""
    return carry_out_due(at=now())
