"""What screens may ask about notices."""

from ioc.notices.queries.backlog import backlog
from ioc.notices.queries.inbox import inbox_of, unread_count
from ioc.notices.queries.outside import carriers

__all__ = ["backlog", "carriers", "inbox_of", "unread_count"]
