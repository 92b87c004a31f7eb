"""Published reports as RSS, with the filters of the list."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ioc.kernel.clock import now
from ioc.management.queries import loading
from ioc.onscene.queries import public

_SIZE = 40

if TYPE_CHECKING:
    _Feed = Feed[public.Published, public.Filters]
else:
    _Feed = Feed  # not a generic class while running


class PublishedFeed(_Feed):
    """The last published reports. Links are absolute by the installation's own address."""

    def get_object(self, request: HttpRequest, *_args: object, **_kwargs: object) -> public.Filters:
        """What the reader subscribed to."""
        return public.filters_of(request.GET.dict())

    def title(self, _filters: public.Filters) -> str:
        """The province's name and what this is."""
        province = loading.current().province
        return _("Published reports: %(province)s") % {"province": province.label if province else "IOC"}

    def description(self, _filters: public.Filters) -> str:
        """What a reader finds here."""
        return _("What people reported and what was done about it.")

    def link(self, filters: public.Filters) -> str:
        """The list with the same filters."""
        asked = public.plain(filters)
        return f"{settings.ORIGIN}/reports/" + (f"?{urlencode(asked)}" if asked else "")

    def feed_url(self, filters: public.Filters) -> str:
        """The feed's own address."""
        asked = public.plain(filters)
        return f"{settings.ORIGIN}/reports/feed.rss" + (f"?{urlencode(asked)}" if asked else "")

    def items(self, filters: public.Filters) -> list[public.Published]:
        """The reports; one statement."""
        return list(public.listed(filters, at=now(), size=_SIZE).rows)

    def item_title(self, item: public.Published) -> str:
        """The report's title."""
        return item.card.title

    def item_description(self, item: public.Published) -> str:
        """Where it was and what was done."""
        return f"{item.card.area_name}. {item.result}"

    def item_link(self, item: public.Published) -> str:
        """The report's page."""
        return f"{settings.ORIGIN}/reports/{item.card.code}/"

    def item_guid(self, item: public.Published) -> str:
        """The code, which never changes."""
        return item.card.code

    item_guid_is_permalink = False

    def item_pubdate(self, item: public.Published) -> datetime | None:
        """When it was published."""
        return item.card.published_at

    def item_categories(self, item: public.Published) -> list[str]:
        """The category's name."""
        return [item.card.category.label]
