"""The officer room as a Django application."""

from django.apps import AppConfig


class OfficerConfig(AppConfig):
    """See the room's README."""

    name = "ioc.officer"
    label = "officer"
