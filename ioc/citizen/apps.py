"""The citizen room as a Django application."""

from django.apps import AppConfig


class CitizenConfig(AppConfig):
    """See the room's README."""

    name = "ioc.citizen"
    label = "citizen"
