"""The management room as a Django application."""

from django.apps import AppConfig


class ManagementConfig(AppConfig):
    """See the room's README."""

    name = "ioc.management"
    label = "management"

    def ready(self) -> None:
        """Take note of sign-ins."""
        from ioc.kernel import health  # noqa: PLC0415 - needs the models
        from ioc.kernel.naming import name_tables  # noqa: PLC0415
        from ioc.management import listening, stepup  # noqa: PLC0415 - need the models
        from ioc.management.actions import area_consents, reorganizing  # noqa: PLC0415 - needs the models
        from ioc.management.queries.audit_worries import audit_worries  # noqa: PLC0415 - needs the models
        from ioc.management.queries.data_requests import data_request_worries  # noqa: PLC0415 - needs the models
        from ioc.management.queries.organizations import change_worries  # noqa: PLC0415 - needs the models
        from ioc.management.queries.worries import worries  # noqa: PLC0415 - needs the models
        from ioc.management.tables import TABLES  # noqa: PLC0415

        name_tables(TABLES)
        stepup.listen()
        listening.listen()
        reorganizing.listen()
        area_consents.listen()
        health.add_worries(audit_worries)
        health.add_worries(data_request_worries)
        health.add_worries(worries)
        health.add_worries(change_worries)
