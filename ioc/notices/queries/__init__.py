"""What screens may ask about notices."""

from ioc.notices.queries.backlog import backlog
from ioc.notices.queries.inbox import inbox_of, unread_count

__all__ = ["backlog", "inbox_of", "unread_count"]
