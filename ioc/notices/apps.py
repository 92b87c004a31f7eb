"""The notices room as a Django application."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """See the room's README."""

    name = "ioc.notices"
    label = "notices"

    def ready(self) -> None:
        """Show this room's figures on the health page, and tell people what the management room says to tell."""
        from ioc.kernel.events import subscribe  # noqa: PLC0415
        from ioc.kernel.health import add_figures, add_outside  # noqa: PLC0415 - models are loaded only now
        from ioc.kernel.personal_data import retain  # noqa: PLC0415
        from ioc.management.actions import data_request_words  # noqa: PLC0415
        from ioc.management.actions.absences import DEPUTIZED  # noqa: PLC0415
        from ioc.management.actions.guidance import TOLD  # noqa: PLC0415
        from ioc.management.actions.invitations import INVITED  # noqa: PLC0415
        from ioc.management.actions.regulations import TO_READ  # noqa: PLC0415
        from ioc.management.actions.second_person import ASKED, DECIDED  # noqa: PLC0415
        from ioc.management.actions.sign_in_events import SECURITY_NOTICE  # noqa: PLC0415
        from ioc.notices.actions.administrators import tell_asked, tell_decided  # noqa: PLC0415
        from ioc.notices.actions.outside import SentAddresses, tell_outside  # noqa: PLC0415
        from ioc.notices.actions.people import send_letters, tell_deputy  # noqa: PLC0415
        from ioc.notices.actions.security import tell_security  # noqa: PLC0415
        from ioc.notices.actions.texts import tell_of_guide, tell_of_regulation  # noqa: PLC0415
        from ioc.notices.queries import backlog, carriers  # noqa: PLC0415

        subscribe(ASKED, tell_asked)
        subscribe(DECIDED, tell_decided)
        subscribe(TO_READ, tell_of_regulation)
        subscribe(TOLD, tell_of_guide)
        subscribe(INVITED, send_letters)
        subscribe(DEPUTIZED, tell_deputy)
        subscribe(SECURITY_NOTICE, tell_security)
        subscribe(data_request_words.TOLD, tell_outside)
        retain("notice.address", SentAddresses())
        add_figures(backlog)
        add_outside(carriers)
