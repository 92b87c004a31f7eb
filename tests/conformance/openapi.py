"""The description of the API as it is now, and where the agreed one lies."""

import json
from pathlib import Path
from typing import Any

from django.utils import translation

SNAPSHOT = Path(__file__).with_name("openapi.json")


def described() -> dict[str, Any]:
    """What /api/openapi.json says, without what depends on the installed versions."""
    from ioc.conf.api import api  # noqa: PLC0415 - settings are read when it is imported

    with translation.override("en"):
        schema: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    return schema


def written(schema: dict[str, Any]) -> str:
    """The schema as it is kept: one form for one content."""
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
