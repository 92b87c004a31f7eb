"""Taking in a file of populations: read, looked at, and the good rows written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.management.actions.records import save_record
from ioc.management.actions.scope import require_whole_province
from ioc.management.actions.table_reading import Form, read_table
from ioc.management.queries.populations import Outcome, Planned, plan_populations
from ioc.management.rules.population_cells import COLUMNS, HEADINGS, Entry, missing_columns, read_row

_FORM: Final = Form(COLUMNS, HEADINGS, missing_columns, most_rows=5000)


def read_populations(content: bytes, *, name: str, at: datetime) -> list[Entry]:
    """The rows of the file `name`, each with what is wrong in itself; the headings may stand below a title.

    Raises:
        Unreadable: it is no table, has no headings that are known, lacks a needed column, or is too long.
    """
    found = read_table(content, name=name, form=_FORM).rows
    return [read_row(number, cells, this_year=local_date(at).year) for number, cells in found]


@transaction.atomic
def take_populations(*, entries: Sequence[Entry], actor: Actor, at: datetime) -> list[Planned]:
    """Write the good rows; all rows with what became of them. The wrong ones are left out.

    Raises:
        Forbidden: the actor does not manage the whole province.
    """
    require_whole_province(actor)
    planned = plan_populations(entries, actor=actor)
    for row in planned:
        if row.outcome in {Outcome.NEW, Outcome.CHANGED}:
            _write(row, actor, at)
    return planned


def _write(row: Planned, actor: Actor, at: datetime) -> None:
    entry = row.entry
    fields = {
        "area": row.area, "year": entry.year, "people": entry.people, "source": entry.cells["source"],
        "is_estimate": entry.is_estimate,
    }  # fmt: skip
    save_record(kind="population", record_id=row.before.pk if row.before else None, fields=fields, actor=actor, at=at)
