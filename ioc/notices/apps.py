"""The notices room as a Django application."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """See the room's README."""

    name = "ioc.notices"
    label = "notices"
