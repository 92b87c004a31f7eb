"""The onscene room as a Django application."""

from django.apps import AppConfig

from ioc.kernel.systems import add_pages


class OnSceneConfig(AppConfig):
    """See the room's README."""

    name = "ioc.onscene"
    label = "onscene"

    def ready(self) -> None:
        """Follow agencies and areas that move in their tree."""
        from ioc.kernel import open_work, personal_data, reaching  # noqa: PLC0415
        from ioc.kernel.adoption import add_source  # noqa: PLC0415
        from ioc.kernel.events import subscribe  # noqa: PLC0415 - models are loaded only now
        from ioc.kernel.naming import name_tables  # noqa: PLC0415
        from ioc.onscene.actions import personal_data as given  # noqa: PLC0415
        from ioc.onscene.actions.duty import tell_called_in  # noqa: PLC0415
        from ioc.onscene.actions.moving import follow_area, follow_organization  # noqa: PLC0415
        from ioc.onscene.actions.retention import Identities, Pictures  # noqa: PLC0415
        from ioc.onscene.actions.taking_over import Matters  # noqa: PLC0415
        from ioc.onscene.queries import open_work as matters  # noqa: PLC0415
        from ioc.onscene.queries.adoption import use_by_area  # noqa: PLC0415
        from ioc.onscene.queries.reaching import compare, find_report  # noqa: PLC0415

        reaching.add_room(find=find_report, compare=compare)
        from ioc.onscene.rules.words import TABLES  # noqa: PLC0415

        name_tables(TABLES)
        subscribe("organization.moved", follow_organization)
        subscribe("area.moved", follow_area)
        open_work.register(matters.NAME, Matters())
        subscribe("duty.called_in", tell_called_in)
        personal_data.register("onscene", given.Matters())
        personal_data.retain("report.identity", Identities())
        personal_data.retain("report.files", Pictures())
        add_source(use_by_area)
        add_pages(under="/desk/", system="onscene")
        add_pages(under="/lead/", system="dashboards")
