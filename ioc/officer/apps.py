"""The officer room as a Django application."""

from django.apps import AppConfig

from ioc.kernel.systems import add_pages


class OfficerConfig(AppConfig):
    """See the room's README."""

    name = "ioc.officer"
    label = "officer"

    def ready(self) -> None:
        """Say whose pages these are."""
        add_pages(under="/officer/", system="officer")
