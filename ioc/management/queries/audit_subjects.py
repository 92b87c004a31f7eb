"""The names that the audit log's filters offer."""

from uuid import UUID

from ioc.management.models import Organization, Person


def organizations_named() -> list[tuple[str, str]]:
    """Id and name of every agency there is or was, by name; one statement."""
    rows = Organization.objects.order_by("short_name", "id").values_list("id", "short_name")
    return [(str(row_id), name) for row_id, name in rows]


def person_named(person: str) -> str:
    """The name of the person with this id; what was typed where it is no id."""
    try:
        row_id = UUID(person)
    except ValueError:
        return person
    return next((str(one) for one in Person.objects.filter(id=row_id)), person)
