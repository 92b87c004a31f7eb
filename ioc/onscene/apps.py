"""The onscene room as a Django application."""

from django.apps import AppConfig


class OnSceneConfig(AppConfig):
    """See the room's README."""

    name = "ioc.onscene"
    label = "onscene"

    def ready(self) -> None:
        """Follow agencies and areas that move in their tree."""
        from ioc.kernel.events import subscribe  # noqa: PLC0415 - models are loaded only now
        from ioc.onscene.actions.moving import follow_area, follow_organization  # noqa: PLC0415

        subscribe("organization.moved", follow_organization)
        subscribe("area.moved", follow_area)
