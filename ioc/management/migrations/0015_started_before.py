"""What a province that an earlier version started lacks: the known schemes of codes, by when requests about personal
data are answered, which roles came with the product, and the role of an agency's own administrator."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from ioc.management.actions.organization_codes import KNOWN_SCHEMES
from ioc.management.actions.starting import DELEGABLE, FIRST_ROLES, FIRST_TERM

_ADMINISTRATOR = "agency-administrator"


def complete(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Add what is not there; what an administrator made or changed stays. A new installation gets all as it starts."""
    if not apps.get_model("management", "Province").objects.exists():
        return
    for number, scheme in enumerate(KNOWN_SCHEMES):
        values = {**scheme, "position": number}
        apps.get_model("management", "CodeScheme").objects.get_or_create(code=scheme["code"], defaults=values)
    terms = apps.get_model("management", "DataRequestTerm").objects
    if not terms.exists():
        terms.create(**FIRST_TERM)
    _roles(apps)


def _roles(apps: StateApps) -> None:
    roles = apps.get_model("management", "Role").objects
    roles.filter(code__in=FIRST_ROLES).update(is_built_in=True)
    roles.filter(code__in=DELEGABLE).update(delegable=True)
    name, english, held, second_factor = FIRST_ROLES[_ADMINISTRATOR]
    values = {"name": name, "name_en": english, "rights": held, "requires_second_factor": second_factor}
    roles.get_or_create(code=_ADMINISTRATOR, defaults={**values, "is_built_in": True})


class Migration(migrations.Migration):
    dependencies = [("management", "0014_health")]

    operations = [migrations.RunPython(complete, migrations.RunPython.noop)]
