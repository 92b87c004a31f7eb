"""A record's values as the audit log keeps them."""

import json
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

_SECRET: Final = {"password"}
_UNLOGGED: Final = {"boundary", "groups", "user_permissions"}


def snapshot(row: models.Model) -> dict[str, Any]:
    """The row's values as JSON, without secrets."""
    values = {
        field.attname: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in _SECRET | _UNLOGGED and not field.generated
    }
    for field in row._meta.many_to_many:
        if field.name not in _UNLOGGED:
            values[field.name] = sorted(one.pk for one in field.value_from_object(row))
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain
