"""The onscene room as a Django application."""

from django.apps import AppConfig


class OnSceneConfig(AppConfig):
    """See the room's README."""

    name = "ioc.onscene"
    label = "onscene"
