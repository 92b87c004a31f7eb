"""The notices room as a Django application."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """See the room's README."""

    name = "ioc.notices"
    label = "notices"

    def ready(self) -> None:
        """Show this room's figures on the health page."""
        from ioc.kernel.health import add_figures  # noqa: PLC0415 - models are loaded only now
        from ioc.notices.queries import backlog  # noqa: PLC0415

        add_figures(backlog)
