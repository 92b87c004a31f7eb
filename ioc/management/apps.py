"""The management room as a Django application."""

from django.apps import AppConfig


class ManagementConfig(AppConfig):
    """See the room's README."""

    name = "ioc.management"
    label = "management"
