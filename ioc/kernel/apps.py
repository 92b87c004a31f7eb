"""The kernel as a Django application."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """What every room stands on."""

    name = "ioc.kernel"
    label = "kernel"
