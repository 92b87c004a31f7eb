"""What can be done with notices."""

from ioc.notices.actions.delivering import deliver_due
from ioc.notices.actions.reading import mark_read
from ioc.notices.actions.telling import Message, tell_address, tell_people

__all__ = ["Message", "deliver_due", "mark_read", "tell_address", "tell_people"]
