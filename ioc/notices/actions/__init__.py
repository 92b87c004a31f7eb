"""What can be done with notices."""

from ioc.notices.actions.delivering import deliver_due
from ioc.notices.actions.outside import forget_addresses
from ioc.notices.actions.reading import mark_read
from ioc.notices.actions.resealing import reseal_all
from ioc.notices.actions.telling import Message, deliver_soon, notices_to_address, tell, tell_people
from ioc.notices.models import Notice

__all__ = [
    "Message",
    "Notice",
    "deliver_due",
    "deliver_soon",
    "forget_addresses",
    "mark_read",
    "notices_to_address",
    "reseal_all",
    "tell",
    "tell_people",
]
